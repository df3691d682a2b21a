"""What went wrong, as data: where, why and what to do. Renderers print it."""

from netdsl.diagnostics.diagnostic import Code, Diagnostic, DiagnosticError, Edit, Fix, Label, Severity
from netdsl.diagnostics.reason import first_line
from netdsl.diagnostics.span import COMMAND_LINE, Source, Span

__all__ = [
    "COMMAND_LINE",
    "Code",
    "Diagnostic",
    "DiagnosticError",
    "Edit",
    "Fix",
    "Label",
    "Severity",
    "Source",
    "Span",
    "first_line",
]
