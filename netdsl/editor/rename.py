"""Gives a name another, everywhere it stands, where that changes nothing else."""

from __future__ import annotations

import os
import re
from collections import Counter

from netdsl.checker.loading.packaged import packaged_folder
from netdsl.checker.loading.used import under
from netdsl.diagnostics.diagnostic import Edit, Severity
from netdsl.diagnostics.span import Source
from netdsl.editor import symbols as kinds
from netdsl.editor.document import Document
from netdsl.editor.navigation import places_in, references, symbol_at
from netdsl.editor.symbols import Symbol
from netdsl.editor.texts import Texts, shown_name
from netdsl.fixes import with_edits
from netdsl.syntax.tables import KEYWORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdsl.diagnostics.span import Span

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class RenameError(Exception):
    """The name can't be changed so; the message says why."""


def renamed_at(document: Document, offset: int) -> Span | None:
    """The place of the name that a rename at an offset would change, None where there is none."""
    occurrence = document.names.at(offset)
    return occurrence.span if occurrence is not None and occurrence.symbol is not None else None


def rename(document: Document, offset: int, name: str, texts: Texts) -> list[Edit]:
    """The edits that give the symbol at an offset another name; none where it has it.

    Raises `RenameError` where there is no symbol, where the name can't be
    one, and where the texts would mean something else after the change.
    """
    symbol = symbol_at(document, offset)
    if symbol is None:
        raise RenameError("no net, block, parameter, value or label stands here")
    refuse_word(symbol, name, texts)
    if name == symbol.name:
        return []
    refuse_taken(document, symbol, name)
    edits = [Edit(span, name) for span in references(document, symbol, texts)]
    check_same(document, symbol, edits, texts)
    return edits


def refuse_word(symbol: Symbol, name: str, texts: Texts) -> None:
    """Raise `RenameError` where a word can't be a name, or its file can't be changed."""
    if not _WORD.fullmatch(name):
        raise RenameError(f"`{name}` is no name: letters, digits and _, and no digit first")
    if name in KEYWORDS:
        raise RenameError(f"`{name}` is a word of the language")
    if symbol.kind in (kinds.NET, kinds.BLOCK) and not name[0].isupper():
        raise RenameError(f"the name of a {symbol.kind} begins with a capital")
    path = os.path.realpath(symbol.span.source.name)
    is_packaged = under(path, os.path.realpath(packaged_folder()))
    if is_packaged and not any(under(path, os.path.realpath(each)) for each in texts.folders):
        raise RenameError(f"`{symbol.name}` belongs to a packaged file, {os.path.basename(path)}")


def refuse_taken(document: Document, symbol: Symbol, name: str) -> None:
    """Raise `RenameError` where something else in this file has the name in the same braces."""
    modules = (kinds.LABEL, kinds.OUTPUT)
    for each in document.names.symbols:
        is_alike = (each.kind in modules) == (symbol.kind in modules)
        if each.name == name and is_alike and each.start <= symbol.end and symbol.start <= each.end:
            raise RenameError(f"`{name}` is the name of something else already, on line {each.span.line}")


def check_same(document: Document, symbol: Symbol, edits: Sequence[Edit], texts: Texts) -> None:
    """Raise `RenameError` where an edited text has findings it did not have, or names something else."""
    changed = {
        source.name: apply(source, edits) for source in dict.fromkeys(each.span.source for each in edits)
    }

    def read(path: str, shown: str) -> Source:
        text = changed.get(shown_name(path))
        return texts.read(path, shown) if text is None else Source(shown, text)

    own = document.source.name
    for name, text in changed.items():
        folder = document.analysis.folder if name == own else os.path.dirname(os.path.realpath(name))
        before = document if name == own else Document(texts.read(name, name), folder, texts.read)
        after = Document(Source(name, text), folder, read)
        before.analysis.finish()
        after.analysis.finish()
        refuse_new_findings(before, after)
        if name == symbol.span.source.name:
            refuse_captured(before, after, symbol)


def refuse_new_findings(before: Document, after: Document) -> None:
    """Raise `RenameError` where a text has more errors of a kind than before."""
    known = Counter(each.code.id for each in before.analysis.findings)
    for each in after.analysis.findings:
        known[each.code.id] -= 1
        if known[each.code.id] < 0 and each.severity == Severity.ERROR:
            raise RenameError(f"the name can't be changed so: {each.message} ({each.code.id})")


def refuse_captured(before: Document, after: Document, symbol: Symbol) -> None:
    """Raise `RenameError` where the new name would mean another symbol, or that symbol this one."""
    old = [each.span.start for each in before.names.symbols]
    new = [each.span for each in after.names.symbols]
    if len(new) != len(old):
        raise RenameError("the name is given to something else already")
    place = new[old.index(symbol.span.start)]
    means = [
        each for each in after.names.occurrences if each.symbol is not None and each.symbol.span == place
    ]
    if len(means) != len(places_in(before, symbol)):
        raise RenameError("the name means something else in one of these places")


def apply(source: Source, edits: Sequence[Edit]) -> str:
    """A text with the edits of it made."""
    return with_edits(source.text, (each for each in edits if each.span.source is source))
