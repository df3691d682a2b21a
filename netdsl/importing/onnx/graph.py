"""What is left of an ONNX file: the nodes that its output depends on, and its constants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from torch import Tensor

from netdsl.importing.onnx.arity import check_arity
from netdsl.importing.onnx.numbers import shortest
from netdsl.importing.onnx.problems import unreadable
from netdsl.importing.onnx.tensors import Reader

if TYPE_CHECKING:
    from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, ValueInfoProto

OLDEST, CONSTANT = 7, "Constant"
STANDARD = ("", "ai.onnx")
# Numbers of `AttributeProto.AttributeType`.
FLOAT, INT, STRING, TENSOR, FLOATS, INTS = 1, 2, 3, 4, 6, 7
Attribute = float | int | str | Tensor | tuple[float, ...] | tuple[int, ...]


class Constants(dict[str, Tensor]):
    """Tensors of the file by name; nobody changes them, so copies of a network share them."""

    def __deepcopy__(self, memo: object) -> Constants:
        return self


@dataclass(frozen=True, slots=True)
class Node:
    """One operator; `number` is its place in the file, `properties` what its exporter wrote down of it."""

    operator: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Attribute]
    properties: Mapping[str, str]
    number: int

    @property
    def title(self) -> str:
        """What a message calls it."""
        return f"{self.name or f'node {self.number}'}: {self.operator}"


@dataclass(frozen=True, slots=True)
class Graph:
    """The nodes in order, what they read that is known, and the one value that goes in and comes out.

    `shape` is that of the input with the batch, None for what the file leaves
    open; `numbers` are the places in the file of all nodes that are needed.
    """

    nodes: tuple[Node, ...]
    constants: Constants
    input: str
    shape: tuple[int | None, ...]
    output: str
    opset: int
    numbers: tuple[int, ...]


def graph_of(model: ModelProto, reader: Reader) -> Graph:
    """The graph of a message; raises `DiagnosticError`."""
    versions = [each.version for each in model.opset_import if each.domain in STANDARD]
    opset = max(versions, default=0)
    if opset < OLDEST:
        raise unreadable(f"the file is of operator set {opset}", f"operator sets from {OLDEST} on are read")
    if model.graph.sparse_initializer:
        raise unreadable("the file has sparse weights", "no layer has these")
    inputs = [each for each in model.graph.input if each.name not in initial_names(model.graph)]
    given, made = only(inputs, "input"), only(list(model.graph.output), "output")
    listed = [node_of(each, number, reader) for number, each in enumerate(model.graph.node)]
    for node in listed:
        check_arity(node, opset)
    nodes = needed(listed, made.name)
    read = {name for node in nodes for name in node.inputs}
    initial = (each for each in model.graph.initializer if each.name in read)
    constants = Constants({each.name: reader.read(each) for each in initial})
    numbers = tuple(node.number for node in nodes)
    for node in nodes:
        if node.operator == CONSTANT:
            constants[node.outputs[0]] = constant(node)
    nodes = [node for node in nodes if node.operator != CONSTANT]
    return Graph(tuple(nodes), constants, given.name, shape_of(given), made.name, opset, numbers)


def initial_names(graph: GraphProto) -> set[str]:
    """The names of weights, which older files list as inputs too."""
    return {each.name for each in graph.initializer}


def only(values: Sequence[ValueInfoProto], what: str) -> ValueInfoProto:
    """The one input or output."""
    if len(values) != 1:
        names = ", ".join(f"`{each.name[:60]}`" for each in values[:8]) or "none"
        raise unreadable(
            f"the model has {len(values)} {what}s: {names}",
            f"a network has one {what}; export a model with one, or cut it out with onnx.utils.extract_model",
        )
    return values[0]


def shape_of(value: ValueInfoProto) -> tuple[int | None, ...]:
    """The shape of the input as far as the file says it."""
    dims = value.type.tensor_type.shape.dim
    return tuple(each.dim_value if 0 < each.dim_value < 2**31 else None for each in dims)


def node_of(proto: NodeProto, number: int, reader: Reader) -> Node:
    """One node."""
    operator = proto.op_type if proto.domain in STANDARD else f"{proto.domain}.{proto.op_type}"
    attributes = {
        each.name: value for each in proto.attribute if (value := attribute(each, reader)) is not None
    }
    properties = {each.key: each.value for each in getattr(proto, "metadata_props", ())}
    return Node(
        operator[:100],
        proto.name[:200],
        tuple(proto.input),
        tuple(proto.output),
        attributes,
        properties,
        number,
    )


def attribute(proto: AttributeProto, reader: Reader) -> Attribute | None:
    """The value of an attribute, None for one of a kind that no operator here has."""
    if proto.type == FLOAT:
        return shortest(proto.f)
    if proto.type == INT:
        return int(proto.i)
    if proto.type == STRING:
        return proto.s[:1000].decode("utf-8", "replace")
    if proto.type == TENSOR:
        return reader.read(proto.t)
    if proto.type == FLOATS:
        return tuple(shortest(each) for each in proto.floats)
    return tuple(proto.ints) if proto.type == INTS else None


def constant(node: Node) -> Tensor:
    """The value of a node that is nothing but one."""
    for name in ("value", "value_float", "value_int", "value_floats", "value_ints"):
        if name in node.attributes:
            value = node.attributes[name]
            return value if isinstance(value, Tensor) else as_tensor(value)
    raise unreadable(f"`{node.title}` has no value that a layer could have")


def as_tensor(value: object) -> Tensor:
    """Numbers as a tensor."""
    import torch

    made: Tensor = torch.as_tensor(value)
    return made


def needed(nodes: Sequence[Node], output: str) -> list[Node]:
    """The nodes that the output depends on, in the order of the file: each after what it reads."""
    wanted, kept = {output}, []
    for node in reversed(nodes):
        if not wanted.isdisjoint(node.outputs):
            wanted -= set(node.outputs)
            wanted |= {name for name in node.inputs if name}
            kept.append(node)
    if not kept:
        raise unreadable("no node makes the model's output")
    return kept[::-1]
