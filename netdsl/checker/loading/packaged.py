"""Packaged architectures, and the file that a name on the command line means."""

from __future__ import annotations

import os

from netdsl.diagnostics.catalogue import files as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError
from netdsl.diagnostics.suggest import closest


def packaged_folder() -> str:
    """The folder of the packaged architectures."""
    here = os.path.dirname(os.path.abspath(__file__))
    package = os.path.dirname(os.path.dirname(here))
    inside = os.path.join(package, "architectures")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(package), "architectures")


def packaged_names() -> list[str]:
    """The names of the packaged architectures, without their extension."""
    try:
        found = os.listdir(packaged_folder())
    except OSError:
        return []
    return sorted(name[:-4] for name in found if name.endswith(".net"))


def find_file(name: str) -> str:
    """The path of a file, or of the packaged architecture of this name.

    Raises `DiagnosticError` where there is neither.
    """
    if os.path.lexists(name):
        return name
    bare = os.sep not in name and "/" not in name
    stem = name[:-4] if name.endswith(".net") else name
    packaged = os.path.join(packaged_folder(), stem + ".net")
    if bare and stem in packaged_names():
        return packaged
    if os.path.lexists(name + ".net"):
        return name + ".net"
    meant = closest(stem, packaged_names()) if bare else None
    raise DiagnosticError(
        Diagnostic(
            codes.NOT_FOUND,
            f"no file `{name}`"
            + ("" if name.endswith(".net") or not bare else ", and no packaged architecture of that name"),
            file=name,
            help=f"did you mean `{meant}`?" if meant else "`netdsl list` prints the packaged architectures",
        )
    )
