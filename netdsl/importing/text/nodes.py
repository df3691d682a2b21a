"""Steps as the pieces of a text."""

from __future__ import annotations

from netdsl.importing.blocks.align import Part, Row, Rows
from netdsl.importing.blocks.parameters import Solution
from netdsl.importing.model import OUTPUT
from netdsl.importing.text.pieces import Braced, Node, Piece
from netdsl.importing.text.repeats import repeated
from netdsl.importing.text.writing import call_text
from netdsl.importing.tree import CallStep, LayerStep, MergeStep
from netdsl.layers.table import BUILT_IN

# What begins a line: a layer that learns a map. Others follow it on its line.
LEADING = ("convolution", "linear", "windows")
# What begins a line where it stands before the layer that learns.
ACTIVATING = ("normalization", "activation")


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
        if step.merge == OUTPUT:
            return Braced(((f"{OUTPUT} {step.labels[0]}", self.nodes(row.branches[0])),))
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
