"""What ends an import: a diagnostic that says where and what to do."""

from __future__ import annotations

import linecache
from typing import NoReturn

from netdsl.diagnostics.diagnostic import Code, Diagnostic, DiagnosticError
from netdsl.diagnostics.span import Source, Span
from netdsl.importing.model import Place


def fail(code: Code, message: str, label: str, place: Place, help: str | None = None) -> NoReturn:
    """Raise the `DiagnosticError` of a place in the model."""
    headline = f"{message} (in `{place.path}`)" if place.path else message
    if place.span is None:
        help = f"{label}; {help}" if help else label
    raise DiagnosticError(Diagnostic(code, headline, place.span, label if place.span else "", help=help))


def line_span(file: str, line: int) -> Span | None:
    """The text of a line of a Python file, None where the file can't be read."""
    lines = linecache.getlines(file)
    if not 1 <= line <= len(lines):
        return None
    source = Source(file, "".join(lines))
    text = source.line(line)
    start = source.line_starts[line - 1]
    return Span(source, start + len(text) - len(text.lstrip()), start + len(text.rstrip()))
