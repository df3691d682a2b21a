"""Files that a command writes, as a whole; of those that it changes, the differences."""

from __future__ import annotations

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
    try:
        with open(path, "rb") as file:
            ends = "\r\n" if b"\r\n" in file.readline() else "\n"
    except OSError as error:
        raise unwritable(path, error) from None
    write(path, text.replace("\n", ends).encode())


def write(path: str, data: bytes) -> None:
    """Write a file whole or not at all; raises `DiagnosticError` where it can't be written."""
    from netdsl.atomic import write_output

    try:
        write_output(path, data)
    except OSError as error:
        raise unwritable(path, error) from None


def unwritable(path: str, error: OSError) -> DiagnosticError:
    """The error of a file that can't be written."""
    reason = (error.strerror or str(error)).lower()
    return DiagnosticError(Diagnostic(codes.UNWRITABLE, f"`{path}` can't be written", file=path, help=reason))


def source_of(path: str) -> Source:
    """The text of a file, or of standard input for `-`; raises `DiagnosticError` where it can't be read."""
    return read_standard_input() if path == "-" else read_source(path)
