"""Reads the text of one file."""

from __future__ import annotations

import os

from netdsl.checker.loading.other_files import is_yaml, taker
from netdsl.diagnostics.catalogue import files as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError
from netdsl.diagnostics.span import Source

LARGEST_FILE = 4 * 2**20


def read_source(path: str, shown: str | None = None) -> Source:
    """The text of a file; raises `DiagnosticError` where it can't be read as text."""
    name = shown or path

    def refuse(message: str, help: str | None = None) -> DiagnosticError:
        return DiagnosticError(Diagnostic(codes.UNREADABLE, message, file=name, help=help))

    if os.path.isdir(path):
        raise refuse(f"`{name}` is a folder", "name a .net file in it")
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            raise refuse(f"`{name}` is not a regular file")
        size = os.path.getsize(path)
        if size > LARGEST_FILE:
            raise refuse(
                f"`{name}` is larger than a .net file can be", f"{size:,} bytes; at most {LARGEST_FILE:,}"
            )
        with open(path, "rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise refuse(f"`{name}` can't be read", (error.strerror or str(error)).lower()) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(f"`{name}` is not UTF-8 text", f"byte {error.start} can't be part of a text") from None
    if is_yaml(path):
        raise refuse(f"`{name}` is a YAML file, not a network", f"perhaps {taker(name, text)}")
    return Source(name, text.replace("\r\n", "\n"))


def path_from_here(path: str) -> str:
    """A path from the current folder; as it is where none leads there, as between drives of Windows."""
    try:
        return os.path.relpath(path)
    except (OSError, ValueError):
        return path
