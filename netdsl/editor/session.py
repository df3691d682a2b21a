"""The documents that an editor has open, each as it stands now."""

from __future__ import annotations

import os

from netdsl.diagnostics.span import Source
from netdsl.editor.document import Document
from netdsl.editor.texts import Texts, shown_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netdsl.checker.scope.module import Module


class Session:
    """Documents by their URI. `path_of` gives the path of a URI, None where it is no file's."""

    def __init__(self, path_of: Callable[[str], str | None]) -> None:
        self.texts = Texts()
        self.documents: dict[str, Document] = {}
        # The last of each whose text could be read without an error: completion needs its names.
        self.readable: dict[str, Document] = {}
        # By real path: an editor may know a file by another one.
        self.uris: dict[str, str] = {}
        self.path_of = path_of

    def update(self, uri: str, text: str) -> Document:
        """Take over a text; its document, the first net checked."""
        path = self.path_of(uri)
        if path is not None:
            self.texts.open(path, text)
            self.uris[os.path.realpath(path)] = uri
        return self.check(uri, text)

    def check(self, uri: str, text: str) -> Document:
        """Make a document anew, as a file that it uses may have changed."""
        path = self.path_of(uri)
        name = shown_name(path) if path is not None else uri
        folder = os.path.dirname(os.path.realpath(path)) if path is not None else None
        document = Document(Source(name, text), folder, self.texts.read)
        document.analysis.advance()
        if document.analysis.is_small:
            # The lints of a small file take less than a person notices: they stay while one types.
            document.analysis.advance()
        self.documents[uri] = document
        if not document.analysis.is_unreadable:
            self.readable[uri] = document
        return document

    def close(self, uri: str) -> None:
        """Forget a document."""
        path = self.path_of(uri)
        if path is not None:
            self.texts.close(path)
            self.uris.pop(os.path.realpath(path), None)
        self.documents.pop(uri, None)
        self.readable.pop(uri, None)

    def users(self, uri: str) -> list[str]:
        """The open documents that use a file."""
        path = self.path_of(uri)
        if path is None:
            return []
        name = shown_name(path)
        return [
            other
            for other, document in self.documents.items()
            if other != uri and any(each.source.name == name for each in used_by(document.module))
        ]


def used_by(module: Module) -> Iterator[Module]:
    """The files that a file uses, and those that these use."""
    seen: set[int] = set()
    pending = [module]
    while pending:
        for _, used in pending.pop().used:
            if id(used) not in seen:
                seen.add(id(used))
                pending.append(used)
                yield used
