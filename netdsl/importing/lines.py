"""Steps as lines of text: what belongs together on one line, and what repeats."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from netdsl.importing.align import Part, Row, Rows
from netdsl.importing.solve import Solution
from netdsl.importing.tree import CallStep, LayerStep, MergeStep
from netdsl.importing.writing import call_text
from netdsl.layers.table import BUILT_IN

WIDTH = 96
LONGEST_PERIOD = 12
# Behind the last block it begins the head of a classifier, on a line of its own.
HEAD = "avgpool(global"
# What begins a line: a layer that learns a map. Others follow it on its line.
LEADING = ("convolution", "linear", "windows")
# What begins a line where it stands before the layer that learns.
ACTIVATING = ("normalization", "activation")


@dataclass(frozen=True, slots=True)
class Piece:
    """One step on a line."""

    text: str
    leads: bool
    activates: bool = False


@dataclass(frozen=True, slots=True)
class Braced:
    """A statement with braces: what stands before each pair, and the pieces in it."""

    sections: tuple[tuple[str, tuple[Node, ...]], ...]
    label: str = ""
    leads: bool = True


Node = Piece | Braced


class Writer:
    """Writes rows with the texts of a solution."""

    def __init__(self, solution: Solution, positional: dict[str, tuple[str, ...]]) -> None:
        self.solution = solution
        self.positional = positional

    def nodes(self, rows: Rows) -> tuple[Node, ...]:
        """The steps of a body; steps that repeat are written once."""
        made: list[Node] = []
        for each in rows:
            if isinstance(each, Part):
                condition = self.solution.conditions[id(each)]
                made.append(Braced(((f"if {condition}", self.nodes(list(each.rows))),)))
            else:
                made.append(self.node(each))
        return repeated(tuple(made))

    def node(self, row: Row) -> Node:
        """One step."""
        step = row.first
        label = f" as {step.label}" if step.label else ""
        options = {
            option: text for (number, option), text in self.solution.options.items() if number == id(row)
        }
        if isinstance(step, LayerStep):
            text = options.get("") or call_text(step.layer, options, BUILT_IN[step.layer].positional)
            family = BUILT_IN[step.layer].family
            return Piece(text + label, family in LEADING, family in ACTIVATING)
        if isinstance(step, CallStep):
            return Piece(call_text(step.block, options, self.positional[step.block]) + label, leads=True)
        assert isinstance(step, MergeStep)
        if step.labels:
            arguments = ", ".join((*step.labels, *(f"{name}={text}" for name, text in options.items())))
            return Piece(f"{step.merge}({arguments}){label}", leads=False)
        return self.merge(step, row, call_text(step.merge, options, ()), label)

    def merge(self, step: MergeStep, row: Row, head: str, label: str) -> Braced:
        """A merge with branches."""
        inner = [self.nodes(branch) for branch in row.branches]
        if step.merge == "residual":
            sections = [(head, inner[0]), *([("shortcut", inner[1])] if inner[1] else [])]
            return Braced(tuple(sections), label)
        branches: list[Node] = []
        for branch, nodes in zip(step.branches, inner, strict=True):
            start = f"({branch.start})" if branch.start else ""
            branches.append(Braced(((f"branch{start}", nodes),)))
        return Braced(((head, repeated(tuple(branches))),), label)


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


def lines(nodes: Sequence[Node]) -> list[str]:
    """The statements of a body, a line each where they are short."""
    made: list[str] = []
    current: list[Piece] = []
    pre_activated = bool(nodes) and isinstance(nodes[0], Piece) and nodes[0].activates

    def close() -> None:
        if current:
            made.append(" -> ".join(piece.text for piece in current))
            current.clear()

    for node in nodes:
        if isinstance(node, Braced):
            close()
            made += braced_lines(node)
            continue
        length = sum(width(piece) + 4 for piece in current) + width(node)
        is_head = node.text.startswith(HEAD) and bool(current) and current[-1].text[0].isupper()
        if current and (is_head or length > WIDTH or (node.leads and not pre_activated)):
            close()
        current.append(node)
        if node.leads and pre_activated:
            close()
    close()
    return made


def width(piece: Piece) -> int:
    """How long a piece is, once its parameters have names."""
    return len(re.sub(r"<\w+>", "channels", piece.text))


def braced_lines(node: Braced) -> list[str]:
    """A statement with braces, on one line where what is in them is one."""
    made: list[str] = []
    for place, (head, nodes) in enumerate(node.sections):
        inner = lines(nodes)
        opening = f"{head} {{" if place == 0 else f"}} {head} {{"
        if len(node.sections) == 1 and is_short(head, inner):
            return [f"{head} {{ {inner[0]} }}{node.label}" if inner else f"{head} {{ }}{node.label}"]
        made += [opening, *inner]
    return [*made, f"}}{node.label}"]


def is_short(head: str, inner: Sequence[str]) -> bool:
    """Whether braces and what is in them fit on a line."""
    if not inner:
        return True
    return len(inner) == 1 and "{" not in inner[0] and len(head) + len(inner[0]) + 4 <= WIDTH
