"""Values that are written otherwise: by an `if` or `for` with braces, by dots, and the net's `input`."""

from __future__ import annotations

import re
from itertools import pairwise

from netdsl.diagnostics.catalogue import syntax as codes
from netdsl.diagnostics.diagnostic import Diagnostic, Edit, Fix
from netdsl.diagnostics.span import Span
from netdsl.syntax.mistake import Mistake
from netdsl.syntax.tokens import Token

_DOTS = re.compile(r"(\w+)[ \t]*(\.{2,3}[=<]?)[ \t]*(\w+)")
_MARKS = ["IF", "LBRACE", "RBRACE", "ELSE", "LBRACE", "RBRACE"]


def chosen_value(mistake: Mistake) -> Diagnostic | None:
    """`let x = if condition { a } else { b }`."""
    if mistake.token.kind != "IF" or not _is_value_wanted(mistake):
        return None
    label = "a value does not begin with `if`"
    marks = _marks(mistake.tokens, mistake.position)
    parts = [" ".join(mistake.text(first + 1, last).split()) for first, last in pairwise(marks)]
    if len(marks) < len(_MARKS) or not (parts[0] and parts[1] and parts[4]):
        return mistake.unexpected(label, help="write `a if condition else b`")
    written = f"{parts[1]} if {parts[0]} else {parts[4]}"
    place = Span(mistake.source, mistake.token.start, mistake.tokens[marks[-1]].end)
    fix = Fix("write `if` and `else`", (Edit(place, written),))
    return mistake.unexpected(label, help=f"write `{written}`", fix=fix)


def _marks(tokens: list[Token], start: int) -> list[int]:
    """The indices of an `if`, its `else` and their braces, as far as they are there."""
    marks: list[int] = []
    for at in range(start, len(tokens)):
        kind = tokens[at].kind
        if len(marks) == len(_MARKS) or kind == "$END":
            break
        if kind == _MARKS[len(marks)]:
            marks.append(at)
        elif kind in _MARKS or (len(marks) == 3 and kind != "NEWLINE"):
            break
    return marks


def listed_value(mistake: Mistake) -> Diagnostic | None:
    """`let xs = for x in ys { x }`."""
    if mistake.token.kind != "FOR" or not _is_value_wanted(mistake):
        return None
    return mistake.unexpected("a value does not begin with `for`", help="write a list, `[2 * x for x in xs]`")


def dotted_range(mistake: Mistake) -> Diagnostic | None:
    """`for i in 0..3`, and `xs[0..3]`."""
    previous = mistake.previous
    if previous is None or mistake.token.text[:1] != "." or "ARROW" in mistake.expected:
        return None
    match = _DOTS.match(mistake.source.text, previous.start)
    if match is None:
        return None
    first, dots, last = match.groups()
    written = f"range({last})" if first == "0" else f"range({first}, {last})"
    help = f"write `{written}`, which ends before {last}"
    if mistake.in_brackets and mistake.open[-1].kind == "LSQB":
        at = next(i for i, each in enumerate(mistake.tokens) if each is mistake.open[-1])
        is_slice = mistake.tokens[at - 1].kind in ("NAME", "RPAR", "RSQB")
        written = f"{first}:{last}" if is_slice else ""
        help = f"a slice is written `{written}`" if is_slice else f"{help}, without square brackets"
    span = Span(mistake.source, *match.span())
    fix = Fix(f"write `{written}`", (Edit(span, written),)) if written and dots == ".." else None
    label = "a range is not written by dots"
    return Diagnostic(codes.UNEXPECTED, f"unexpected `{span.text}`", span, label, help=help, fix=fix)


def input_as_value(mistake: Mistake) -> Diagnostic | None:
    """`add(input)` and `branch(input) { }`."""
    tokens, at = mistake.tokens, mistake.position
    if mistake.token.kind != "INPUT" or tokens[at + 1].kind == "EQUAL" or mistake.in_header:
        return None
    is_branch = [each.kind for each in tokens[max(0, at - 2) : at]] == ["BRANCH", "LPAR"]
    if not is_branch and not (mistake.in_brackets and _is_value_wanted(mistake)):
        return None
    return Diagnostic(
        codes.RESERVED_WORD,
        "`input` is a reserved word",
        mistake.span(mistake.token),
        "what flows in has no name",
        help="layers take it by themselves; for a merge, write `identity as x` above them, and `x` here",
    )


def _is_value_wanted(mistake: Mistake) -> bool:
    """Whether a value may begin here, and no statement."""
    return "INT" in mistake.expected and "INPUT" not in mistake.expected
