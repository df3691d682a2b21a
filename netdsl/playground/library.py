"""The files that the page can open: those of the folder that is served, and the packaged ones."""

from __future__ import annotations

import os

from netdsl.checker.loading.packaged import packaged_folder, packaged_names
from netdsl.checker.loading.source import read_source
from netdsl.checker.loading.used import under
from netdsl.editor.texts import Texts, shown_name
from netdsl.file_names import can_name_file
from netdsl.lints.config_file import OWN
from netdsl.playground.request import RequestError
from netdsl.record import Record
from netdsl.syntax.parser import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.diagnostics.span import Source

ENDING = ".net"


class Place(Record):
    """What a text is called in messages, and the folder where the paths of its `use` lines begin."""

    shown: str
    folder: str


class Library:
    """Files by the names that the page has for them: `lenet5` is packaged, `sub/a.net` in the folder."""

    def __init__(self, folder: str | None = None) -> None:
        self.folder = os.path.realpath(folder) if folder is not None else None

    def files(self) -> list[str]:
        """The `.net` files of the folder and those below, by their paths from it; no links that leave it."""
        if self.folder is None:
            return []
        return [
            os.path.relpath(path, self.folder).replace(os.sep, "/")
            for path in Texts((self.folder,)).files()
            if self._is_inside(path)
        ]

    def configurations(self) -> list[str]:
        """The configurations of lints that lie beside these files, by their paths from the folder."""
        folders = {"", *(os.path.dirname(each) for each in self.files())}
        found = sorted(f"{each}/{OWN}".removeprefix("/") for each in folders)
        return [each for each in found if self.folder is not None and self._is_file(each)]

    def packaged(self) -> list[dict[str, object]]:
        """The packaged nets: what the page opens them by, their own names, and what they are."""
        rows: list[dict[str, object]] = []
        for name in packaged_names():
            file, _ = parse(read_source(self._packaged_path(name)))
            for each in file.definitions:
                if each.kind == "net":
                    doc = each.doc.splitlines()[0] if each.doc else ""
                    rows.append({"name": name, "net": each.name.name, "doc": doc})
        return rows

    def place(self, name: str) -> Place:
        """Where a text of this name stands, whether or not there is such a file."""
        if name in packaged_names():
            return Place(name + ENDING, packaged_folder())
        if self.folder is None:
            return Place(name, packaged_folder())
        path = self._path(name)
        return Place(shown_name(path), os.path.dirname(path))

    def read(self, name: str) -> Source:
        """The text of a file.

        Raises `RequestError` where the name is none of a file that the page
        can open, `DiagnosticError` where the file can't be read.
        """
        path = self._packaged_path(name) if name in packaged_names() else self._path(name)
        return read_source(path, self.place(name).shown)

    def _packaged_path(self, name: str) -> str:
        return os.path.join(packaged_folder(), name + ENDING)

    def _path(self, name: str) -> str:
        """The real path of a name in the folder; raises `RequestError` where it leads elsewhere."""
        is_name = can_name_file(name) and name.endswith(ENDING) and not os.path.isabs(name)
        if self.folder is None or not is_name:
            raise RequestError(f"`{name}` is neither a packaged network nor a .net file of the folder")
        path = os.path.realpath(os.path.join(self.folder, name))
        if not self._is_inside(path):
            raise RequestError(f"`{name}` is not in the folder that is served")
        return path

    def _is_file(self, name: str) -> bool:
        """Whether a path from the folder is that of a file in it."""
        assert self.folder is not None
        path = os.path.realpath(os.path.join(self.folder, name))
        return under(path, self.folder) and os.path.isfile(path)

    def _is_inside(self, path: str) -> bool:
        """Whether a real path is that of a `.net` file of the folder: links may lead to others."""
        return self.folder is not None and under(path, self.folder) and path.endswith(ENDING)
