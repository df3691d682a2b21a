"""Two networks to their difference."""

from __future__ import annotations

from netdsl.comparison.difference import Difference, Pair, Placed
from netdsl.comparison.pairs import Match, pair_scopes
from netdsl.network.changes import ADDED, CHANGED, REMOVED, SAME
from netdsl.network.nodes import LayerNode, Network, ScopeNode
from netdsl.network.starts import Start, starts
from netdsl.record import Record

INPUT = "input"


def compare(before: Network, after: Network) -> Difference:
    """What differs between two networks.

    Layers are paired in running order where both networks run the same ones;
    else by their blocks, so that few layers are changed, added or removed.
    """
    first, second = Flat.of(before), Flat.of(after)
    if [each.node.constructor for each in first.layers] == [each.node.constructor for each in second.layers]:
        matches = [Match(number, number) for number in range(len(first.layers))]
    else:
        matches = pair_scopes(before.root, after.root)
    both = [(each.before, each.after) for each in matches]
    partner = {-1: -1, **{i: j for i, j in both if i is not None and j is not None}}
    # Numbers of the layers after that are in both networks; the input is.
    kept = set(partner.values())
    pairs = tuple(_pair(first, second, each, partner, kept) for each in matches)
    return Difference(before, after, pairs, tuple(_others(before, after)))


class Flat(Record):
    """A network without its scopes: layers in running order, each with the numbers of those that feed it.

    The input is number -1.
    """

    network: Network
    layers: tuple[Placed, ...]
    feeding: tuple[tuple[int, ...], ...]
    starts: dict[str, tuple[Start, ...]]

    @classmethod
    def of(cls, network: Network) -> Flat:
        """The layers of a network."""
        layers: list[Placed] = []
        feeding: list[tuple[int, ...]] = []
        _collect(network.root, "", (-1,), layers, feeding)
        started: dict[str, tuple[Start, ...]] = {}
        for each in starts(network):
            started[each.path] = (*started.get(each.path, ()), each)
        return cls(network, tuple(layers), tuple(feeding), started)

    def started(self, number: int) -> tuple[object, ...]:
        """How a layer's parameters start."""
        found = self.starts.get(self.layers[number].name, ())
        return tuple((each.parameter, each.function, each.options) for each in found)


def _collect(
    scope: ScopeNode,
    prefix: str,
    inputs: tuple[int, ...],
    layers: list[Placed],
    feeding: list[tuple[int, ...]],
) -> int:
    """Add a scope's layers; the number of the one that makes its result."""
    made = list(inputs)
    for node in scope.nodes:
        fed = tuple(made[value] for value in node.inputs)
        if isinstance(node, ScopeNode):
            made.append(_collect(node, f"{prefix}{node.name}.", fed, layers, feeding))
            continue
        assert isinstance(node, LayerNode)
        names = tuple(layers[number].name if number >= 0 else INPUT for number in fed)
        made.append(len(layers))
        layers.append(Placed(prefix + node.name, node, names))
        feeding.append(fed)
    return made[scope.result]


def _pair(first: Flat, second: Flat, match: Match, partner: dict[int, int], kept: set[int]) -> Pair:
    i, j = match.before, match.after
    if j is None:
        assert i is not None
        return Pair(first.layers[i], None, REMOVED, block=match.block)
    if i is None:
        return Pair(None, second.layers[j], ADDED, block=match.block)
    before, after = first.layers[i], second.layers[j]
    reasons = []
    if _is_fed_otherwise(first.feeding[i], second.feeding[j], partner, kept):
        reasons.append(f"fed by {', '.join(after.inputs)}, before by {', '.join(before.inputs)}")
    if first.started(i) != second.started(j):
        reasons.append("its weights start otherwise")
    if before.node.output != after.node.output and before.node.constructor == after.node.constructor:
        reasons.append(f"before {before.node.output}")
    same = not reasons and before.node.constructor == after.node.constructor
    return Pair(before, after, SAME if same else CHANGED, tuple(reasons))


def _is_fed_otherwise(
    before: tuple[int, ...], after: tuple[int, ...], partner: dict[int, int], kept: set[int]
) -> bool:
    """Whether a layer is fed by others, all of which are in both networks; what is new speaks for itself."""
    if not all(each in partner for each in before) or not kept.issuperset(after):
        return False
    return tuple(partner[each] for each in before) != after


def _others(before: Network, after: Network) -> list[str]:
    found = []
    if before.input != after.input:
        found.append(f"the input is {after.input}, before {before.input}")
    if before.output != after.output:
        found.append(f"the output is {after.output}, before {before.output}")
    if len(before.root.outputs) != len(after.root.outputs):
        found.append(
            f"further outputs in training: {len(after.root.outputs)}, before {len(before.root.outputs)}"
        )
    return found
