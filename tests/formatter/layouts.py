"""Texts of the same tokens with other blanks, line breaks and comments; and trees without their places."""

from __future__ import annotations

from hypothesis import strategies as st

from netdsl.diagnostics import Source, Span
from netdsl.record import Record
from netdsl.syntax import tree
from netdsl.syntax.parser import parse
from netdsl.syntax.tokens import Token, tokenize
from tests.syntax.words import SAMPLES

BLANKS = ("", " ", "  ", "\t", " \r", "   ")
LOOSE = set("()[]{},")
WORKING = [text for text in SAMPLES if not parse(Source("sample.net", text))[1]]
SHORT = [text for text in WORKING if len(text) < 1500]
COMMENTS = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=12).map("#{}".format)


@st.composite
def layouts(draw: st.DrawFn) -> str:
    """A sample that parses, laid out in another way."""
    tokens, _ = tokenize(Source("sample.net", draw(st.sampled_from(SHORT))))
    parts: list[str] = []
    opened: list[str] = []
    before = Token("NEWLINE", "\n", 0, 0)
    for token in tokens[:-1]:
        parts.append(draw(gaps(before, token, may_break(before, opened))))
        if token.kind != "NEWLINE":
            parts.append(token.text)
        if token.text in ("(", "[", "{"):
            opened.append(token.text)
        elif token.text in (")", "]", "}"):
            opened.pop()
        before = token
    return "".join(parts)


def may_break(before: Token, opened: list[str]) -> bool:
    """Whether a line may end after a token without ending a statement."""
    return before.kind in ("ARROW", "LBRACE", "NEWLINE") or bool(opened and opened[-1] != "{")


def gaps(before: Token, token: Token, can_break: bool) -> st.SearchStrategy[str]:
    """What may stand between two tokens."""
    is_loose = bool({before.text, token.text} & LOOSE) or token.kind == "NEWLINE"
    blank = st.sampled_from(BLANKS if is_loose else BLANKS[1:])
    lines = st.lists(st.one_of(COMMENTS, st.sampled_from(BLANKS)), min_size=1, max_size=3)
    broken = lines.map(lambda each: " " + "\n".join(each) + "\n")
    if token.kind == "NEWLINE":
        # The brace that opens a body may be followed by its first statement, and closed after its last.
        return blank if before.kind == "LBRACE" else broken
    return st.one_of(blank, broken) if can_break or token.kind == "RBRACE" else blank


def without_places(value: object) -> object:
    """A tree as nested tuples, without its spans."""
    if isinstance(value, Span | Source | tree.Comment):
        return None
    if isinstance(value, Record):
        return (type(value).__name__, *(without_places(getattr(value, name)) for name in value._fields))
    if isinstance(value, tuple):
        return tuple(without_places(each) for each in value)
    return value


def parsed(text: str) -> tree.File:
    """The tree of a text that has no mistakes."""
    file, diagnostics = parse(Source("text.net", text))
    assert not diagnostics, diagnostics
    return file


def meaning(text: str) -> object:
    """What a text says: its definitions, with their documentation."""
    return without_places(parsed(text).items)


def comments(text: str) -> list[str]:
    """The comments of a text, without blanks at their ends."""
    return [each.span.text.lstrip("#").strip() for each in parsed(text).comments]
