"""A difference for people: layers as lines with - and +, then the totals of both networks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from netdsl.cli.shared.printing import PIPED_WIDTH
from netdsl.comparison import Difference, Pair
from netdsl.comparison.difference import Placed
from netdsl.network.changes import ADDED, REMOVED, SAME
from netdsl.network.table import readable_bytes
from netdsl.plain_text import add_row, say

# Of layers that are the same, so many are shown beside others; enough more are counted.
CONTEXT = 1
FEWEST_HIDDEN = 2
STYLES = {"-": "red", "+": "green", "~": "yellow", "": "dim"}


def print_difference(difference: Difference, stream: TextIO) -> None:
    """Print what differs, or that nothing does."""
    console = Console(width=None if stream.isatty() else PIPED_WIDTH, highlight=False)
    # Rich would leave with 1 where the reader of a pipe has gone; printing is ours, as everywhere.
    with console.capture() as captured:
        before, after = (each.title for each in (difference.before, difference.after))
        say(console, f"- {before}\n+ {after}\n")
        if difference.is_same:
            say(console, _same(difference))
        else:
            console.print(_layers(difference))
            for other in difference.others:
                say(console, f"{other}")
            say(console)
            console.print(_totals(difference))
    print("\n".join(line.rstrip() for line in captured.get().splitlines()), file=stream)


def _same(difference: Difference) -> str:
    names = f"; {difference.renamed} of its layers go by other names" if difference.renamed else ""
    return f"the same network{names}"


def _layers(difference: Difference) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("")
    for heading in ("name", "layer"):
        table.add_column(heading, no_wrap=True)
    for heading in ("output", "parameters", "multiply-adds"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("besides")
    for sign, cells in _lines(difference):
        add_row(table, sign, *cells, style=STYLES[sign])
    return table


def _lines(difference: Difference) -> Iterator[tuple[str, list[str]]]:
    """A sign and the cells of each line."""
    for same, group in groupby(difference.pairs, key=lambda pair: pair.status == SAME):
        pairs = list(group)
        if same:
            is_first, is_last = pairs[0] is difference.pairs[0], pairs[-1] is difference.pairs[-1]
            yield from _same_lines(pairs, 0 if is_first else CONTEXT, 0 if is_last else CONTEXT)
            continue
        for (block, status), members in groupby(pairs, key=lambda pair: (pair.block, pair.status)):
            changed = list(members)
            yield from _block_lines(block, status, changed) if block else _other_lines(changed)


def _same_lines(pairs: list[Pair], first: int, last: int) -> Iterator[tuple[str, list[str]]]:
    """Layers that are the same: the ends, and how many are between."""
    hidden = len(pairs) - first - last
    for number, pair in enumerate(pairs):
        assert pair.after is not None
        if hidden < FEWEST_HIDDEN or not first <= number < first + hidden:
            yield "", [*_cells(pair.after), ""]
        elif number == first:
            yield "", ["", f"{hidden} layers as before", "", "", "", ""]


def _block_lines(block: str, status: str, pairs: list[Pair]) -> Iterator[tuple[str, list[str]]]:
    """A block that was added or removed as a whole, on one line."""
    nodes = [placed.node for pair in pairs if (placed := pair.after or pair.before) is not None]
    parameters = sum(each.parameter_count for each in nodes)
    costs = _count(parameters), _count(sum(each.multiply_adds for each in nodes))
    layers = f"{len(nodes)} layer{'s' if len(nodes) > 1 else ''}"
    yield "-" if status == REMOVED else "+", [block, layers, str(nodes[-1].output), *costs, ""]


def _other_lines(pairs: Iterable[Pair]) -> Iterator[tuple[str, list[str]]]:
    """Layers that differ, as they were and as they are."""
    for pair in pairs:
        before, after = pair.before, pair.after
        if before is not None and after is not None and before.call == after.call:
            yield "~", [*_cells(after), ", ".join(pair.reasons)]
            continue
        if before is not None:
            yield "-", [*_cells(before), ""]
        if after is not None:
            yield "+", [*_cells(after), ", ".join(pair.reasons)]


def _cells(placed: Placed) -> list[str]:
    node = placed.node
    return [
        placed.name,
        placed.call,
        str(node.output),
        _count(node.parameter_count),
        _count(node.multiply_adds),
    ]


def _count(number: int) -> str:
    return f"{number:,}" if number else ""


def _totals(difference: Difference) -> Table:
    """Layers, parameters, multiply-adds and activations of both."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("")
    for heading in ("before", "after", "change"):
        table.add_column(heading, justify="right", no_wrap=True)
    before, after = difference.before, difference.after
    gone, new = (sum(pair.status == each for pair in difference.pairs) for each in (REMOVED, ADDED))
    count, size = "{:,}".format, readable_bytes
    _add(table, "layers", len(difference.pairs) - new, len(difference.pairs) - gone, count)
    _add(table, "parameters", before.parameter_count, after.parameter_count, count)
    _add(table, "multiply-adds", before.multiply_adds, after.multiply_adds, count)
    _add(table, "activations a sample", before.activation_bytes, after.activation_bytes, size)
    return table


def _add(table: Table, name: str, before: int, after: int, form: Callable[[int], str]) -> None:
    change = "" if before == after else f"{100 * (after - before) / before:+.1f} %" if before else "new"
    add_row(table, name, form(before), form(after), change)
