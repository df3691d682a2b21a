"""The `.net` files of a folder: what commands and editors take for a project's own."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# What tools put into a project: environments, packages, caches and builds.
_OTHERS = frozenset({"__pycache__", "build", "dist", "node_modules", "site-packages", "venv"})


def net_files(folder: str) -> Iterator[str]:
    """The `.net` files in the folder and below, those of a folder before those of its subfolders.

    What is hidden (`.git`, `.venv`) or of other tools (`build`, `dist`,
    `node_modules`, `site-packages`, `venv`, `__pycache__`) is left out, and
    links to folders are not followed. The folder itself may have any name.
    """
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith(".") and each not in _OTHERS)
        for name in sorted(names):
            if name.endswith(".net") and not name.startswith("."):
                yield os.path.normpath(os.path.join(place, name))
