"""What the alternatives of the grammar make, and the parts that all of them share."""

from __future__ import annotations

from netdsl.diagnostics.span import Source, Span
from netdsl.syntax import tree
from netdsl.syntax.tokens import Token

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    # Checked by the grammar, not by types: tokens, nodes, and lists of them.
    Made = Any
    Builder = Callable[[Source, list[Made]], Made]


def span_of(source: Source, first: Made, last: Made) -> Span:
    """From the beginning of one token or node to the end of another."""
    start = first.start if isinstance(first, Token) else first.span.start
    end = last.end if isinstance(last, Token) else last.span.end
    return Span(source, start, end)


def name_node(source: Source, token: Token) -> tree.Name:
    """A name with its place."""
    return tree.Name(Span(source, token.start, token.end), token.text)


def same(source: Source, made: list[Made]) -> Made:
    """A rule that adds nothing."""
    return made[0]


def nothing(source: Source, made: list[Made]) -> None:
    """What may be left out, and is."""


def list_one(source: Source, made: list[Made]) -> list[Made]:
    """The first of a list."""
    return [made[0]]


def list_more(source: Source, made: list[Made]) -> list[Made]:
    """One more, after a separator."""
    made[0].append(made[2])
    items: list[Made] = made[0]
    return items
