"""Steps that follow each other several times, written once."""

from __future__ import annotations

from collections.abc import Sequence

from netdsl.importing.text.pieces import Braced, Node

LONGEST_PERIOD = 12


def repeated(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """The same steps, those that follow each other several times in a `repeat`; short runs first."""
    for period in range(1, LONGEST_PERIOD + 1):
        made: list[Node] = []
        place = 0
        while place < len(nodes):
            run = nodes[place : place + period]
            turns = turns_of(nodes, place, period)
            if turns > 1 and any(node.leads for node in run):
                made.append(Braced(((f"repeat {turns}", run),)))
                place += period * turns
            else:
                made.append(nodes[place])
                place += 1
        nodes = tuple(made)
    return nodes


def turns_of(nodes: Sequence[Node], place: int, period: int) -> int:
    """How often a run of steps follows itself."""
    turns = 1
    while nodes[place + turns * period : place + (turns + 1) * period] == nodes[place : place + period]:
        turns += 1
    return turns if place + period <= len(nodes) else 1
