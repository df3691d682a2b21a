"""Text to tokens, in one pass over one regular expression."""

from __future__ import annotations

import re

from netdsl.diagnostics.span import Source, Span
from netdsl.syntax.tables import KEYWORDS, TOKEN_PATTERN

_TOKEN = re.compile(TOKEN_PATTERN + r"|(?P<UNKNOWN>.)", re.DOTALL)


class Token:
    """A word or sign with its place; `kind` is a terminal of the grammar, `UNKNOWN` or `$END`."""

    __slots__ = ("end", "kind", "start", "text")

    def __init__(self, kind: str, text: str, start: int, end: int) -> None:
        self.kind = kind
        self.text = text
        self.start = start
        self.end = end

    def __repr__(self) -> str:
        return f"Token({self.kind}, {self.text!r}, {self.start})"


def tokenize(source: Source, start: int = 0) -> tuple[list[Token], list[Span]]:
    """All tokens of a text from an offset on, closed by a NEWLINE and `$END`, and the places of its comments.

    Runs of newlines are one NEWLINE and leading ones are dropped; newlines
    inside brackets stay, for the parser to drop (it knows when a bracket was
    forgotten).
    """
    tokens: list[Token] = []
    comments: list[Span] = []
    keep = tokens.append
    newline = True
    for match in _TOKEN.finditer(source.text, start):
        kind = match.lastgroup
        if kind == "WHITESPACE":
            continue
        begin, end = match.span()
        if kind == "NEWLINE":
            if not newline:
                keep(Token("NEWLINE", "\n", begin, end))
                newline = True
        elif kind == "COMMENT":
            comments.append(Span(source, begin, end))
        else:
            text = match.group()
            newline = False
            keep(Token(KEYWORDS.get(text, "NAME") if kind == "NAME" else kind or "UNKNOWN", text, begin, end))
    end = len(source.text)
    if not newline:
        keep(Token("NEWLINE", "", end, end))
    keep(Token("$END", "", end, end))
    return tokens, comments
