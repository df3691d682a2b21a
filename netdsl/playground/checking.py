"""The answer to `check`: findings, hints, nets, and the table of the net that is shown."""

from __future__ import annotations

from netdsl.checker.statements.templates import root_of
from netdsl.diagnostics.render.text import render_report
from netdsl.diagnostics.span import COMMAND_LINE
from netdsl.editor.carried import without
from netdsl.editor.findings import findings
from netdsl.editor.hints import hints
from netdsl.editor.positions import Units
from netdsl.editor.targets import find_parameter
from netdsl.network.table import in_training, network_lines, table_rows, totals
from netdsl.playground.texts import shown_net, shown_network

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdsl.checker.scope.values import Template
    from netdsl.diagnostics.diagnostic import Fix
    from netdsl.diagnostics.span import Span
    from netdsl.editor.document import Document
    from netdsl.editor.findings import Finding
    from netdsl.network.nodes import Network

CELLS = ("line", "name", "layer", "inputs", "output", "parameters", "multiply_adds", "sees", "activations")


def check_answer(document: Document, later: Sequence[Finding]) -> dict[str, object]:
    """All that the page shows of a text.

    Where other nets than the shown one were not checked yet, the answer is
    not `complete`, and has the findings that they had: `later`.
    """
    units = Units(document.text)
    shown, network = shown_net(document), shown_network(document)
    is_complete = document.analysis.is_finished
    found = findings(document)
    if not is_complete:
        found += without(later, found)
    return {
        "complete": is_complete,
        "diagnostics": [finding_answer(each, document, units) for each in found],
        "rendered": rendered(document),
        "hints": [
            {"at": units.of(each.offset), "text": each.text, "tooltip": each.tooltip}
            for each in hints(document)
        ],
        "nets": [net_answer(each, document) for each in document.module.nets],
        "net": shown.name if shown is not None else None,
        "network": None if network is None else network_answer(network, document, units),
    }


def finding_answer(finding: Finding, document: Document, units: Units) -> dict[str, object]:
    """A finding: one of another file, or of a setting, stands where this text has to do with it."""
    diagnostic = finding.diagnostic
    span = finding.span
    source = diagnostic.span.source if diagnostic.span is not None else None
    setting = None
    if source is not None and source.name == COMMAND_LINE:
        setting = source.text.partition("=")[0]
        span = setting_span(setting, document) or span
    here = [each for each in finding.related if each.span.source is document.source]
    return {
        "code": diagnostic.code.id,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "label": diagnostic.label,
        "help": diagnostic.help,
        **place_answer(span, units),
        "labels": [{**place_answer(each.span, units), "text": each.text} for each in here],
        "fix": fix_answer(finding.fix, document, units),
        "file": source.name if source is not None and source.name != document.source.name else None,
        "setting": setting,
        "unused": finding.is_unused,
    }


def setting_span(name: str, document: Document) -> Span | None:
    """The parameter that a setting is for, or the name of the net that has none of that name."""
    shown = shown_net(document)
    if shown is None:
        return None
    symbol = find_parameter(shown, name)
    span = symbol.span if symbol is not None else shown.definition.name.span
    return span if span.source is document.source else None


def place_answer(span: Span, units: Units) -> dict[str, object]:
    """Where a span begins and ends."""
    return {"from": units.of(span.start), "to": units.of(span.end)}


def fix_answer(fix: Fix | None, document: Document, units: Units) -> dict[str, object] | None:
    """A fix of this text; None where there is none."""
    if fix is None or any(each.span.source is not document.source for each in fix.edits):
        return None
    edits = [{**place_answer(each.span, units), "text": each.replacement} for each in fix.edits]
    return {"title": fix.title, "safe": fix.safe, "edits": edits}


def rendered(document: Document) -> str:
    """What `netdsl check` prints, without colours."""
    result, found = document.analysis.result, document.analysis.findings
    parts = network_lines(document.source.name, result.networks) if result.ok else []
    return "\n".join([*parts, *([render_report(found, is_cut=result.is_cut)] if found else [])])


def net_answer(template: Template, document: Document) -> dict[str, object]:
    """A net with its parameters: what the header has for each, and its value where the net could be built."""
    values = document.analysis.settings(template.name)
    header = root_of(template).definition.parameters
    return {
        "name": template.name,
        "parameters": [
            {
                "name": each.name.name,
                "default": each.default.span.text if each.default is not None else None,
                "value": values.get(each.name.name),
            }
            for each in header
        ],
    }


def network_answer(network: Network, document: Document, units: Units) -> dict[str, object]:
    """The table of a network, in the words of `netdsl shapes`, with the place of each row in the text."""
    rows = []
    for row, cells in table_rows(network):
        is_here = row.span.source is document.source
        place = place_answer(row.span, units) if is_here else {"from": None, "to": None}
        rows.append({**dict(zip(CELLS, cells, strict=True)), **place})
    return {
        "title": network.title,
        "totals": f"{totals(network)}\n{in_training(network)}".rstrip(),
        "rows": rows,
        "parameters": network.parameter_count,
        "multiply_adds": network.multiply_adds,
        "activation_bytes": network.activation_bytes,
    }
