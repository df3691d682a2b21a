"""Which layer of one network goes with which of the other: by scopes, so that blocks go with blocks."""

from __future__ import annotations

from netdsl.comparison.align import align
from netdsl.layers.outcome import Constructor
from netdsl.layers.table import BUILT_IN
from netdsl.layers.tensor import TensorType
from netdsl.network.nodes import LayerNode, Node, ScopeNode
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    # A node with the number that it shares with those that are the same.
    Numbered = tuple[int, Node]

# To drop a layer and add another costs 2; to change one must cost less, the less, the more is alike.
SAME_ELSEWHERE = 0.1
OTHER_OPTIONS = 0.6
OTHER_KIND = 1.4
OTHER_BLOCK = 0.5


class Match(Record):
    """The numbers of two layers, in running order; one is None where a layer has no partner.

    `block` is the prefix of the block that was added or removed as a whole,
    if the layer is part of one.
    """

    before: int | None
    after: int | None
    block: str = ""


class Place(Record):
    """A scope with its prefix and the number of its first layer."""

    scope: ScopeNode
    prefix: str
    first: int


def pair_scopes(before: ScopeNode, after: ScopeNode) -> list[Match]:
    """The layers of two nets in pairs, in an order that goes through both."""
    return list(_Pairing().matches(Place(before, "", 0), Place(after, "", 0)))


class _Pairing:
    """What was worked out of nodes: their sizes, and the cost of making one of another.

    Scopes are told apart by identity, layers by what they are: most are
    there many times.
    """

    def __init__(self) -> None:
        self._sizes: dict[int, int] = {}
        self._numbers: dict[int, int] = {}
        self._layers: dict[tuple[Constructor, TensorType], int] = {}
        self._changes: dict[tuple[int, int], float | None] = {}

    def size(self, node: Node) -> int:
        """Number of layers in a node."""
        if not isinstance(node, ScopeNode):
            return 1
        known = self._sizes.get(id(node))
        if known is None:
            known = self._sizes[id(node)] = sum(self.size(each) for each in node.nodes)
        return known

    def change(self, before: Numbered, after: Numbered) -> float | None:
        """The cost of making one node of another; None where they have nothing in common."""
        key = (before[0], after[0])
        if key not in self._changes:
            self._changes[key] = self._worked_out(before[1], after[1])
        return self._changes[key]

    def _number(self, node: Node) -> int:
        """The same for layers that are the same; those of scopes are below 0."""
        known = self._numbers.get(id(node))
        if known is None:
            known = -1 - len(self._numbers)
            if isinstance(node, LayerNode):
                known = self._layers.setdefault((node.constructor, node.output), len(self._layers))
            self._numbers[id(node)] = known
        return known

    def _worked_out(self, before: Node, after: Node) -> float | None:
        if isinstance(before, LayerNode) and isinstance(after, LayerNode):
            return _layer_change(before, after)
        if not (isinstance(before, ScopeNode) and isinstance(after, ScopeNode)):
            return None
        cost = 0.0 if before.definition == after.definition else OTHER_BLOCK
        for left, right in self._aligned(before, after):
            if left is None or right is None:
                cost += self.size(left or right)  # type: ignore[arg-type]
            else:
                cost += self.change((self._number(left), left), (self._number(right), right)) or 0.0
        # Blocks with little in common are better dropped and added; those of another name must be more alike.
        most = float(self.size(before) + self.size(after))
        if before.definition != after.definition:
            most /= 2
        return cost if cost < most or cost == 0 else None

    def _aligned(self, before: ScopeNode, after: ScopeNode) -> list[tuple[Node | None, Node | None]]:
        first, second = ([(self._number(node), node) for node in each.nodes] for each in (before, after))
        pairs = align(first, second, self.change, lambda each: self.size(each[1]))
        return [(left and left[1], right and right[1]) for left, right in pairs]

    def matches(self, before: Place, after: Place) -> Iterator[Match]:
        """The layers of two scopes in pairs."""
        first, second = before.first, after.first
        for left, right in self._aligned(before.scope, after.scope):
            if isinstance(left, ScopeNode) and isinstance(right, ScopeNode):
                yield from self.matches(
                    Place(left, f"{before.prefix}{left.name}.", first),
                    Place(right, f"{after.prefix}{right.name}.", second),
                )
            elif left is not None and right is not None:
                yield Match(first, second)
            elif left is not None:
                block = f"{before.prefix}{left.name}" if isinstance(left, ScopeNode) else ""
                yield from (Match(first + number, None, block) for number in range(self.size(left)))
            elif right is not None:
                block = f"{after.prefix}{right.name}" if isinstance(right, ScopeNode) else ""
                yield from (Match(None, second + number, block) for number in range(self.size(right)))
            first += self.size(left) if left is not None else 0
            second += self.size(right) if right is not None else 0


def _layer_change(before: LayerNode, after: LayerNode) -> float | None:
    if before.constructor == after.constructor:
        return 0.0 if before.output == after.output else SAME_ELSEWHERE
    if before.kind == after.kind:
        return OTHER_OPTIONS
    declarations = [BUILT_IN.get(each.kind) for each in (before, after)]
    families = {each.family for each in declarations if each is not None}
    return OTHER_KIND if len(families) == 1 and None not in declarations else None
