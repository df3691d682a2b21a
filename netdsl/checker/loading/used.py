"""The file that a `use` leads to."""

from __future__ import annotations

import os

from netdsl.checker.loading.packaged import packaged_folder, packaged_names
from netdsl.diagnostics.catalogue import files as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError, Edit, Fix
from netdsl.diagnostics.suggest import closest
from netdsl.file_names import can_name_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.syntax import tree


def find_used(use: tree.Use, folder: str | None, root: str | None, suggests: bool = True) -> str:
    """The path of the file that a `use` in a file of this folder leads to: beside that file, or packaged.

    None leads out of `root`, which is a real path. Raises `DiagnosticError`
    where there is no such file, with the one that was probably meant where it
    `suggests` one.
    """
    wanted = str(use.path.value)
    if folder is None or root is None:
        raise bad_use(use, "a text without a file can't use others", "there is no folder to look in")
    if not can_name_file(wanted):
        raise bad_use(use, "no file can have this name", "a zero or half a character is in it")
    if os.path.isabs(wanted):
        raise bad_use(use, "a used file is named by a relative path", "not a relative path")
    path = os.path.realpath(os.path.join(folder, wanted))
    library = os.path.realpath(packaged_folder())
    if not under(path, root) and not under(path, library):
        raise bad_use(use, "a used file stays under the folder of the file", "leads out of the folder")
    if os.path.lexists(path):
        return path
    packaged = os.path.realpath(os.path.join(library, wanted))
    if under(packaged, library) and os.path.isfile(packaged):
        return packaged
    meant = meant_file(use, os.path.dirname(path)) if suggests else None
    raise bad_use(use, f"no file `{wanted}`", "neither beside this file nor packaged", meant)


def under(path: str, folder: str) -> bool:
    """Whether a real path is inside a real folder."""
    return path.startswith(folder.rstrip(os.sep) + os.sep)


def meant_file(use: tree.Use, folder: str) -> str | None:
    """The file in a folder, or the packaged one, that was probably meant by a `use` that leads nowhere."""
    below, wanted = os.path.split(str(use.path.value))
    own = os.path.basename(use.path.span.source.name)
    try:
        beside = [name[:-4] for name in sorted(os.listdir(folder)) if name.endswith(".net") and name != own]
    except OSError:
        beside = []
    meant = closest(wanted.removesuffix(".net"), [*beside, *packaged_names()])
    if meant is None or not meant.isprintable() or '"' in meant:
        return None
    return f"{below}/{meant}.net" if below and meant in beside else f"{meant}.net"


def bad_use(use: tree.Use, message: str, label: str, meant: str | None = None) -> DiagnosticError:
    """The error of a `use` that can't be followed, with the file that was probably meant."""
    help = f"did you mean `{meant}`?" if meant else None
    fix = Fix(f"write `{meant}`", (Edit(use.path.span, f'"{meant}"'),)) if meant else None
    return DiagnosticError(Diagnostic(codes.BAD_USE, message, use.path.span, label, help=help, fix=fix))
