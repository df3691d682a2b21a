"""A text with all that was found out about it."""

from __future__ import annotations

from netdsl.checker.loading.source import read_source
from netdsl.diagnostics.span import Source
from netdsl.editor.analysis import Analysis
from netdsl.editor.names import find_names
from netdsl.editor.symbols import Names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from netdsl.checker.scope.module import Module
    from netdsl.syntax import tree


class Document:
    """A text that an editor shows: its tree, its names, and what the check knows so far.

    `folder` is where the paths of its `use` lines begin, None where the text
    is no file; `read` gives the texts of used files; `net` and `given` are as for
    `Analysis`. Nothing is checked until `analysis.advance` is called: names
    need no check.
    """

    def __init__(
        self,
        source: Source,
        folder: str | None = None,
        read: Callable[[str, str], Source] = read_source,
        *,
        net: str | None = None,
        given: Mapping[str, str] | None = None,
    ) -> None:
        self.source = source
        self.analysis = Analysis(source, folder, read, net=net, given=given)
        self._names: Names | None = None

    @property
    def text(self) -> str:
        """Its text."""
        return self.source.text

    @property
    def module(self) -> Module:
        """Its definitions, and the names it sees."""
        return self.analysis.module

    @property
    def file(self) -> tree.File:
        """Its syntax tree."""
        return self.module.file

    @property
    def names(self) -> Names:
        """Its names, found when they are first asked for."""
        if self._names is None:
            self._names = find_names(self.module)
        return self._names


def document(text: str, name: str = "<text>", folder: str | None = None) -> Document:
    """The document of a text, every net checked."""
    made = Document(Source(name, text), folder)
    made.analysis.finish()
    return made
