"""A mistake as the parser meets it, and what it becomes when it is explained."""

from __future__ import annotations

from netdsl.diagnostics.diagnostic import Diagnostic
from netdsl.diagnostics.span import Source, Span
from netdsl.record import Record
from netdsl.syntax.tokens import Token


class Mistake(Record):
    """Where parsing stopped: the tokens, the one that doesn't fit, what is open and what would fit."""

    source: Source
    tokens: list[Token]
    position: int
    open: tuple[Token, ...]
    expected: frozenset[str]

    @property
    def token(self) -> Token:
        """The token that doesn't fit."""
        return self.tokens[self.position]

    @property
    def previous(self) -> Token | None:
        """The token before it."""
        return self.tokens[self.position - 1] if self.position else None

    def span(self, token: Token) -> Span:
        """The place of a token; of the end of the text, the last character before it."""
        if token.kind in ("NEWLINE", "$END") and token.start:
            end = self.tokens[self.position - 1].end if self.position else token.start
            return Span(self.source, max(0, end - 1), end) if end else Span(self.source, 0, 0)
        return Span(self.source, token.start, token.end)


class Explained(Record):
    """A diagnostic, and the index of the token where the statement can be left.

    `is_unclosed` where nothing is wrong but that braces lack before it.
    """

    diagnostic: Diagnostic
    resume: int
    is_unclosed: bool = False


def describe(token: Token) -> str:
    """A token in words."""
    if token.kind == "NEWLINE":
        return "the end of the line"
    if token.kind == "$END":
        return "the end of the file"
    text = token.text if len(token.text) <= 30 else token.text[:27] + "..."
    return f"`{text}`"
