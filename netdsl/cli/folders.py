"""What a list of files means where some are folders."""

from __future__ import annotations

import os

from netdsl.diagnostics.catalogue import files as codes
from netdsl.diagnostics.diagnostic import Diagnostic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def with_contents(names: Iterable[str]) -> tuple[list[str], list[Diagnostic]]:
    """The names, folders replaced by the `.net` files in them, and what is wrong with the folders.

    Files of subfolders belong to it and stand in the order of their paths;
    what is hidden (`.git`, `.venv`) is left out, and links to folders are
    not followed.
    """
    found: list[str] = []
    wrong: list[Diagnostic] = []
    for name in names:
        if not os.path.isdir(name):
            found.append(name)
        elif inside := sorted(_files_in(name)):
            found += inside
        else:
            wrong.append(
                Diagnostic(
                    codes.UNREADABLE,
                    f"no .net file is in `{name}`",
                    file=name,
                    help="name another folder or a file",
                )
            )
    return found, wrong


def _files_in(folder: str) -> Iterable[str]:
    for path, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if not each.startswith(".")]
        yield from (
            os.path.normpath(os.path.join(path, each))
            for each in names
            if each.endswith(".net") and not each.startswith(".")
        )
