"""A scope as it is drawn: which of its values are one, how often each is read, and its totals."""

from __future__ import annotations

from netdsl.drawing.repeats import Repeat
from netdsl.network.nodes import LayerNode, Node, ScopeNode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def is_empty(node: Node) -> bool:
    """Whether a node is a block that hands on what it was given."""
    return isinstance(node, ScopeNode) and not node.nodes


def origins_of(scope: ScopeNode) -> list[int]:
    """For each value the one that it is: an empty block makes none of its own."""
    origins = list(range(len(scope.input_types)))
    for node in scope.nodes:
        if isinstance(node, ScopeNode) and is_empty(node):
            origins.append(origins[node.inputs[node.result]])
        else:
            origins.append(len(origins))
    return origins


def reader_counts(scope: ScopeNode, origins: list[int]) -> dict[int, int]:
    """How often each value is read; what leaves the scope is read once more."""
    counts: dict[int, int] = {}
    values = [value for node in scope.nodes if not is_empty(node) for value in node.inputs]
    for value in (*values, scope.result, *scope.outputs):
        counts[origins[value]] = counts.get(origins[value], 0) + 1
    return counts


def add_parameters(scope: ScopeNode, prefix: str, counts: Sequence[int], found: dict[str, int]) -> None:
    """Add what each node of a folded scope stands for; `counts` has all layers that the scope stands for."""
    for node in scope.nodes:
        if not isinstance(node, ScopeNode):
            part, counts = counts[:1], counts[1:]
        elif isinstance(node, Repeat):
            length = totals_of(node)[0]
            part, counts = counts[: length * node.times], counts[length * node.times :]
            add_parameters(node, prefix, [sum(part[at::length]) for at in range(length)], found)
            continue
        else:
            length = totals_of(node)[0]
            part, counts = counts[:length], counts[length:]
            add_parameters(node, path_of(node, prefix), part, found)
        found[path_of(node, prefix)] = sum(part)


def path_of(node: Node, prefix: str) -> str:
    """The path of a layer, or the prefix of what is in a block."""
    return f"{prefix}{node.name}." if isinstance(node, ScopeNode) else prefix + node.name


def totals_of(scope: ScopeNode) -> tuple[int, int]:
    """Number of layers and of parameters in a scope, repeats counted once."""
    layers = parameters = 0
    for node in scope.nodes:
        if isinstance(node, ScopeNode):
            times = node.times if isinstance(node, Repeat) else 1
            inner, more = totals_of(node)
            layers, parameters = layers + inner * times, parameters + more * times
        elif isinstance(node, LayerNode):
            layers, parameters = layers + 1, parameters + node.parameter_count
    return layers, parameters
