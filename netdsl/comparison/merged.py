"""Two networks as one tree: the nodes of both, each with what became of it.

It has the form of a network's tree, so that it can be folded and drawn as
one. Values are numbered in the same way.
"""

from __future__ import annotations

from netdsl.drawing.repeats import Repeat
from netdsl.layers.tensor import TensorType
from netdsl.network.changes import CHANGED, FOLLOWS, SAME
from netdsl.network.nodes import LayerNode, Node, ScopeNode


class MergedLayer(LayerNode):
    """A layer of either network; where it is in both, `was` is the one before.

    `marks` say of each input whether it is read in both networks (`same`),
    or in one alone. `given` and `was_given` are the types of what is read
    first.
    """

    given: TensorType
    status: str = SAME
    marks: tuple[str, ...] = ()
    was: LayerNode | None = None
    was_given: TensorType | None = None
    reasons: tuple[str, ...] = ()


class MergedScope(ScopeNode):
    """A block of either network; where it is in both, with the nodes of both.

    The last `ended` of its outputs are values that came out of it before,
    and don't any more.
    """

    status: str = SAME
    marks: tuple[str, ...] = ()
    was: ScopeNode | None = None
    ended: int = 0


class Stretch(MergedScope):
    """Nodes that follow each other and are as they were; `last` is the name of the last one."""

    last: str = ""


def status_of(node: Node) -> str:
    """What became of a node; of a repeat, what became of its steps."""
    if isinstance(node, MergedLayer | MergedScope):
        return node.status
    assert isinstance(node, Repeat)
    return overall([status_of(each) for each in node.nodes])


def marks_of(node: Node) -> tuple[str, ...]:
    """What became of each of a node's inputs."""
    if isinstance(node, MergedLayer | MergedScope):
        return node.marks
    assert isinstance(node, Repeat)
    return marks_of(node.nodes[0])[:1]


def last_of(node: Node) -> Node:
    """The last of the nodes that a repeat stands for; of another node, itself."""
    return node.last if isinstance(node, Repeat) and node.last is not None else node


def overall(statuses: list[str]) -> str:
    """What became of a block with such nodes."""
    found = set(statuses)
    if len(found) == 1:
        return found.pop()
    return FOLLOWS if found == {SAME, FOLLOWS} else CHANGED if found else SAME
