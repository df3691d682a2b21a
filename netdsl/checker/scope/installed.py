"""The layers of installed packages that a check asks for."""

from __future__ import annotations

from netdsl.layers import table
from netdsl.layers.table import BrokenLayerError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.layers.declaration import Declaration


class InstalledLayers:
    """Looks for layers of installed packages, once for each name: a loop may name one thousands of times."""

    def __init__(self) -> None:
        self._names: frozenset[str] | None = None
        self._found: dict[str, Declaration | BrokenLayerError] = {}

    def find(self, name: str) -> Declaration | None:
        """The layer of this name, if a package has it; raises `BrokenLayerError` where it can't be loaded."""
        if self._names is None:
            self._names = frozenset(table.installed_names())
        if name not in self._names:
            return None
        if name not in self._found:
            self._found[name] = _load(name)
        found = self._found[name]
        if isinstance(found, BrokenLayerError):
            raise found
        return found


def _load(name: str) -> Declaration | BrokenLayerError:
    try:
        return table.installed(name) or BrokenLayerError("it is there no longer")
    except BrokenLayerError as error:
        return error
