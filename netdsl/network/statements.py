"""A network as a table: each layer with its line, what feeds it, its shape and its costs."""

from __future__ import annotations

from netdsl.diagnostics.span import Span
from netdsl.layers.tensor import TensorType
from netdsl.network.nodes import LayerNode, Network, ScopeNode
from netdsl.record import Record

INPUT = "input"


class Statement(Record):
    """A row. `name` is the state-dict prefix, `span` the call, `inputs` the rows that feed it."""

    name: str
    layer: str
    span: Span
    inputs: tuple[str, ...]
    output: TensorType
    parameters: int
    multiply_adds: int
    receptive_field: tuple[int, ...]
    activation_bytes: int

    @property
    def file(self) -> str:
        """The name of the file that the layer is written in."""
        return self.span.source.name

    @property
    def line(self) -> int:
        """Where in it, from 1."""
        return self.span.line


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
                node.span,
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
