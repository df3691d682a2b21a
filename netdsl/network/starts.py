"""How the parameters of a network start: what its `init` statements say."""

from __future__ import annotations

from netdsl.layers.initialization import SCHEMES
from netdsl.layers.kinds import Accepted
from netdsl.network.nodes import Initialization, LayerNode, Network, ScopeNode
from netdsl.record import Record


class Start(Record):
    """How a parameter starts: the module's path, and the call of torch.nn.init."""

    path: str
    parameter: str
    function: str
    options: tuple[tuple[str, Accepted], ...]


def starts(network: Network) -> tuple[Start, ...]:
    """The starts of all parameters that an `init` names, in running order; others start as in torch."""
    return tuple(_of_scope(network.root, "", ()))


def _of_scope(scope: ScopeNode, prefix: str, outer: tuple[Initialization, ...]) -> list[Start]:
    """Inner scopes' and later statements win."""
    rules = (*outer, *scope.initializations)
    found: list[Start] = []
    for node in scope.nodes:
        if isinstance(node, ScopeNode):
            found.extend(_of_scope(node, f"{prefix}{node.name}.", rules))
            continue
        assert isinstance(node, LayerNode)
        for parameter, _ in node.parameters:
            rule = next((r for r in reversed(rules) if (r.kind, r.parameter) == (node.kind, parameter)), None)
            if rule is not None:
                function = SCHEMES[rule.scheme].torch
                found.append(Start(prefix + node.name, parameter, function, rule.options))
    return found
