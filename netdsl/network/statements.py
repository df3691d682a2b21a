"""A network as a table: each layer with its line, what feeds it, its shape and its costs."""

from __future__ import annotations

from netdsl.layers.tensor import TensorType
from netdsl.network.nodes import LayerNode, Network, ScopeNode
from netdsl.record import Record

INPUT = "input"


class Statement(Record):
    """A row. `name` is the state-dict prefix; `inputs` are the names of the rows that feed it."""

    name: str
    layer: str
    file: str
    line: int
    inputs: tuple[str, ...]
    output: TensorType
    parameters: int
    multiply_adds: int
    receptive_field: tuple[int, ...]
    activation_bytes: int


def statements(network: Network) -> list[Statement]:
    """All rows in running order."""
    rows: list[Statement] = []
    collect(network.root, "", [INPUT], rows)
    return rows


def collect(scope: ScopeNode, prefix: str, sources: list[str], rows: list[Statement]) -> str:
    """Add a scope's rows; the name of the row that makes its result."""
    made = list(sources)
    for node in scope.nodes:
        inputs = [made[value] for value in node.inputs]
        if isinstance(node, ScopeNode):
            made.append(collect(node, f"{prefix}{node.name}.", inputs, rows))
            continue
        assert isinstance(node, LayerNode)
        rows.append(
            Statement(
                prefix + node.name,
                node.kind,
                node.span.source.name,
                node.span.line,
                tuple(inputs),
                node.output,
                node.parameter_count,
                node.multiply_adds,
                node.receptive_field,
                0 if node.view else 4 * node.output.size,
            )
        )
        made.append(prefix + node.name)
    return made[scope.result]
