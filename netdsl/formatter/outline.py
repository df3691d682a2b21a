"""Statements, bodies and brackets, as they stand in the tokens of a text that parses."""

from __future__ import annotations

from netdsl.formatter.pieces import Note, Piece
from netdsl.record import Record

_CLOSERS = {"LPAR": "RPAR", "LSQB": "RSQB"}
_GOES_ON = {"ARROW", "AS", "ELSE", "SHORTCUT"}


class Bracket(Record):
    """`( )` or `[ ]` with its items, each the parts between two commas.

    `ends_with_comma` where a comma stands after the last item.
    """

    opening: Piece
    items: tuple[tuple[Part, ...], ...]
    closing: Piece
    ends_with_comma: bool


class Body(Record):
    """Statements in braces; `behind` is the comment after the opening one."""

    opening: Piece
    behind: tuple[Note, ...]
    statements: tuple[Statement, ...]
    closing: Piece


class Statement(Record):
    """What ends with a line, or with a brace; `behind` is the comment at its end."""

    parts: tuple[Part, ...]
    behind: tuple[Note, ...]

    @property
    def first(self) -> Piece:
        """Its first token, which is a word."""
        first = self.parts[0]
        assert isinstance(first, Piece)
        return first

    @property
    def bodies(self) -> tuple[Body, ...]:
        """The braces that belong to it."""
        return tuple(part for part in self.parts if isinstance(part, Body))


TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Part: TypeAlias = Piece | Bracket | Body


def read_outline(pieces: list[Piece]) -> tuple[tuple[Statement, ...], Piece]:
    """The statements of a file, and its end, which holds the last comments."""
    reader = _Reader(pieces)
    statements = reader.statements()
    return statements, reader.piece


class _Reader:
    """Goes through the pieces, which are known to parse."""

    def __init__(self, pieces: list[Piece]) -> None:
        self.pieces = pieces
        self.position = 0

    @property
    def piece(self) -> Piece:
        """The next piece."""
        return self.pieces[self.position]

    def take(self) -> Piece:
        """The next piece, which is passed."""
        self.position += 1
        return self.pieces[self.position - 1]

    def statements(self) -> tuple[Statement, ...]:
        """Statements up to a closing brace, or the end."""
        found: list[Statement] = []
        while self.piece.kind not in ("RBRACE", "$END"):
            found.append(self.statement())
        return tuple(found)

    def statement(self) -> Statement:
        """One statement with the comment after it."""
        parts: list[Part] = []
        while self.piece.kind not in ("NEWLINE", "RBRACE", "$END"):
            parts.append(self.part())
            last = parts[-1]
            if isinstance(last, Body) and self.piece.kind not in _GOES_ON:
                break
            if isinstance(last, Piece) and last.kind == "ARROW":
                self.join()
        behind = self.take().notes if self.piece.kind == "NEWLINE" else ()
        return Statement(tuple(parts), behind)

    def part(self) -> Part:
        """A token, or all that stands in brackets or braces."""
        opening = self.take()
        if opening.kind == "LBRACE":
            behind = self.take().notes if self.piece.kind == "NEWLINE" else ()
            return Body(opening, behind, self.statements(), self.take())
        return self.bracket(opening) if opening.kind in _CLOSERS else opening

    def bracket(self, opening: Piece) -> Bracket:
        """The items up to the closing bracket."""
        items: list[tuple[Part, ...]] = []
        parts: list[Part] = []
        self.join()
        while self.piece.kind != _CLOSERS[opening.kind]:
            if self.piece.kind == "COMMA":
                comma = self.take()
                self.join(comma.notes)
                items.append(tuple(parts))
                parts = []
            else:
                parts.append(self.part())
                self.join()
        ends_with_comma = bool(items) and not parts
        if parts:
            items.append(tuple(parts))
        return Bracket(opening, tuple(items), self.take(), ends_with_comma)

    def join(self, notes: tuple[Note, ...] = ()) -> None:
        """Pass a line break that means nothing; comments before it go to the piece after."""
        if self.piece.kind == "NEWLINE":
            notes += self.take().notes
        if notes:
            self.pieces[self.position] = self.piece.replace(notes=(*notes, *self.piece.notes))
