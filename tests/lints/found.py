"""What lints find in a text, in short."""

from __future__ import annotations

import netdsl
from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.render import render_text


def small(*lines: str, head: str = "net Small", more: str = "") -> str:
    """A net of these lines over a 3x32x32 input, unless they begin with their own."""
    own = lines if lines and lines[0].startswith("input") else ("input 3x32x32", *lines)
    return f"{head} {{\n" + "".join(f"    {line}\n" for line in own) + "}\n" + more


def findings(text: str, *select: str) -> tuple[Diagnostic, ...]:
    """The findings of the lints that are on by default, or of those that are selected."""
    result = netdsl.lint(text, select=select or None)
    assert result.ok, render_text(result.diagnostics)
    return result.diagnostics


def places(text: str, *select: str) -> list[tuple[str, str]]:
    """The code of each finding, and the words that it points at."""
    return [(each.code.id, each.span.text if each.span else "") for each in findings(text, *select)]
