"""What a comparison finds: pairs of layers, and what differs besides."""

from __future__ import annotations

from netdsl.network.changes import SAME
from netdsl.network.nodes import LayerNode, Network
from netdsl.record import Record


class Placed(Record):
    """A layer with its state-dict prefix (`unit3.conv2`) and those of the values that feed it."""

    name: str
    node: LayerNode
    inputs: tuple[str, ...]

    @property
    def call(self) -> str:
        """The call that makes the module, as Python has it: `Conv2d(3, 18, 5)`."""
        return self.node.constructor.call


class Pair(Record):
    """A layer before and after; one of them is None where it was added or removed.

    `reasons` say what differs, in words, besides the two calls; `status` is
    one of `same`, `changed`, `added` and `removed`. `block` is the prefix of
    the block that was added or removed as a whole, if the layer is part of
    one.
    """

    before: Placed | None
    after: Placed | None
    status: str
    reasons: tuple[str, ...] = ()
    block: str = ""

    @property
    def is_renamed(self) -> bool:
        """Whether both are there under different names."""
        return self.before is not None and self.after is not None and self.before.name != self.after.name


class Difference(Record):
    """Two networks, layer by layer.

    `others` are differences that no layer has: of the input, and of what
    comes out. The same network has the same layers with the same options,
    fed in the same way and started in the same way; names and blocks say how
    it is written, and don't count.
    """

    before: Network
    after: Network
    pairs: tuple[Pair, ...]
    others: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether both are the same network."""
        return not self.others and all(pair.status == SAME for pair in self.pairs)

    @property
    def renamed(self) -> int:
        """Number of layers that go by another name."""
        return sum(pair.is_renamed for pair in self.pairs)
