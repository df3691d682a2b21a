"""What stands above the picture of a difference: both networks, their totals, and what the signs mean."""

from __future__ import annotations

from collections import Counter

from netdsl.comparison.captions import ARROW
from netdsl.comparison.difference import Difference
from netdsl.comparison.merge import merge
from netdsl.comparison.merged import status_of
from netdsl.drawing.captions import cut
from netdsl.drawing.heading import LONGEST_NAME, Heading, Swatch
from netdsl.drawing.items import SIGNS
from netdsl.network.changes import ADDED, CHANGED, FOLLOWS, REMOVED, SAME
from netdsl.network.nodes import ScopeNode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


LONGEST_LINE = 120
# A change of less is told as a number.
LEAST_PERCENT = 0.05
WORDS = {
    ADDED: "added",
    REMOVED: "removed",
    CHANGED: "changed",
    FOLLOWS: "as before, on another shape",
    SAME: "as before",
}


def heading_of(difference: Difference) -> Heading:
    """Names, settings, totals before and after, what no layer shows, and the legend."""
    before, after = difference.before, difference.after
    names = ARROW.join(dict.fromkeys((before.name, after.name)))
    # The terminals show what else differs: the input and the output.
    others = [other for other in difference.others if other.startswith("further")]
    merged = merge(difference)
    counts = Counter(_statuses(merged))
    lines = (
        f"before: {cut(before.title, LONGEST_LINE)}",
        f"after: {cut(after.title, LONGEST_LINE)}",
        _total("parameters", before.parameter_count, after.parameter_count),
        _total("multiply-adds", before.multiply_adds, after.multiply_adds),
        "; ".join([_counted(counts), *others]) if not difference.is_same else "the same network",
    )
    marks = {*counts, *_block_statuses(merged)}
    swatches = tuple(Swatch(f"m-{mark}", WORDS[mark], SIGNS[mark]) for mark in WORDS if mark in marks)
    return Heading(cut(names, LONGEST_NAME), lines, "", swatches, f"what differs: {names}")


def _total(name: str, before: int, after: int) -> str:
    """A count before and after, and by how much it changed."""
    if before == after:
        return f"{name}: {after:,}"
    percent = 100 * (after - before) / before if before else 0.0
    change = f"{percent:+.1f} %" if abs(percent) >= LEAST_PERCENT else f"{after - before:+,}"
    return f"{name}: {before:,}{ARROW}{after:,} ({change})"


def _statuses(scope: ScopeNode) -> Iterator[str]:
    """What became of each layer of both networks."""
    for node in scope.nodes:
        if isinstance(node, ScopeNode):
            yield from _statuses(node)
        else:
            yield status_of(node)


def _block_statuses(scope: ScopeNode) -> Iterator[str]:
    """What became of each block of both networks: it has changed where something in it came or went."""
    for node in scope.nodes:
        if isinstance(node, ScopeNode):
            yield status_of(node)
            yield from _block_statuses(node)


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{counts[status]:,} {words}" for status, words in WORDS.items() if counts[status])
