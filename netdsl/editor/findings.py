"""Findings as an editor shows them: in one file, with the places elsewhere that have to do with them."""

from __future__ import annotations

from netdsl.diagnostics.diagnostic import Diagnostic, Fix, Label
from netdsl.diagnostics.span import Source, Span
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.editor.document import Document


class Finding(Record):
    """What is wrong at a place of the file; `text` is all of the message.

    `is_unused` where the place could be left out; `diagnostic` is what the
    check said.
    """

    code: str
    severity: str
    span: Span
    text: str
    related: tuple[Label, ...]
    fix: Fix | None
    is_unused: bool
    diagnostic: Diagnostic


def findings(document: Document) -> list[Finding]:
    """What the check has found so far."""
    return [shown_in(each, document) for each in document.analysis.findings]


def shown_in(diagnostic: Diagnostic, document: Document) -> Finding:
    """A finding in this file: one of a file that is used is shown where that is used."""
    source = document.source
    span, labels = diagnostic.span, diagnostic.labels
    if span is None or span.source is not source:
        if span is not None:
            labels = (Label(span, diagnostic.label or diagnostic.message), *labels)
        span = place_here(diagnostic, document)
    return Finding(
        diagnostic.code.id,
        diagnostic.severity,
        span,
        message(diagnostic),
        tuple(each for each in labels if each.span != span),
        diagnostic.fix,
        diagnostic.code.name.startswith("unused-"),
        diagnostic,
    )


def place_here(diagnostic: Diagnostic, document: Document) -> Span:
    """Where a file has to do with a finding elsewhere: a label of it, a `use`, or the first line."""
    source = document.source
    # The last label says in which use of a block it was found.
    for each in reversed(diagnostic.labels):
        if each.span.source is source:
            return each.span
    for use, module in document.module.used:
        if diagnostic.span is not None and module.source is diagnostic.span.source:
            return use.path.span
    uses = document.file.uses
    return uses[0].path.span if uses and diagnostic.span is not None else first_line(source)


def first_line(source: Source) -> Span:
    """The first line of a text."""
    end = source.text.find("\n")
    return source.span(0, end if end >= 0 else len(source.text))


def message(diagnostic: Diagnostic) -> str:
    """The headline, what stands under the place, and what to do."""
    lines = [diagnostic.message]
    if diagnostic.label:
        lines[0] += f": {diagnostic.label}"
    if diagnostic.help:
        lines.append(f"help: {diagnostic.help}")
    return "\n".join(lines)
