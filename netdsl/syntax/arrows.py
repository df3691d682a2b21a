"""Signs that stand for `->`, and those that calculate with steps."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import syntax as codes
from netdsl.diagnostics.diagnostic import Diagnostic, Edit, Fix
from netdsl.diagnostics.span import Span
from netdsl.syntax.mistake import Explained, Mistake
from netdsl.syntax.tokens import Token

_ONE = ("|", ">", ",", "\u2192")
_TWO = ("=>", "|>", ">>", "||", "~>", "\u2013>", "\u2014>")
# By its sign, the merge that calculates, and what it does with a label.
_MERGES = {
    "PLUS": ("add", "adds the value labelled `{}` to what flows in"),
    "STAR": ("multiply", "multiplies what flows in by the value labelled `{}`"),
}


def arrow(mistake: Mistake) -> Explained | None:
    """A sign that joins steps elsewhere: `,`, `=>`, `|`, `-->`; it is read as `->`."""
    tokens, first = mistake.tokens, mistake.token
    if mistake.in_brackets or "ARROW" not in mistake.expected:
        return None
    end = _end_of_sign(tokens, mistake.position)
    if end == mistake.position:
        return None
    span = Span(mistake.source, first.start, tokens[end - 1].end)
    code = codes.UNKNOWN_CHARACTER if first.kind == "UNKNOWN" else codes.UNEXPECTED
    if tokens[end].kind in ("NEWLINE", "RBRACE", "$END"):
        if first.text != ",":
            return None
        help, fix = "leave it out: a statement ends with its line", Fix("remove the comma", (Edit(span, ""),))
        instead: tuple[str, ...] = ()
    else:
        before = "" if mistake.source.text[span.start - 1].isspace() else " "
        help, fix = "join steps by `->`", Fix("write `->`", (Edit(span, f"{before}->"),))
        instead = ("ARROW",)
    what = "character " if first.kind == "UNKNOWN" else ""
    diagnostic = Diagnostic(code, f"unexpected {what}`{span.text}`", span, "joins no steps")
    return Explained(diagnostic.replace(help=help, fix=fix), end, instead=instead)


def _end_of_sign(tokens: list[Token], start: int) -> int:
    """The index after a sign that may stand for an arrow; `start` where there is none."""
    first, second = tokens[start], tokens[min(start + 1, len(tokens) - 1)]
    if first.kind == "MINUS" and second.kind == "GREATER":
        return start + 2
    at = start
    while tokens[at].kind == "MINUS" and tokens[at].end == tokens[at + 1].start:
        at += 1
    if at > start:
        return at + 1 if tokens[at].kind == "ARROW" else start
    if first.end == second.start and first.text + second.text in _TWO:
        return start + 2
    return start + 1 if first.text in _ONE else start


def calculated_steps(mistake: Mistake) -> Diagnostic | None:
    """`a + b` and `a * b`, where steps stand."""
    token, previous = mistake.token, mistake.previous
    if token.kind not in _MERGES or mistake.in_brackets or "ARROW" not in mistake.expected:
        return None
    following = mistake.tokens[mistake.position + 1]
    merge, does = _MERGES[token.kind]
    other = following.text if following.kind == "NAME" else "label"
    branches = "branch { ... } branch { ... }"
    if previous is not None and previous.kind == following.kind == "NAME":
        branches = f"branch({previous.text}) {{ }} branch({other}) {{ }}"
    return mistake.unexpected(
        "joins no steps",
        help=f"`{merge}({other})` {does.format(other)}; for two others write `{merge} {{ {branches} }}`",
    )
