"""Strings at a wrong place: a message without its comma, a prefix from Python, a text where none is taken."""

from __future__ import annotations

from netdsl.diagnostics.diagnostic import Diagnostic, Edit, Fix
from netdsl.diagnostics.span import Span
from netdsl.syntax.mistake import Explained, Mistake, outer_kinds
from netdsl.syntax.tables import KEYWORDS

# By the word that a statement begins with, how it is called.
_STATEMENTS = {
    "INPUT": "an `input`",
    "EXPECT": "an `expect`",
    "LET": "a `let`",
    "INIT": "an `init`",
    "REPEAT": "a `repeat`",
    "FOR": "a `for`",
    "IF": "an `if`",
    "ELSE": "an `else`",
    "OUTPUT": "an `output`",
    "NAME": "a step",
}
# What may follow where a statement, or what stands before its braces, is complete.
_ENDS = {"NEWLINE", "LBRACE"}
_PREFIXES = {"f", "r", "b", "u", "fr", "rf", "br", "rb"}


def message_without_comma(mistake: Mistake) -> Explained | None:
    """`require condition "message"`, which is read as if the comma were there."""
    if mistake.token.kind != "STRING" or mistake.in_brackets or "COMMA" not in mistake.expected:
        return None
    previous, statement = mistake.previous, mistake.tokens[mistake.line_start() : mistake.position]
    if previous is None or not statement or statement[0].kind != "REQUIRE" or _prefix(mistake):
        return None
    if "COMMA" in outer_kinds(statement):
        return None
    at = Span(mistake.source, previous.end, previous.end)
    diagnostic = mistake.unexpected(
        "expected a comma before it",
        help="separate the condition from its message by a comma",
        fix=Fix("insert a comma", (Edit(at, ","),), safe=True),
    )
    return Explained(diagnostic, mistake.position, instead=("COMMA",))


def prefixed_string(mistake: Mistake) -> Diagnostic | None:
    """`f"text"` and the other prefixes of Python."""
    prefix = _prefix(mistake)
    if not prefix:
        return None
    place = Span(mistake.source, mistake.token.start - len(prefix), mistake.token.start)
    return mistake.unexpected(
        "a string has no letters before it",
        help=f"write `{mistake.token.text}`, without `{prefix}`: a string is taken as it is written",
        fix=Fix(f"leave `{prefix}` out", (Edit(place, ""),)),
    )


def _prefix(mistake: Mistake) -> str:
    """The letters that stand directly before a string, as in Python; else nothing."""
    previous = mistake.previous
    if mistake.token.kind != "STRING" or previous is None or previous.end != mistake.token.start:
        return ""
    return previous.text if previous.text.lower() in _PREFIXES else ""


def loose_string(mistake: Mistake) -> Diagnostic | None:
    """A text behind a statement or on a line of its own: `conv(8, 3) "first"`."""
    token, previous = mistake.token, mistake.previous
    if token.kind != "STRING" or mistake.in_brackets or not mistake.open or previous is None:
        return None
    first = mistake.tokens[mistake.line_start()]
    is_step = "AS" in mistake.expected and (first.kind == "NAME" or first is token)
    if first is token and not is_step:
        label = "no statement begins with a text"
    elif first.kind == "REQUIRE":
        label = "a `require` takes one text"
    elif (is_step or first.kind in _STATEMENTS) and mistake.expected & _ENDS:
        label = f"{_STATEMENTS.get(first.kind, 'a step')} takes no text"
    else:
        return None
    text = token.text[1:-1]
    comment = f"a comment is written `# {text}`, up to the end of its line"
    if not is_step or not _is_name(text):
        return mistake.unexpected(label, help=f"leave it out; {comment}")
    fix = Fix("write a label", (Edit(mistake.span(token), f"as {text}"),))
    return mistake.unexpected(label, help=f"label the step by `as {text}`; {comment}", fix=fix)


def _is_name(text: str) -> bool:
    """Whether a text could be a label."""
    return text.isascii() and text.isidentifier() and text not in KEYWORDS
