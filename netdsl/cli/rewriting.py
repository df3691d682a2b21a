"""Files that a command changes: their new texts, shown as differences or written as a whole."""

from __future__ import annotations

import os

from netdsl.checker import read_source
from netdsl.diagnostics.catalogue import files as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError
from netdsl.diagnostics.span import Source


def read_standard_input() -> Source:
    """The text on standard input; raises `DiagnosticError` where it is none."""
    import sys

    data = sys.stdin.buffer.read()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = Diagnostic(
            codes.UNREADABLE,
            "standard input is not UTF-8 text",
            file="<stdin>",
            help=f"byte {error.start} can't be part of a text",
        )
        raise DiagnosticError(found) from None
    return Source("<stdin>", text.replace("\r\n", "\n"))


def difference(source: Source, text: str) -> str:
    """What changes between a source and its new text, as `diff -u` shows it."""
    from difflib import unified_diff

    changes = unified_diff(lines_of(source.text), lines_of(text), source.name, source.name, lineterm="")
    return "\n".join(changes)


def lines_of(text: str) -> list[str]:
    """The lines of a text; one that nothing ends says so, as `diff` does."""
    lines = text.split("\n")
    last = lines.pop()
    return [*lines, f"{last}\n\\ No newline at end of file"] if last else lines


def rewrite(path: str, text: str) -> None:
    """Put a text in a file's place, whole or not at all, with the line ends that the file has.

    Raises `DiagnosticError` where it can't be written.
    """
    target = os.path.realpath(path)
    temporary = f"{target}.{os.getpid()}.tmp"
    try:
        with open(target, "rb") as file:
            ends = "\r\n" if b"\r\n" in file.readline() else "\n"
        try:
            with open(temporary, "w", encoding="utf-8", newline=ends) as file:
                file.write(text)
            os.chmod(temporary, os.stat(target).st_mode)
            os.replace(temporary, target)
        except BaseException:
            if os.path.lexists(temporary):
                os.unlink(temporary)
            raise
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        found = Diagnostic(codes.UNWRITABLE, f"`{path}` can't be written", file=path, help=reason)
        raise DiagnosticError(found) from None


def source_of(path: str) -> Source:
    """The text of a file, or of standard input for `-`; raises `DiagnosticError` where it can't be read."""
    return read_standard_input() if path == "-" else read_source(path)
