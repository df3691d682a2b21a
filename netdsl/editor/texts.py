"""The texts an editor has open, which win over the files they were read from."""

from __future__ import annotations

import os

from netdsl.checker.loading.folders import net_files
from netdsl.checker.loading.source import path_from_here, read_source
from netdsl.diagnostics.diagnostic import DiagnosticError
from netdsl.diagnostics.span import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_FILES = 2000


class Texts:
    """Open texts by their real path, and the folders of the workspace."""

    def __init__(self, folders: tuple[str, ...] = ()) -> None:
        self.folders = folders
        self._open: dict[str, str] = {}

    def open(self, path: str, text: str) -> None:
        """Keep the text of a file that is open, in place of an older one."""
        self._open[os.path.realpath(path)] = text

    def close(self, path: str) -> None:
        """From now on the file's own text counts."""
        self._open.pop(os.path.realpath(path), None)

    def read(self, path: str, shown: str | None = None) -> Source:
        """The text of a file, as it is in the editor if it is open there.

        Raises `DiagnosticError` where there is none.
        """
        text = self._open.get(os.path.realpath(path))
        return read_source(path, shown) if text is None else Source(shown or path, text)

    def source(self, path: str) -> Source | None:
        """The same, by the name that `use` would show it by; None where it can't be read."""
        try:
            return self.read(path, shown_name(path))
        except DiagnosticError:
            return None

    def files(self) -> Iterator[str]:
        """The `.net` files of the workspace and those that are open, by their real paths."""
        seen = set(self._open)
        yield from sorted(seen)
        for folder in self.folders:
            for path in map(os.path.realpath, net_files(folder)):
                if path not in seen:
                    seen.add(path)
                    yield path
                if len(seen) >= MOST_FILES:
                    return


def shown_name(path: str) -> str:
    """A path as the loader of used files names it: from the current folder."""
    return path_from_here(os.path.realpath(path))


def same_file(name: str, path: str) -> bool:
    """Whether the name of a source is that of a file."""
    return os.path.realpath(name) == os.path.realpath(path)
