"""Forms that lack little to be right: brackets, braces or an `else` that is missing."""

from __future__ import annotations

from itertools import pairwise

from netdsl.diagnostics.catalogue import syntax as codes
from netdsl.diagnostics.diagnostic import Diagnostic, Edit, Fix
from netdsl.diagnostics.span import Span
from netdsl.syntax.mistake import Explained, Mistake, describe, outer_kinds

_LITERALS = ("INT", "FLOAT", "SHAPE", "STRING", "TRUE", "FALSE")
_ENDS_ARGUMENT = (*_LITERALS, "NAME", "RPAR", "RSQB")
_HOLDERS = ("BRANCH", "ELSE", "SHORTCUT")
_ENDS_STEP = ("ARROW", "AS", "LBRACE", "RBRACE", "NEWLINE", "$END")


def bare_arguments(mistake: Mistake) -> Diagnostic | None:
    """`conv 8, 3`."""
    tokens, at = mistake.tokens, mistake.position
    name = mistake.previous
    if name is None or name.kind != "NAME" or mistake.in_brackets or "ARROW" not in mistake.expected:
        return None
    if at >= 2 and tokens[at - 2].kind not in ("NEWLINE", "LBRACE", "RBRACE", "ARROW"):
        return None
    end = next(i for i in range(at, len(tokens)) if tokens[i].kind in _ENDS_STEP)
    is_list = mistake.token.kind == "NAME" and tokens[at + 1].kind in ("COMMA", "EQUAL")
    if mistake.token.kind not in _LITERALS and not is_list:
        return None
    arguments = _separated(mistake, at, end)
    span = Span(mistake.source, name.end, tokens[end - 1].end)
    return mistake.unexpected(
        "arguments stand in brackets",
        help=f"write {name.text}({arguments})",
        fix=Fix("write brackets", (Edit(span, f"({arguments})"),)),
    )


def _separated(mistake: Mistake, start: int, end: int) -> str:
    """The text of some arguments, with the commas that lack between them."""
    tokens = mistake.tokens
    text = tokens[start].text
    for before, token in pairwise(tokens[start:end]):
        lacks = before.kind in _ENDS_ARGUMENT and token.kind in (*_LITERALS, "NAME")
        text += ", " if lacks else mistake.source.text[before.end : token.start]
        text += token.text
    return text


def bare_body(mistake: Mistake) -> Diagnostic | None:
    """`branch conv(16, 1)`."""
    tokens, at = mistake.tokens, mistake.position
    holder = mistake.previous
    if holder is None or holder.kind not in _HOLDERS or mistake.token.kind != "NAME":
        return None
    end = mistake.end_of_line()
    body = mistake.text(at, end)
    span = Span(mistake.source, mistake.token.start, tokens[end - 1].end)
    return mistake.unexpected(
        "stands in no braces",
        help=f"write {holder.text} {{ {body} }}",
        fix=Fix("write braces", (Edit(span, f"{{ {body} }}"),)),
    )


def bracketed_names(mistake: Mistake) -> Diagnostic | None:
    """`for (i, x) in pairs`."""
    tokens, at = mistake.tokens, mistake.position
    if mistake.token.kind != "LPAR" or mistake.previous is None or mistake.previous.kind != "FOR":
        return None
    end = at + 1
    while tokens[end].kind in ("NAME", "COMMA"):
        end += 1
    if [each.kind for each in tokens[end : end + 2]] != ["RPAR", "IN"]:
        return None
    names = mistake.text(at + 1, end).rstrip(", ")
    span = Span(mistake.source, mistake.token.start, tokens[end].end)
    return mistake.unexpected(
        "the names of a `for` stand in no brackets",
        help=f"write `for {names} in`",
        fix=Fix("leave the brackets out", (Edit(span, names),), safe="," in names),
    )


def bare_variant(mistake: Mistake) -> Explained | None:
    """`net A = B`, which is read as `net A = B()`."""
    tokens, at = mistake.tokens, mistake.position
    if [each.kind for each in tokens[max(0, at - 4) : at]] != ["NET", "NAME", "EQUAL", "NAME"]:
        return None
    base = tokens[at - 1]
    span = Span(mistake.source, base.start, base.end)
    diagnostic = Diagnostic(
        codes.UNEXPECTED,
        f"unexpected {describe(mistake.token).removeprefix('the ')}",
        span,
        f"expected `(` after `{base.text}`",
        help=f"write `{base.text}()`, with the values of parameters inside the brackets",
        fix=Fix("write brackets", (Edit(span, f"{base.text}()"),), safe=True),
    )
    if mistake.token.kind != "NEWLINE":
        return None
    return Explained(diagnostic, at, instead=("LPAR", "RPAR"))


def missing_else(mistake: Mistake) -> Diagnostic | None:
    """`a if condition`, and `[x for x in xs if condition]`."""
    tokens = mistake.tokens
    if "ELSE" not in mistake.expected or "LBRACE" in mistake.expected or not mistake.in_brackets:
        return None
    first = next(i for i, each in enumerate(tokens) if each is mistake.open[-1])
    if mistake.open[-1].kind == "LSQB" and "FOR" in outer_kinds(tokens[first + 1 : mistake.position]):
        label = "an `if` leaves no item of a list out"
        help = "a list by `for` has an item for each value: write the shorter list after `in`"
    else:
        label = "expected `else`"
        help = "write `a if condition else b`; a step that may be left out stands in `if condition { ... }`"
    what = describe(mistake.token).removeprefix("the ")
    return Diagnostic(codes.UNEXPECTED, f"unexpected {what}", mistake.span(mistake.token), label, help=help)


def holds_branches(mistake: Mistake) -> bool:
    """Whether what we are in are the braces of a merge, which hold `branch { }` alone."""
    if not mistake.open or mistake.open[-1].kind != "LBRACE":
        return False
    tokens = mistake.tokens
    at = next(i for i, each in enumerate(tokens) if each is mistake.open[-1])
    first = at
    while first and tokens[first - 1].kind not in ("NEWLINE", "LBRACE", "RBRACE", "ARROW"):
        first -= 1
    return tokens[first].kind == "NAME" and tokens[first].text != "residual"
