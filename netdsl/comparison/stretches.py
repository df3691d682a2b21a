"""Nodes that follow each other and are as they were, made into one."""

from __future__ import annotations

from netdsl.comparison.merged import MergedLayer, MergedScope, Stretch, last_of, marks_of, overall, status_of
from netdsl.drawing.repeats import Folder, Repeat
from netdsl.network.changes import ADDED, FOLLOWS, REMOVED, SAME
from netdsl.network.nodes import Node, ScopeNode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from netdsl.layers.tensor import TensorType

# So many layers are shown; more that follow each other become one.
MOST_SHOWN = 3


def fold_merged(scope: MergedScope) -> MergedScope:
    """The scope with repeats drawn once, and what is as it was made short."""
    folded = _MergedFolder().fold(scope)
    assert isinstance(folded, MergedScope)
    return _shortened(folded)


class _MergedFolder(Folder):
    """Tells nodes apart also by what became of them."""

    def key(self, node: Node, types: Sequence[TensorType], alike: bool) -> Hashable:
        if isinstance(node, MergedLayer):
            own = super().key(node, [node.given] * (max(node.inputs) + 1), alike)
            was = None
            if node.was is not None and node.was_given is not None:
                was = super().key(node.was, [node.was_given] * (max(node.was.inputs) + 1), alike)
            return (own, was, node.status, node.marks, node.reasons)
        assert isinstance(node, MergedScope)
        return (super().key(node, types, alike), node.status, node.marks, node.outputs)


def _shortened(scope: MergedScope) -> MergedScope:
    """The scope with its stretches, and so in the blocks that have something new."""
    first = len(scope.input_types)
    nodes: list[Node] = []
    # What each value is called once nodes before it are one.
    became = list(range(first))
    rerouted = _rerouted(scope)
    position = 0
    while position < len(scope.nodes):
        run = _run_at(scope, position, rerouted)
        if _is_long(run):
            short: Node = _stretch(scope, position, run, became)
        else:
            run = scope.nodes[position : position + 1]
            inputs = tuple(became[value] for value in run[0].inputs)
            short = _inside(run[0]).replace(inputs=inputs)
        became += [first + len(nodes)] * len(run)
        nodes.append(short)
        position += len(run)
    return scope.replace(
        nodes=tuple(nodes),
        result=became[scope.result],
        outputs=tuple(became[value] for value in scope.outputs),
    )


def _rerouted(scope: MergedScope) -> set[int]:
    """The values that a node of both networks reads in one of them alone."""
    return {
        value
        for node in scope.nodes
        if status_of(node) not in (ADDED, REMOVED)
        for value, mark in zip(node.inputs, marks_of(node), strict=True)
        if mark != SAME
    }


def _run_at(scope: MergedScope, position: int, rerouted: set[int]) -> Sequence[Node]:
    """The nodes from a position on that are as they were; a rerouted value comes out of the last one.

    Further outputs are kept, since the picture names them.
    """
    first = len(scope.input_types)
    end = position
    while end < len(scope.nodes) and _is_quiet(scope.nodes[end]) and first + end not in scope.outputs:
        end += 1
        if first + end - 1 in rerouted:
            break
    return scope.nodes[position:end]


def _is_quiet(node: Node) -> bool:
    return status_of(node) in (SAME, FOLLOWS)


def _is_long(run: Sequence[Node]) -> bool:
    """Whether nodes are better drawn as one: blocks, unless there is just one, or many layers."""
    blocks = any(isinstance(node, ScopeNode) for node in run)
    return len(run) > (1 if blocks else MOST_SHOWN)


def _inside(node: Node) -> Node:
    """A node, the blocks in it shortened."""
    if isinstance(node, MergedScope):
        return _shortened(node) if not _is_quiet(node) else node
    if isinstance(node, Repeat):
        return node.replace(nodes=tuple(_inside(each) for each in node.nodes))
    return node


def _stretch(scope: MergedScope, position: int, run: Sequence[Node], became: Sequence[int]) -> Stretch:
    """Nodes as a block that reads what they read from before, and hands on what is read after them."""
    start = len(scope.input_types) + position
    end = start + len(run)
    types = [*scope.input_types, *(node.output for node in scope.nodes)]
    given = {
        value: mark
        for node in run
        for value, mark in zip(node.inputs, marks_of(node), strict=True)
        if value < start
    }
    inner = {value: number for number, value in enumerate(given)}
    inner |= {value: len(given) + value - start for value in range(start, end)}
    later = [value for node in scope.nodes[position + len(run) :] for value in node.inputs]
    leaving = [v for v in dict.fromkeys([*later, scope.result, *scope.outputs]) if start <= v < end]
    result, *ended = sorted(leaving, reverse=True)
    nodes = tuple(node.replace(inputs=tuple(inner[value] for value in node.inputs)) for node in run)
    marks = {became[value]: mark for value, mark in given.items()}
    return Stretch(
        run[0].name,
        "stretch",
        run[0].span,
        tuple(marks),
        types[result],
        "stretch",
        tuple(types[value] for value in given),
        nodes,
        inner[result],
        (),
        "",
        tuple(inner[value] for value in ended),
        status=overall([status_of(node) for node in run]),
        marks=tuple(marks.values()),
        ended=len(ended),
        last=last_of(run[-1]).name,
    )
