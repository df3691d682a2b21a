"""The steps that a value has come through, for messages about what became of it on its way."""

from __future__ import annotations

from netdsl.network.nodes import LayerNode
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.scope.builder import Flow, ScopeBuilder
    from netdsl.layers.kinds import Accepted
    from netdsl.layers.tensor import TensorType
    from netdsl.network.nodes import Node


class Passage(Record):
    """A value that has come through a step: what it was before, and after."""

    node: Node
    before: TensorType
    after: TensorType

    @property
    def resizes(self) -> bool:
        """Whether the spatial size has changed."""
        return self.before.spatial != self.after.spatial

    @property
    def kind(self) -> str:
        """The layer, without a value of its own for blocks."""
        return self.node.kind if isinstance(self.node, LayerNode) else ""

    @property
    def options(self) -> dict[str, Accepted]:
        """The options that are written at a layer."""
        return dict(self.node.written) if isinstance(self.node, LayerNode) else {}


def way(flow: Flow, start: Flow | None = None) -> list[Passage] | None:
    """What a value has come through since it was another one, or flowed into its scope; the last comes first.

    Of merges, their first values are followed. None where it does not come
    from `start`, or from somewhere unknown.
    """
    if start is not None and start.builder is not flow.builder:
        return None
    builder, value = flow.builder, flow.value
    found: list[Passage] = []
    while value >= 0 and (start is None or value != start.value):
        node = builder.nodes[value]
        value = node.inputs[0]
        before = _type(builder, value)
        if before is None:
            return None
        found.append(Passage(node, before, node.output))
    return found if start is None or value == start.value else None


def _type(builder: ScopeBuilder, value: int) -> TensorType | None:
    """The type of a value of a builder, by its number there."""
    if value >= 0:
        return builder.nodes[value].output
    return builder.inputs[-value - 1].type if -value <= len(builder.inputs) else None
