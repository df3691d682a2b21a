"""What ends the reading of an ONNX file."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import importing as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError


def unreadable(message: str, help: str | None = None) -> DiagnosticError:
    """The error of a file that isn't what it should be, or too much."""
    return DiagnosticError(Diagnostic(codes.NOT_READ, message, help=help))
