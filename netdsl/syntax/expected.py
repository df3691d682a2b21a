"""What could stand where something else does."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import syntax as codes
from netdsl.diagnostics.diagnostic import Diagnostic
from netdsl.syntax import slips
from netdsl.syntax.brackets import STATEMENTS
from netdsl.syntax.mistake import Mistake, describe
from netdsl.syntax.tables import KEYWORDS, LITERALS

# The tokens that a value begins with.
VALUES = {"NAME", "INT", "FLOAT", "SHAPE", "STRING", "TRUE", "FALSE", "LPAR", "LSQB", "MINUS", "NOT"}


def anything_else(mistake: Mistake) -> Diagnostic:
    """What could stand here, and perhaps what to do."""
    token = mistake.token
    follows_arrow = mistake.previous is not None and mistake.previous.kind == "ARROW"
    wanted = "a layer" if follows_arrow else _wanted(mistake.expected)
    label = f"expected {wanted}" if wanted else "can't stand here"
    help = None
    if mistake.previous is not None and token.kind in {"NAME", *STATEMENTS} and "ARROW" in mistake.expected:
        help = "join steps by `->`, or put each on a line of its own"
        if slips.holds_branches(mistake):
            help = "each branch of a merge stands in `branch { ... }`"
    what = describe(token).removeprefix("the ")
    return Diagnostic(codes.UNEXPECTED, f"unexpected {what}", mistake.span(token), label, help=help)


def _wanted(expected: frozenset[str]) -> str:
    """What could stand here, in few words."""
    words: list[str] = []
    rest = set(expected)
    for members, phrase in (
        ({"INPUT", "EXPECT", "LET", "NAME"}, "a statement"),
        ({"INT", "FLOAT", "STRING", "NAME"}, "a value"),
        ({"NET", "BLOCK", "USE"}, "a net, a block or a use"),
        ({"PLUS", "STAR", "MINUS"}, ""),
    ):
        if members <= rest:
            words.append(phrase)
            rest -= members | (VALUES | {"PLUS"} if phrase == "a value" else set())
            rest -= frozenset(KEYWORDS.values()) | {"RBRACE"} if phrase == "a statement" else set()
            if not phrase:
                rest -= {"SLASH", "DOUBLE_SLASH", "PERCENT", "DOUBLE_STAR", "LSQB", "EQUALS", "NOT_EQUALS"}
                rest -= {"LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL", "IN", "IF", "AND", "OR"}
    names = {
        "NAME": "a name",
        "NEWLINE": "the end of the line",
        "STRING": "a string",
        "$END": "the end of the file",
    }
    signs = [names.get(kind) or f"`{LITERALS.get(kind, kind.lower())}`" for kind in sorted(rest)]
    words = [word for word in words if word] + signs
    if not words or len(words) > 6:
        return ""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]
