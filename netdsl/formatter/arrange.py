"""Which blanks stand between the tokens of a line, and where it may be broken."""

from __future__ import annotations

from netdsl.formatter.outline import Body, Bracket
from netdsl.formatter.pieces import Note, Piece
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from netdsl.formatter.outline import Part

_ENDS_VALUE = {"NAME", "INT", "FLOAT", "SHAPE", "STRING", "TRUE", "FALSE", "RPAR", "RSQB"}
_SIGNS = {"PLUS", "MINUS"}
# After these a long expression goes on with the next line, this one at its head.
_MAY_BEGIN_LINE = {"FOR", "IF", "ELSE", "AND", "OR"}


class Words(Record):
    """Text without a place to break it."""

    text: str


class Break(Record):
    """A blank, or the end of the line."""


class Item(Record):
    """An item of a list, with the comments above it; `starts_line` where it does so in the text."""

    notes: tuple[Note, ...]
    elements: tuple[Element, ...]
    starts_line: bool


class Bracketed(Record):
    """Items in brackets.

    `takes_comma` where one stands after the last item, if there is a line
    break after it; `needs_comma` where one stands there anyway. `is_kept`
    where the author broke the line after the opening bracket, which stays.
    """

    opening: str
    items: tuple[Item, ...]
    closing: str
    takes_comma: bool
    needs_comma: bool
    is_kept: bool
    notes: tuple[Note, ...]


if TYPE_CHECKING:
    Element: TypeAlias = Words | Break | Note | Bracketed


def arrange(parts: Sequence[Part], *, is_header: bool, before: str = "") -> list[Element]:
    """The elements of a statement's line, or of its part between two bodies.

    `is_header` where it defines a net or block. `before` is the kind of what
    stands before it, and nothing is put between.
    """
    elements: list[Element] = []
    previous = before
    for index, part in enumerate(parts):
        assert not isinstance(part, Body)
        first = part.opening if isinstance(part, Bracket) else part
        if previous == "ARROW":
            elements += [*first.notes, Break()]
        elif index:
            elements.append(Words(blank(previous, first.kind, is_spaced=True)))
        if isinstance(part, Bracket):
            elements.append(bracketed(part, previous, is_header=is_header))
            previous = part.closing.kind
        else:
            elements.append(Words(part.token.text))
            previous = "SIGN" if is_sign(part.kind, previous) else part.kind
    return joined(elements)


def is_sign(kind: str, before: str) -> bool:
    """Whether a plus or minus is a number's sign, since nothing stands before it that it could join."""
    return kind in _SIGNS and before not in _ENDS_VALUE


def blank(before: str, kind: str, *, is_spaced: bool) -> str:
    """What stands between two tokens; `is_spaced` where an equals sign has blanks around it."""
    if before == "SIGN" or kind in ("COMMA", "COLON") or before == "COLON":
        return ""
    if "EQUAL" in (before, kind):
        return " " if is_spaced else ""
    if kind == "LPAR":
        return "" if before in ("NAME", "INIT", "BRANCH") else " "
    if kind == "LSQB":
        return "" if before in _ENDS_VALUE else " "
    return " "


def bracketed(bracket: Bracket, before: str, *, is_header: bool) -> Bracketed:
    """The elements of brackets after a token of the kind `before`."""
    is_call = bracket.opening.kind == "LPAR" and before in ("NAME", "INIT")
    is_index = bracket.opening.kind == "LSQB" and before in _ENDS_VALUE
    has_loop = any(isinstance(part, Piece) and part.kind == "FOR" for item in bracket.items for part in item)
    # `(a)` groups, and `branch(label)` takes one label: neither may have a comma.
    is_group = not is_call and bracket.opening.kind == "LPAR"
    listed = len(bracket.items) > 1 or bracket.ends_with_comma
    takes_comma = bool(bracket.items) and not is_index and not has_loop and (listed or not is_group)
    items = tuple(item_of(parts, is_spaced=is_header and is_call) for parts in bracket.items)
    return Bracketed(
        bracket.opening.token.text,
        items,
        bracket.closing.token.text,
        takes_comma,
        is_group and len(items) == 1 and bracket.ends_with_comma,
        takes_comma and items[0].starts_line,
        bracket.closing.notes,
    )


def item_of(parts: Sequence[Part], *, is_spaced: bool) -> Item:
    """The elements of an item; an expression may be broken before its parts."""
    elements: list[Element] = []
    head = opening_piece(parts[0])
    previous = ""
    for index, part in enumerate(parts):
        piece = opening_piece(part)
        kind = piece.kind
        if index:
            may_break = kind in _MAY_BEGIN_LINE or (kind in _SIGNS and not is_sign(kind, previous))
            elements += piece.notes
            elements.append(Break() if may_break else Words(blank(previous, kind, is_spaced=is_spaced)))
        if isinstance(part, Bracket):
            elements.append(bracketed(part, previous, is_header=False))
            previous = part.closing.kind
        else:
            elements.append(Words(piece.token.text))
            previous = "SIGN" if is_sign(kind, previous) else kind
    return Item(head.notes, tuple(joined(elements)), head.starts_line)


def opening_piece(part: Part) -> Piece:
    """The first token of a part."""
    return part if isinstance(part, Piece) else part.opening


def joined(elements: Sequence[Element]) -> list[Element]:
    """The elements with neighbouring words in one."""
    made: list[Element] = []
    for element in elements:
        if isinstance(element, Words) and made and isinstance(last := made[-1], Words):
            made[-1] = Words(last.text + element.text)
        else:
            made.append(element)
    return made
