"""Findings of nets that are not checked again yet, moved to where they stand after an edit.

Without them, the findings of all nets but the first would vanish at each key
that is pressed, and come back when the person pauses.
"""

from __future__ import annotations

from netdsl.diagnostics.span import Source, Span
from netdsl.editor.findings import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def common_ends(old: str, new: str) -> tuple[int, int]:
    """How many characters two texts begin and end with in common; the two never overlap."""
    start, shortest = 0, min(len(old), len(new))
    while start < shortest and old[start] == new[start]:
        start += 1
    behind = 0
    while behind < shortest - start and old[-1 - behind] == new[-1 - behind]:
        behind += 1
    return start, behind


def carried(earlier: Sequence[Finding], old: Source, new: Source) -> list[Finding]:
    """The findings of a text that stand outside an edit of it, without their fixes."""
    start, behind = common_ends(old.text, new.text)

    def moved(span: Span) -> Span | None:
        if span.source is not old:
            return span
        if span.end <= start:
            return new.span(span.start, span.end)
        if span.start >= len(old.text) - behind:
            by = len(new.text) - len(old.text)
            return new.span(span.start + by, span.end + by)
        return None

    found: list[Finding] = []
    for each in earlier:
        span = moved(each.span)
        if span is not None:
            places = ((label, moved(label.span)) for label in each.related)
            related = tuple(label.replace(span=place) for label, place in places if place is not None)
            found.append(each.replace(span=span, related=related, fix=None))
    return found


def without(found: Sequence[Finding], known: Sequence[Finding]) -> list[Finding]:
    """The findings that are none of the known ones."""
    keys = {key(each) for each in known}
    return [each for each in found if key(each) not in keys]


def key(finding: Finding) -> tuple[str, int, int]:
    """What tells findings of a text apart."""
    return finding.code, finding.span.start, finding.span.end
