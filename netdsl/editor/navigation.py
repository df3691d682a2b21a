"""Where a name is given, and everywhere it is used, in this file and in those that use it."""

from __future__ import annotations

import os

from netdsl.checker.loading.used import find_used
from netdsl.diagnostics.diagnostic import DiagnosticError
from netdsl.diagnostics.span import Span
from netdsl.editor import symbols as kinds
from netdsl.editor.document import Document
from netdsl.editor.symbols import Symbol
from netdsl.editor.texts import Texts, same_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# What other files can see of a file.
SHARED = (kinds.NET, kinds.BLOCK, kinds.PARAMETER)


def definition_at(document: Document, offset: int, texts: Texts) -> Span | None:
    """Where the name at an offset is given; for the path of a `use`, the beginning of that file."""
    occurrence = document.names.at(offset)
    if occurrence is not None:
        return occurrence.symbol.span if occurrence.symbol is not None else None
    folder = document.analysis.folder
    for use in document.file.uses:
        if use.span.start <= offset <= use.span.end:
            root = os.path.realpath(folder) if folder is not None else None
            try:
                source = texts.source(find_used(use, folder, root))
            except DiagnosticError:
                return None
            return source.span(0, 0) if source is not None else None
    return None


def symbol_at(document: Document, offset: int) -> Symbol | None:
    """The symbol of the name at an offset."""
    occurrence = document.names.at(offset)
    return occurrence.symbol if occurrence is not None else None


def highlights(document: Document, offset: int) -> list[Span]:
    """The places in this text that mean the same as the name at an offset."""
    symbol = symbol_at(document, offset)
    return places_in(document, symbol) if symbol is not None else []


def references(document: Document, symbol: Symbol, texts: Texts) -> list[Span]:
    """Every place that means a symbol, where it is given included."""
    found = places_in(document, symbol)
    if symbol.kind not in SHARED:
        return found
    own = document.source.name
    for other in others(symbol, texts):
        if not same_file(other.source.name, own):
            found += places_in(other, symbol)
    return found


def places_in(document: Document, symbol: Symbol) -> list[Span]:
    """The places of a text that mean a symbol."""
    return [
        each.span
        for each in document.names.occurrences
        if each.symbol is not None and each.symbol.place == symbol.place
    ]


def others(symbol: Symbol, texts: Texts) -> Iterator[Document]:
    """The files that may name a symbol: its own, and those of the workspace that speak of it."""
    for path in dict.fromkeys((os.path.realpath(symbol.span.source.name), *texts.files())):
        source = texts.source(path)
        if source is not None and symbol.name in source.text:
            yield Document(source, os.path.dirname(path), texts.read)
