"""What a list of files means where some are folders."""

from __future__ import annotations

import os

from netdsl.checker.loading.folders import net_files
from netdsl.diagnostics.catalogue import files as codes
from netdsl.diagnostics.diagnostic import Diagnostic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def with_contents(names: Iterable[str]) -> tuple[list[str], list[Diagnostic]]:
    """The names, folders replaced by the `.net` files in them, and what is wrong with the folders.

    Files of subfolders belong to it and stand in the order of their paths.
    """
    found: list[str] = []
    wrong: list[Diagnostic] = []
    for name in names:
        if not os.path.isdir(name):
            found.append(name)
        elif inside := sorted(net_files(name)):
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
