"""Braces that were never closed, found by the indentation of the lines after them.

Indentation means nothing in a text whose braces match. Where one is missing,
it says better than the braces which: these would all be shifted by one.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from netdsl.diagnostics.catalogue import syntax as codes
from netdsl.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label
from netdsl.diagnostics.span import Source, Span
from netdsl.syntax.mistake import describe
from netdsl.syntax.tokens import Token

# These stand on the line of the brace before them.
JOINED = ("ELSE", "SHORTCUT")
_PAIRS = (("LPAR", "RPAR"), ("LSQB", "RSQB"))


def close_forgotten(source: Source, tokens: list[Token]) -> tuple[list[Token], list[Diagnostic]]:
    """The tokens with the braces that were forgotten, and an error for each place where some lack.

    What is open at the end of the text, and what its indentation doesn't
    tell of, is left to the parser; so are texts with other brackets that
    don't match, whose lines may go on anywhere.
    """
    count = Counter(token.kind for token in tokens)
    if count["LBRACE"] <= count["RBRACE"] or any(count[kind] != count[other] for kind, other in _PAIRS):
        return tokens, []
    closed: list[Token] = []
    found: list[Diagnostic] = []
    # Each with how far its line is indented; -1 where what it holds is not indented on lines of its own.
    open: list[tuple[Token, int]] = []
    last, before = tokens[0], "NEWLINE"
    brackets = 0
    for token, following in pairwise(tokens):
        if before == "NEWLINE" and brackets <= 0:
            margin = source.position(token.start)[1] - 1
            if open and last is open[-1][0] and token.kind != "RBRACE" and margin <= open[-1][1]:
                open[-1] = (last, -1)
            inner = open[-1][0] if open else None
            while open and margin < open[-1][1] + (token.kind != "RBRACE"):
                if open.pop()[0] is inner:
                    found.append(_never_closed(source, inner, token))
                closed.append(Token("RBRACE", "}", token.start, token.start))
                if token.kind not in JOINED:
                    closed.append(Token("NEWLINE", "", token.start, token.start))
        if token.kind == "LBRACE":
            open.append((token, source.indentation(token.start) if following.kind == "NEWLINE" else -1))
            brackets = 0
        elif token.kind == "RBRACE":
            if not open:
                return tokens, []
            open.pop()
        brackets += (token.kind in ("LPAR", "LSQB")) - (token.kind in ("RPAR", "RSQB"))
        closed.append(token)
        before = token.kind
        last = token if token.kind != "NEWLINE" else last
    return [*closed, tokens[-1]], found


def _never_closed(source: Source, opened: Token, following: Token) -> Diagnostic:
    """The error of a brace that is open where a line begins that is indented no more than its own."""
    margin = source.indentation(opened.start)
    start = following.start
    brace = "} "
    if following.kind not in JOINED:
        start = source.line_starts[source.position(following.start)[0] - 1]
        brace = " " * margin + "}\n"
    place = Span(source, start, start)
    return Diagnostic(
        codes.UNCLOSED,
        "`{` is never closed",
        Span(source, opened.start, opened.end),
        "opened here",
        (
            Label(
                Span(source, following.start, following.end),
                f"{describe(following)} stands outside, by its indentation",
            ),
        ),
        help="close it with `}`",
        fix=Fix("insert `}`", (Edit(place, brace),)),
    )
