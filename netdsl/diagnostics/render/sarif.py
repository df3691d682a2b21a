"""Diagnostics as SARIF, version 2.1.0 (OASIS, 2020), which code scanning reads."""

from __future__ import annotations

from netdsl.diagnostics.diagnostic import Diagnostic, Severity
from netdsl.diagnostics.render.counts import CUT
from netdsl.diagnostics.render.json import to_json
from netdsl.diagnostics.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from netdsl.diagnostics.diagnostic import Code, Edit, Fix

VERSION = "2.1.0"
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "note"}


def render_sarif(diagnostics: Iterable[Diagnostic], version: str, is_cut: bool = False) -> str:
    """A log of one run of this version of netdsl; `is_cut` says that it may not have all there is to find."""
    found = list(diagnostics)
    codes = list(dict.fromkeys(each.code for each in found))
    places = {code.id: place for place, code in enumerate(codes)}
    driver = {"name": "netdsl", "semanticVersion": version, "rules": [rule(code) for code in codes]}
    run: dict[str, object] = {
        "tool": {"driver": driver},
        # Columns count characters, as everywhere in netdsl.
        "columnKind": "unicodeCodePoints",
        "results": [result(each, places[each.code.id]) for each in found],
    }
    if is_cut:
        notice = {"level": "note", "message": {"text": CUT}}
        run["invocations"] = [{"executionSuccessful": True, "toolExecutionNotifications": [notice]}]
    return to_json({"$schema": SCHEMA, "version": VERSION, "runs": [run]})


def rule(code: Code) -> dict[str, object]:
    """What a code means."""
    made: dict[str, object] = {
        "id": code.id,
        "shortDescription": {"text": code.title},
        "fullDescription": {"text": code.explanation},
        "defaultConfiguration": {"level": LEVELS[code.severity]},
    }
    return {**made, "name": code.name} if code.name else made


def result(diagnostic: Diagnostic, place: int) -> dict[str, object]:
    """One finding."""
    parts = [diagnostic.message, diagnostic.label, f"help: {diagnostic.help}" if diagnostic.help else ""]
    made: dict[str, object] = {
        "ruleId": diagnostic.code.id,
        "ruleIndex": place,
        "level": LEVELS[diagnostic.severity],
        "message": {"text": ". ".join(filter(None, parts))},
    }
    if diagnostic.span is not None:
        made["locations"] = [{"physicalLocation": location(diagnostic.span)}]
    elif diagnostic.file:
        made["locations"] = [{"physicalLocation": {"artifactLocation": artifact(diagnostic.file)}}]
    if diagnostic.labels:
        made["relatedLocations"] = [
            {"id": number, "physicalLocation": location(each.span), "message": {"text": each.text}}
            for number, each in enumerate(diagnostic.labels)
        ]
    if diagnostic.fix is not None:
        made["fixes"] = [fix_of(diagnostic.fix)]
    return made


def location(span: Span) -> dict[str, object]:
    """The file and the region of a place."""
    return {"artifactLocation": artifact(span.source.name), "region": region(span)}


def region(span: Span) -> dict[str, int]:
    """Lines and columns from 1; the end is exclusive."""
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(span.end)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def artifact(name: str) -> dict[str, str]:
    """The URI of a file: a relative path, or an absolute one with its scheme."""
    from urllib.parse import quote

    path = quote(name.replace("\\", "/"), safe="/", errors="surrogateescape")
    return {"uri": f"file://{path}" if path.startswith("/") else path}


def fix_of(fix: Fix) -> dict[str, object]:
    """A fix, its edits by file."""
    files: dict[str, list[Edit]] = {}
    for edit in fix.edits:
        files.setdefault(edit.span.source.name, []).append(edit)
    return {
        "description": {"text": fix.title},
        "artifactChanges": [
            {
                "artifactLocation": artifact(name),
                "replacements": [
                    {"deletedRegion": region(each.span), "insertedContent": {"text": each.replacement}}
                    for each in edits
                ],
            }
            for name, edits in files.items()
        ],
    }
