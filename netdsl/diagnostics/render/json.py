"""Diagnostics as JSON: a contract for programs, documented in docs/json.md."""

from __future__ import annotations

import re

from netdsl.diagnostics.diagnostic import Diagnostic
from netdsl.diagnostics.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_HALVES = re.compile("[\ud800-\udfff]")


def place(span: Span) -> dict[str, object]:
    """File, line and column of a span; lines and columns count from 1, the end is exclusive."""
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(span.end)
    return {
        "file": span.source.name,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    }


def diagnostic_to_dict(diagnostic: Diagnostic) -> dict[str, object]:
    """The JSON object of one diagnostic."""
    nowhere: dict[str, object] = {
        "file": diagnostic.file,
        "line": None,
        "column": None,
        "end_line": None,
        "end_column": None,
    }
    fix = diagnostic.fix
    return {
        "code": diagnostic.code.id,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        **(place(diagnostic.span) if diagnostic.span else nowhere),
        "label": diagnostic.label,
        "labels": [{**place(label.span), "text": label.text} for label in diagnostic.labels],
        "help": diagnostic.help,
        "fix": fix
        and {
            "title": fix.title,
            "safe": fix.safe,
            "edits": [{**place(edit.span), "replacement": edit.replacement} for edit in fix.edits],
        },
    }


def render_json(diagnostics: Iterable[Diagnostic]) -> str:
    """A JSON list of diagnostics."""
    return to_json([diagnostic_to_dict(each) for each in diagnostics])


def to_json(value: object) -> str:
    """A value as JSON that can be written as UTF-8, whatever the names of files in it."""
    import json

    text = json.dumps(value, indent=2, ensure_ascii=False)
    # The name of a file may hold half a character, which only an escape can tell.
    return text if text.isascii() or not _HALVES.search(text) else json.dumps(value, indent=2)
