"""What a code means, with its examples and the message that the wrong one has."""

from __future__ import annotations

import textwrap

from netdsl.diagnostics.render.text import render_text
from netdsl.lints.examples import findings_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.diagnostics.diagnostic import Code


def explanation(code: Code) -> str:
    """The whole page of a code."""
    parts = [f"{code.id}: {code.title}", textwrap.fill(code.explanation, 88)]
    if code.name:
        parts.append(f"A lint of the name {code.name}; what it finds is {article(code.severity)}.")
    if code.wrong:
        parts += ["Wrong:", textwrap.indent(shortened(code.wrong), "    ")]
        if code.example_kind == "net":
            about = findings_of(code, code.wrong)
            parts.append(textwrap.indent(render_text(about[:1]), "    "))
    if code.right:
        parts += ["Right:", textwrap.indent(shortened(code.right), "    ")]
    return "\n\n".join(part.rstrip() for part in parts)


def article(severity: str) -> str:
    """A severity with its article."""
    return f"an {severity}" if severity[0] == "e" else f"a {severity}"


def shortened(text: str) -> str:
    """An example whose lines fit a screen."""
    return "\n".join(line if len(line) <= 100 else line[:97] + "..." for line in text.splitlines())
