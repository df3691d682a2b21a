"""Mistakes of brackets and braces: forgotten, mixed up, or too many."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import syntax as codes
from netdsl.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label
from netdsl.diagnostics.span import Span
from netdsl.syntax.mistake import Explained, Mistake, describe

STATEMENTS = {"INPUT", "EXPECT", "LET", "REQUIRE", "INIT", "REPEAT", "FOR", "BRANCH", "OUTPUT"}
CLOSERS = {"LPAR": ")", "LSQB": "]", "LBRACE": "}"}


def mismatched_bracket(mistake: Mistake) -> Diagnostic | None:
    """A bracket that is closed by one of another kind."""
    token = mistake.token
    if token.kind not in ("RPAR", "RSQB") or not mistake.open or mistake.open[-1].kind == "LBRACE":
        return None
    opened = mistake.open[-1]
    closer = CLOSERS[opened.kind]
    if token.text == closer:
        return None
    span = mistake.span(token)
    return Diagnostic(
        codes.UNCLOSED,
        f"`{opened.text}` is closed by `{token.text}`",
        span,
        f"expected `{closer}`",
        (Label(Span(mistake.source, opened.start, opened.end), "opened here"),),
        fix=Fix(f"write `{closer}`", (Edit(span, closer),)),
    )


def unclosed_bracket(mistake: Mistake) -> Explained | None:
    """A `(` or `[` that is never closed."""
    if not mistake.open or mistake.open[-1].kind == "LBRACE" or _closes_later(mistake):
        return None
    opened = mistake.open[-1]
    closer = CLOSERS[opened.kind]
    first = next(i for i in range(mistake.position, -1, -1) if mistake.tokens[i] is opened)
    resume = next(
        (i for i in range(first, mistake.position) if mistake.tokens[i].kind == "NEWLINE"), mistake.position
    )
    place = mistake.tokens[resume if resume < mistake.position else mistake.position]
    before = mistake.tokens[(resume if resume < mistake.position else mistake.position) - 1]
    at = Span(mistake.source, before.end, before.end)
    diagnostic = Diagnostic(
        codes.UNCLOSED,
        f"`{opened.text}` is never closed",
        Span(mistake.source, opened.start, opened.end),
        "opened here",
        (Label(mistake.span(mistake.token), f"{describe(mistake.token)} can't stand inside it"),)
        if place is mistake.token and mistake.token.kind not in ("NEWLINE", "$END")
        else (),
        help=f"close it with `{closer}`",
        fix=Fix(f"insert `{closer}`", (Edit(at, closer),)),
    )
    # A bracket that is open up to the end has nothing after it that could be read on its own.
    return Explained(diagnostic, mistake.position if mistake.token.kind == "$END" else resume)


def _closes_later(mistake: Mistake) -> bool:
    """Whether the open bracket is closed further on, before anything that can't stand in brackets."""
    depth = 0
    before = mistake.previous
    for token in mistake.tokens[mistake.position : mistake.position + 400]:
        if token.kind in ("LPAR", "LSQB"):
            depth += 1
        elif token.kind in ("RPAR", "RSQB"):
            if depth == 0:
                return CLOSERS[mistake.open[-1].kind] == token.text or mistake.token is not token
            depth -= 1
        begins = token.kind in STATEMENTS and before is not None and before.kind == "NEWLINE"
        if begins or token.kind in ("ARROW", "LBRACE", "RBRACE", "$END"):
            return False
        before = token
    return False


def unclosed_brace(mistake: Mistake) -> Explained | None:
    """Braces that are open where another definition, or the end of the file, comes."""
    if not mistake.open or not (mistake.token.kind == "$END" or _begins_definition(mistake)):
        return None
    opened = mistake.open[-1]
    diagnostic = Diagnostic(
        codes.UNCLOSED,
        f"`{opened.text}` is never closed",
        Span(mistake.source, opened.start, opened.end),
        "opened here",
        (Label(mistake.span(mistake.token), f"{describe(mistake.token)} comes first"),),
        help=f"close it with `{CLOSERS[opened.kind]}`",
    )
    return Explained(diagnostic, mistake.position, "RBRACE" in mistake.expected)


def _begins_definition(mistake: Mistake) -> bool:
    """Whether a net or block begins at this line."""
    if mistake.token.kind not in ("NET", "BLOCK") or mistake.previous is None:
        return False
    return mistake.previous.kind == "NEWLINE" and mistake.tokens[mistake.position + 1].kind == "NAME"


def unopened_brace(mistake: Mistake) -> Diagnostic | None:
    """A closing sign without anything open."""
    token = mistake.token
    if token.kind not in ("RBRACE", "RPAR", "RSQB"):
        return None
    pairs = {"RBRACE": "LBRACE", "RPAR": "LPAR", "RSQB": "LSQB"}
    if mistake.open and mistake.open[-1].kind == pairs[token.kind]:
        return None
    label = "nothing is open that this could close"
    return Diagnostic(codes.UNEXPECTED, f"unexpected `{token.text}`", mistake.span(token), label)
