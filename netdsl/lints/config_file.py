"""Where the configuration is: `netdsl.toml`, or a table of `pyproject.toml`, in a file's folder or above."""

from __future__ import annotations

import os

from netdsl.checker.loading.source import path_from_here
from netdsl.diagnostics.catalogue import files as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError
from netdsl.diagnostics.span import Source

OWN, SHARED = "netdsl.toml", "pyproject.toml"
TABLE = "tool.netdsl"
LARGEST = 2**20


def find_config(path: str) -> Source | None:
    """The nearest configuration, in the folder of a file or above it.

    Raises `DiagnosticError` where it can't be read as a text.
    """
    folder = os.path.dirname(os.path.abspath(path))
    while True:
        for name in (OWN, SHARED):
            found = config_at(os.path.join(folder, name))
            if found is not None:
                return found
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def config_at(path: str) -> Source | None:
    """The configuration at a path, None where there is none: a shared file may be about other things.

    Raises `DiagnosticError` where it can't be read as a text.
    """
    is_own = os.path.basename(path) == OWN
    try:
        if not os.path.isfile(path):
            return None
        with open(path, "rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        if is_own:
            raise unreadable(path, (error.strerror or str(error)).lower()) from None
        return None
    if not is_own and TABLE.encode() not in data:
        return None
    if len(data) > LARGEST:
        raise unreadable(path, f"it is larger than {LARGEST:,} bytes")
    try:
        return Source(shown(path), data.decode("utf-8").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise unreadable(path, f"it is not UTF-8 text: byte {error.start} can't be part of one") from None


def unreadable(path: str, reason: str) -> DiagnosticError:
    """The error of a configuration that is there and is no text."""
    name = shown(path)
    return DiagnosticError(Diagnostic(codes.BAD_CONFIG, f"`{name}` can't be read", file=name, help=reason))


def shown(path: str) -> str:
    """A path as short as it can be said."""
    here = path_from_here(path)
    return path if here.startswith(os.path.join("..", "..", "..")) else here
