"""Shapes that are not one word: blanks, commas or a capital letter between their sizes."""

from __future__ import annotations

import re

from netdsl.diagnostics.diagnostic import Diagnostic, Edit, Fix
from netdsl.diagnostics.span import Span
from netdsl.syntax.mistake import Mistake
from netdsl.syntax.tokens import Token

_SIZES = ("INT", "SHAPE")


def spaced_shape(mistake: Mistake) -> Diagnostic | None:
    """`3 x 32 x 32`, `input 3, 32, 32` and `input 3 32 32`."""
    tokens, at = mistake.tokens, mistake.position
    if mistake.previous is None or mistake.previous.kind not in _SIZES or mistake.in_brackets:
        return None
    is_listed = mistake.token.kind in ("COMMA", *_SIZES)
    if is_listed and tokens[mistake.line_start()].kind not in ("INPUT", "EXPECT"):
        return None
    if not (is_listed or _joins(mistake.token)):
        return None
    end = at
    while tokens[end].kind in ("COMMA", *_SIZES) or _joins(tokens[end]):
        end += 1
    joined = _joined(tokens[at - 1 : end])
    if re.fullmatch(r"\d+(x\d+)+", joined) is None:
        help = "sizes are joined by the letter x, without blanks: 3x32x32"
        return mistake.unexpected("a shape is one word", help=help)
    span = Span(mistake.source, mistake.previous.start, tokens[end - 1].end)
    return mistake.unexpected(
        "a shape is one word",
        help=f"write {joined}" if is_listed else f"write {joined}, without blanks",
        fix=Fix(f"write {joined}", (Edit(span, joined),), safe=not is_listed),
    )


def capital_shape(mistake: Mistake) -> Diagnostic | None:
    """`3X32X32`, as a shape or a kernel."""
    token, previous = mistake.token, mistake.previous
    if previous is None or previous.kind not in _SIZES or previous.end != token.start:
        return None
    if token.kind != "NAME" or re.fullmatch(r"[xX]\d+([xX]\d+)*", token.text) is None:
        return None
    joined = _joined([previous, token])
    span = Span(mistake.source, previous.start, token.end)
    return mistake.unexpected(
        "sizes are joined by a small x",
        help=f"write {joined}",
        fix=Fix(f"write {joined}", (Edit(span, joined),), safe=True),
    )


def _joins(token: Token) -> bool:
    """Whether a word is the letter x, perhaps with sizes after it."""
    return re.fullmatch(r"[xX][xX\d]*", token.text) is not None


def _joined(tokens: list[Token]) -> str:
    """The shape that these tokens were meant for."""
    text = ""
    for token in tokens:
        piece = "x" if token.kind == "COMMA" else token.text.lower()
        text += "x" * (text[-1:].isdigit() and piece[0].isdigit()) + piece
    return text
