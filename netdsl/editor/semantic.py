"""What each word of a text is, for colours that follow its meaning."""

from __future__ import annotations

from netdsl.editor import symbols as kinds
from netdsl.editor.document import Document
from netdsl.layers.declaration import Merge
from netdsl.record import Record
from netdsl.syntax.tables import KEYWORDS
from netdsl.syntax.tokens import tokenize

TYPES = (
    "keyword",
    "class",
    "function",
    "parameter",
    "variable",
    "property",
    "enumMember",
    "comment",
    "number",
    "string",
    "operator",
    "macro",
)
MODIFIERS = ("declaration", "readonly", "defaultLibrary")
_OF_KIND = {
    kinds.NET: "class",
    kinds.BLOCK: "class",
    kinds.PARAMETER: "parameter",
    kinds.LET: "variable",
    kinds.VARIABLE: "variable",
    kinds.LABEL: "property",
    kinds.OUTPUT: "property",
    kinds.LAYER: "function",
    kinds.FUNCTION: "function",
    kinds.FLOWING: "variable",
    kinds.CHOICE: "enumMember",
    kinds.OPTION: "parameter",
    kinds.SCHEME: "enumMember",
}
_NUMBERS = {"INT", "FLOAT", "SHAPE"}
_CONSTANTS = {"TRUE", "FALSE"}


class SemanticToken(Record):
    """A word: where it is, and what; `modifiers` say more of it."""

    start: int
    end: int
    type: str
    modifiers: tuple[str, ...] = ()


def semantic_tokens(document: Document) -> list[SemanticToken]:
    """The words, numbers, texts and comments of a text in order; none overlaps another or a line's end."""
    names = {each.span.start: each for each in document.names.occurrences}
    found: list[SemanticToken] = []
    tokens, comments = tokenize(document.source)
    for token in tokens:
        occurrence = names.get(token.start)
        if token.kind == "NAME" and occurrence is not None and occurrence.span.end == token.end:
            modifiers = []
            if occurrence.is_definition:
                modifiers.append("declaration")
            if occurrence.symbol is None:
                modifiers.append("defaultLibrary")
            if occurrence.kind in (kinds.LET, kinds.VARIABLE, kinds.FLOWING):
                modifiers.append("readonly")
            kind = "macro" if isinstance(occurrence.declaration, Merge) else _OF_KIND[occurrence.kind]
            if occurrence.kind == kinds.OPTION:
                kind = "parameter"
            found.append(SemanticToken(token.start, token.end, kind, tuple(modifiers)))
        elif token.text in KEYWORDS:
            kind = "enumMember" if token.kind in _CONSTANTS else "keyword"
            found.append(SemanticToken(token.start, token.end, kind))
        elif token.kind in _NUMBERS:
            found.append(SemanticToken(token.start, token.end, "number"))
        elif token.kind == "STRING":
            found.append(SemanticToken(token.start, token.end, "string"))
    for comment in comments:
        end = comment.end - (comment.text.endswith("\r"))
        found.append(SemanticToken(comment.start, end, "comment"))
    return sorted(found, key=lambda each: each.start)
