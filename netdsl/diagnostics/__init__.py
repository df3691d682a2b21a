"""What went wrong, as data: where, why and what to do. Renderers print it."""

from netdsl.diagnostics.diagnostic import Code, Diagnostic, DiagnosticError, Edit, Fix, Label, Severity
from netdsl.diagnostics.span import Source, Span

__all__ = ["Code", "Diagnostic", "DiagnosticError", "Edit", "Fix", "Label", "Severity", "Source", "Span"]
