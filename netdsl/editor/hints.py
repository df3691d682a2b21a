"""Hints that stand after statements: the shape of what flows on."""

from __future__ import annotations

from netdsl.editor.document import Document
from netdsl.editor.uses import shapes
from netdsl.editor.walk import all_statements
from netdsl.record import Record
from netdsl.syntax import tree


class Hint(Record):
    """A text to show at an offset, with more of it for who points at it."""

    offset: int
    text: str
    tooltip: str


def hints(document: Document, start: int = 0, end: int | None = None) -> list[Hint]:
    """The shape after each chain of steps that ends between two offsets, where it is known.

    Of a statement that runs several times, in a loop or in a block, that of
    the first; an ellipsis says that others differ.
    """
    last = len(document.text) if end is None else end
    found: list[Hint] = []
    for statement in all_statements(document.file):
        if not isinstance(statement, tree.Chain):
            continue
        step = statement.steps[-1]
        offset = end_of(step)
        nodes = document.analysis.uses(step) if start <= offset <= last else ()
        if nodes:
            tooltip = ", ".join(dict.fromkeys(str(node.output) for node in nodes))
            found.append(Hint(offset, shapes(nodes), tooltip))
    return found


def end_of(step: tree.Step) -> int:
    """Where a step ends, with its braces and label."""
    parts = (step, step.body, step.shortcut, step.label)
    return max(each.span.end for each in parts if each is not None)
