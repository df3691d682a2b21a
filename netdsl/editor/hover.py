"""What is known of the word under the cursor."""

from __future__ import annotations

from netdsl.checker.scope.values import Template
from netdsl.diagnostics.span import Source, Span
from netdsl.editor import documentation
from netdsl.editor import symbols as kinds
from netdsl.editor.cursor import read_cursor
from netdsl.editor.document import Document
from netdsl.editor.keywords import WORDS
from netdsl.editor.symbols import Occurrence
from netdsl.editor.targets import option_of, static_target, written_scheme
from netdsl.editor.uses import describe
from netdsl.editor.walk import steps
from netdsl.layers.declaration import Declaration
from netdsl.layers.table import BUILT_IN
from netdsl.record import Record
from netdsl.syntax import tree
from netdsl.syntax.tokens import tokenize


class Hover(Record):
    """Markdown about what stands in `span`."""

    text: str
    span: Span


def hover(document: Document, offset: int) -> Hover | None:
    """What is to be said of the word at an offset, None where there is nothing."""
    occurrence = document.names.at(offset)
    if occurrence is not None:
        text = about(document, occurrence, offset)
        return Hover(text, occurrence.span) if text else None
    for use in document.file.uses:
        if use.span.start <= offset <= use.span.end:
            return used_file(use, document)
    return of_keyword(document.source, offset)


def about(document: Document, occurrence: Occurrence, offset: int) -> str:
    """The text of a name, and what the step that it names made."""
    word = occurrence.span.text
    text = ""
    if occurrence.symbol is not None:
        text = documentation.symbol(occurrence.symbol) + value_of(document, occurrence)
    elif occurrence.kind == kinds.LAYER and occurrence.declaration is not None:
        text = documentation.layer(occurrence.declaration)
    elif occurrence.kind == kinds.FUNCTION:
        text = documentation.function(word)
    elif occurrence.kind == kinds.FLOWING:
        text = documentation.flowing(word)
    elif occurrence.kind == kinds.SCHEME:
        text = documentation.scheme(word)
    elif occurrence.kind in (kinds.OPTION, kinds.CHOICE):
        text = of_option(document, offset)
    made = made_here(document, occurrence)
    return f"{made}\n\n---\n\n{text}" if made and text else made or text


def value_of(document: Document, occurrence: Occurrence) -> str:
    """The value of a net's parameter, where it is not what stands in the header."""
    symbol = occurrence.symbol
    if symbol is None or symbol.kind != kinds.PARAMETER or symbol.span.source is not document.source:
        return ""
    value = document.analysis.settings(symbol.owner).get(symbol.name)
    written = symbol.value.span.text if symbol.value is not None else ""
    is_cut = value is not None and value.endswith("...")
    return f" Its value is `{value}`." if value not in (None, written) and not is_cut else ""


def made_here(document: Document, occurrence: Occurrence) -> str:
    """What the step made whose name or label this is."""
    for step in steps(document.file):
        at_label = step.label is not None and step.label.span == occurrence.span
        if step.name.span == occurrence.span or at_label:
            nodes = document.analysis.uses(step)
            return describe(nodes) if nodes else ""
    symbol = occurrence.symbol
    if symbol is not None and symbol.kind == kinds.LABEL and isinstance(symbol.value, tree.Step):
        nodes = document.analysis.uses(symbol.value)
        return describe(nodes) if nodes else ""
    return ""


def of_option(document: Document, offset: int) -> str:
    """The option that the cursor is in the name or value of."""
    call = read_cursor(document.source, offset).call
    if call is None:
        return ""
    word = document.names.at(offset)
    name = word.span.text if word is not None and word.kind == kinds.OPTION else call.argument
    if call.callee == "init":
        return documentation.scheme_option(written_scheme(document.text, call.callee_start), name or "")
    target = called(document, call.callee, call.callee_start)
    if not isinstance(target, Declaration):
        return ""
    found = option_of(target, name, call.position)
    return documentation.option(found) if found is not None else ""


def called(document: Document, word: str, start: int) -> Declaration | Template | None:
    """What a word at a place calls; in a text that doesn't parse, what has that name."""
    occurrence = next((each for each in document.names.occurrences if each.span.start == start), None)
    symbol = occurrence.symbol if occurrence is not None else None
    if symbol is None:
        symbol = next((each for each in document.names.visible(start) if each.name == word), None)
    if symbol is not None and symbol.kind not in (kinds.PARAMETER, kinds.LET):
        symbol = None
    return static_target(symbol, word, document.module)


def used_file(use: tree.Use, document: Document) -> Hover | None:
    """The nets and blocks of a file that is used."""
    used = next((module for each, module in document.module.used if each is use), None)
    if used is None:
        return None
    lines = "\n".join(documentation.header(each) for each in used.file.definitions)
    return Hover(documentation.code(lines), use.path.span)


def of_keyword(source: Source, offset: int) -> Hover | None:
    """A word of the language."""
    for token in tokenize(source)[0]:
        if token.start <= offset <= token.end and token.text in WORDS:
            return Hover(documentation.keyword(token.text), source.span(token.start, token.end))
        if token.start <= offset < token.end and token.text in BUILT_IN:
            # In a line that could not be read.
            return Hover(documentation.layer(BUILT_IN[token.text]), source.span(token.start, token.end))
    return None
