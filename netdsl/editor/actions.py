"""What an editor offers to do about findings: their fixes, one by one or all that are safe."""

from __future__ import annotations

from netdsl.diagnostics.diagnostic import Edit
from netdsl.editor.findings import Finding, findings
from netdsl.fixes import without_overlap
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.editor.document import Document


class Action(Record):
    """Edits with a title. `finding` is what they mend; an action about the whole file has none."""

    title: str
    edits: tuple[Edit, ...]
    is_safe: bool
    finding: Finding | None


def actions(document: Document, start: int, end: int) -> list[Action]:
    """The fixes of the findings that touch a range, and one of all safe fixes if there are several."""
    found = findings(document)
    offered = [
        Action(each.fix.title, each.fix.edits, each.fix.safe, each)
        for each in found
        if each.fix is not None and each.span.start <= end and start <= each.span.end
    ]
    together = fix_all(document)
    if len(together) > 1:
        offered.append(Action("make all safe fixes", together, True, None))
    return offered


def fix_all(document: Document) -> tuple[Edit, ...]:
    """The edits of all safe fixes in this file; of those that touch each other, the first."""
    chosen = without_overlap(document.source, document.analysis.findings, unsafe=False)
    edits = [edit for _, fix in chosen for edit in fix.edits]
    return tuple(sorted(edits, key=lambda each: each.span.start))
