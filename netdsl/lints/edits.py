"""Edits of the steps that layers are written as."""

from __future__ import annotations

import re

from netdsl.diagnostics.diagnostic import Edit
from netdsl.diagnostics.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.lints.graph import Use


def is_written(use: Use) -> bool:
    """Whether the layer stands in the text by its own name, rather than as a parameter's value."""
    return re.match(r"\w*", use.span.text)[0] == use.kind  # type: ignore[index]


def give_option(use: Use, option: str, value: str) -> Edit | None:
    """The edit that gives a step one more named argument; None where it has it, or isn't written there."""
    text = use.span.text
    if not is_written(use) or re.search(rf"\b{option}\b", text):
        return None
    source, end = use.span.source, use.span.end
    if not text.endswith(")"):
        return Edit(Span(source, end, end), f"({option}={value})")
    inside = text[len(use.kind) :].strip()[1:-1].rstrip()
    if "#" in inside or "\n" in inside:
        return None
    comma = "" if not inside else " " if inside.endswith(",") else ", "
    return Edit(Span(source, end - 1, end - 1), f"{comma}{option}={value}")


def put_before(use: Use, steps: str) -> Edit:
    """The edit that puts steps before one on its line."""
    start = use.span.start
    return Edit(Span(use.span.source, start, start), f"{steps} -> ")
