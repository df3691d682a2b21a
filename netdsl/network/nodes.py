"""Nodes of a checked network.

A scope (the net itself, a block, a labelled merge) holds its nodes in the
order in which they run. Values are numbered in each scope: first its inputs,
then one for each node. A node reads values by number.
"""

from __future__ import annotations

from netdsl.diagnostics.span import Span
from netdsl.layers.arguments import Arguments
from netdsl.layers.kinds import Accepted
from netdsl.layers.outcome import Constructor
from netdsl.layers.tensor import TensorType
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Node(Record):
    """A step of a scope. `name` is unique in its scope and becomes the module's name."""

    name: str
    kind: str
    span: Span
    inputs: tuple[int, ...]
    output: TensorType


class LayerNode(Node):
    """A layer or merge, which becomes one module.

    `multiply_adds` counts one sample; `receptive_field` is in input
    elements along each spatial axis. A `view` takes no memory of its own.
    """

    constructor: Constructor
    parameters: tuple[tuple[str, tuple[int, ...]], ...]
    multiply_adds: int
    receptive_field: tuple[int, ...]
    view: bool
    arguments: Arguments

    @property
    def written(self) -> tuple[tuple[str, Accepted], ...]:
        """Its options as a file would give them, those by position first."""
        return self.arguments.written

    @property
    def parameter_count(self) -> int:
        """Number of learned values."""
        total = 0
        for _, shape in self.parameters:
            size = 1
            for each in shape:
                size *= each
            total += size
        return total


class Initialization(Record):
    """An `init` statement: how a parameter of all layers of a kind in its scope starts."""

    span: Span
    kind: str
    parameter: str
    scheme: str
    options: tuple[tuple[str, Accepted], ...]


class ScopeNode(Node):
    """A net, block or labelled merge: nodes in order, and the value that comes out.

    `definition` is the name of the net, block, merge or output;
    `input_types` are the types of the values 0, 1, ... that it is given.
    `outputs` are the values that a net gives besides its result while it is
    trained, each made by a scope of its own.
    """

    definition: str
    input_types: tuple[TensorType, ...]
    nodes: tuple[Node, ...]
    result: int
    initializations: tuple[Initialization, ...]
    doc: str = ""
    outputs: tuple[int, ...] = ()

    @property
    def output_nodes(self) -> tuple[Node, ...]:
        """The nodes that make the further outputs."""
        return tuple(self.nodes[value - len(self.input_types)] for value in self.outputs)


class Network(Record):
    """A whole checked network.

    `settings` are the values of its parameters as text, those given and the
    defaults.
    """

    name: str
    doc: str
    input: TensorType
    output: TensorType
    root: ScopeNode
    settings: tuple[tuple[str, str], ...]

    def layers(self) -> Iterator[tuple[str, LayerNode]]:
        """Every layer in running order, with its state-dict prefix (`unit3.conv2`)."""
        pending: list[tuple[str, Iterator[Node]]] = [("", iter(self.root.nodes))]
        while pending:
            prefix, nodes = pending[-1]
            node = next(nodes, None)
            if node is None:
                pending.pop()
            elif isinstance(node, ScopeNode):
                pending.append((f"{prefix}{node.name}.", iter(node.nodes)))
            elif isinstance(node, LayerNode):
                yield prefix + node.name, node

    @property
    def title(self) -> str:
        """The net with its settings and its input: `LeNet5(classes=10), input 3x32x32`."""
        settings = ", ".join(f"{name}={value}" for name, value in self.settings)
        return f"{self.name}({settings}), input {self.input}"

    def _repr_html_(self) -> str:
        from netdsl.network.html import as_html

        return as_html(self)

    @property
    def parameter_count(self) -> int:
        """Number of learned values."""
        return sum(layer.parameter_count for _, layer in self.layers())

    @property
    def multiply_adds(self) -> int:
        """Multiply-adds of one sample's forward pass in evaluation."""
        return sum(layer.multiply_adds for layer in self._evaluated())

    @property
    def activation_bytes(self) -> int:
        """Bytes of all layers' outputs of one sample in float32, in evaluation; views take none."""
        return sum(4 * layer.output.size for layer in self._evaluated() if not layer.view)

    def _evaluated(self) -> Iterator[LayerNode]:
        """The layers that run outside training too: all but those of further outputs."""
        skipped = {node.name for node in self.root.output_nodes}
        return (layer for name, layer in self.layers() if name.partition(".")[0] not in skipped)
