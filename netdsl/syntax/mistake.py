"""A mistake as the parser meets it, and what it becomes when it is explained."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import syntax as codes
from netdsl.diagnostics.diagnostic import Diagnostic, Fix
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

    def unexpected(self, label: str, *, help: str, fix: Fix | None = None) -> Diagnostic:
        """The error of a token that does not fit, for a form that is known."""
        message = f"unexpected {describe(self.token)}"
        return Diagnostic(codes.UNEXPECTED, message, self.span(self.token), label, help=help, fix=fix)

    def span(self, token: Token) -> Span:
        """The place of a token; of the end of the text, the last character before it."""
        if token.kind in ("NEWLINE", "$END") and token.start:
            end = self.tokens[self.position - 1].end if self.position else token.start
            return Span(self.source, max(0, end - 1), end) if end else Span(self.source, 0, 0)
        return Span(self.source, token.start, token.end)

    def text(self, start: int, end: int) -> str:
        """The text from one token up to, without, another."""
        return self.source.text[self.tokens[start].start : self.tokens[end - 1].end] if start < end else ""

    @property
    def in_brackets(self) -> bool:
        """Whether `(` or `[` is open."""
        return bool(self.open) and self.open[-1].kind != "LBRACE"

    @property
    def in_header(self) -> bool:
        """Whether the parameters of a net or block are open."""
        if not self.open or self.open[-1].kind != "LPAR":
            return False
        at = self.tokens.index(self.open[-1])
        return at >= 2 and self.tokens[at - 2].kind in ("NET", "BLOCK")

    def line_start(self) -> int:
        """The index of the first token of the statement, which begins a line or follows a brace."""
        at, closed = self.position, 0
        # A line goes on where brackets were open; of those that still are, the parser knows.
        opened = next(
            (i for i, each in enumerate(reversed(self.open)) if each.kind == "LBRACE"), len(self.open)
        )
        while at:
            kind = self.tokens[at - 1].kind
            if kind in ("LBRACE", "RBRACE") or (kind == "NEWLINE" and closed + opened <= 0):
                break
            closed += (kind in ("RPAR", "RSQB")) - (kind in ("LPAR", "LSQB"))
            at -= 1
        return at

    def next_line(self, start: int | None = None) -> int:
        """The index of the token that ends the line of the mistake, or of another token."""
        at = self.position if start is None else start
        return next(i for i in range(at, len(self.tokens)) if self.tokens[i].kind in ("NEWLINE", "$END"))

    def end_of_line(self) -> int:
        """The index of the token that ends the line, or the braces we are in."""
        depth, end = 0, self.next_line()
        for at in range(self.position, end):
            kind = self.tokens[at].kind
            if kind == "RBRACE" and depth == 0:
                return at
            depth += (kind == "LBRACE") - (kind == "RBRACE")
        return end

    def end_of_indented(self) -> int:
        """Where a line ends with a colon, the end of the lines that are indented more; else this token."""
        end = self.next_line()
        if self.tokens[end].kind != "NEWLINE" or self.tokens[end - 1].kind != "COLON":
            return self.position
        margin = self.source.indentation(self.token.start)
        while self.tokens[end].kind == "NEWLINE":
            first = self.tokens[end + 1]
            goes_on = first.kind == "ELSE" or first.text == "elif"
            if first.kind == "$END" or self.source.indentation(first.start) + goes_on <= margin:
                break
            end = self.next_line(end + 1)
        return end


class Explained(Record):
    """A diagnostic, and the index of the token where the statement can be left.

    `is_unclosed` where nothing is wrong but that braces lack before it.
    `instead` are the kinds of tokens that were plainly meant by those up to
    there: they are read in their place, and the statement goes on.
    `is_elsewhere` where what stands up to there is a definition, which is
    read after the one around it.
    """

    diagnostic: Diagnostic
    resume: int
    is_unclosed: bool = False
    instead: tuple[str, ...] | None = None
    is_elsewhere: bool = False


def outer_kinds(tokens: list[Token]) -> list[str]:
    """The kinds of some tokens, without those in brackets of their own."""
    kinds: list[str] = []
    depth = 0
    for token in tokens:
        depth -= token.kind in ("RPAR", "RSQB")
        if depth == 0:
            kinds.append(token.kind)
        depth += token.kind in ("LPAR", "LSQB")
    return kinds


def describe(token: Token) -> str:
    """A token in words."""
    if token.kind == "NEWLINE":
        return "the end of the line"
    if token.kind == "$END":
        return "the end of the file"
    text = token.text if len(token.text) <= 30 else token.text[:27] + "..."
    return f"`{text}`"
