"""Tokens with the comments before them, and what the author's line breaks were."""

from __future__ import annotations

from netdsl.record import Record
from netdsl.syntax.tokens import Token, tokenize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.diagnostics.span import Source


class Note(Record):
    """A comment.

    `is_behind` where it stands at the end of a line with tokens; `is_apart`
    where an empty line is above it.
    """

    text: str
    is_behind: bool
    is_apart: bool
    start: int
    end: int


class Piece(Record):
    """A token with the comments between the token before and itself.

    `starts_line` where it is the first of its line; `is_apart` where an
    empty line is above it.
    """

    token: Token
    notes: tuple[Note, ...]
    starts_line: bool
    is_apart: bool

    @property
    def kind(self) -> str:
        """The token's terminal."""
        return self.token.kind


def read_pieces(source: Source) -> list[Piece]:
    """The tokens of a text, closed by NEWLINE and `$END`."""
    tokens, comments = tokenize(source)
    text = source.text
    pieces: list[Piece] = []
    waiting = iter(comments)
    comment = next(waiting, None)
    end = 0
    for token in tokens:
        notes: list[Note] = []
        while comment is not None and comment.start <= token.start:
            breaks = text.count("\n", end, comment.start)
            behind = breaks == 0 and bool(pieces)
            notes.append(Note(tidied(comment.text), behind, breaks > 1, comment.start, comment.end))
            end = comment.end
            comment = next(waiting, None)
        breaks = text.count("\n", end, token.start)
        pieces.append(Piece(token, tuple(notes), breaks > 0, breaks > 1))
        # A NEWLINE is the line break itself, which the next piece is to count.
        end = token.start if token.kind == "NEWLINE" else token.end
    return pieces


def tidied(comment: str) -> str:
    """A comment with a space after its sign, and none at its end."""
    text = comment.rstrip()
    return text if text[1:2] in ("", "#", "!") or text[1].isspace() else f"# {text[1:]}"
