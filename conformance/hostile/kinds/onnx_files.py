"""ONNX files, as `netdsl import` reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

import numpy as np
from google.protobuf.message import DecodeError
from numpy.typing import NDArray
from onnx import AttributeProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

from conformance.hostile.kind import Kind
from conformance.hostile.kinds.onnx_seeds import SEEDS
from conformance.hostile.mutate.bytewise import mutate_bytes
from conformance.hostile.promises import check_said, promise
from netdsl.checker import check_source
from netdsl.diagnostics import DiagnosticError
from netdsl.diagnostics.span import Source
from netdsl.importing.onnx.importer import import_onnx
from netdsl.importing.onnx.operators import OPERATORS

# No sizes between: what fits into memory may take as long as it takes.
_INTEGERS = (-(2**63), -(2**31), -5, -1, 0, 1, 2, 3, 5, 2**31 - 1, 2**31, 2**62, 2**63 - 1)
_FLOATS = (0.0, -1.0, 0.5, 6.0, 1e38, float("inf"), float("nan"))
_TEXTS = (b"", b"SAME_UPPER", b"VALID", b"tanh", b"cubic", b"reflect", b"\xff", b"x" * 3000)
_NAMES = ("x", "y", "w", "b", "h", "", "'", "a/b", "\x1b[31m", "n" * 3000)


class OnnxFiles(Kind):
    """Files whose nodes are not what their operators take, or whose bytes are changed."""

    name = "onnx"

    def seeds(self) -> Sequence[bytes]:
        """Networks of a few nodes each."""
        return [_written(nodes, weights) for nodes, weights in SEEDS]

    def draw(self, random: Random, pool: Sequence[bytes]) -> bytes:
        """Nodes changed, or bytes."""
        data = random.choice(pool)
        if random.random() < 0.8:
            data = _spoiled(random, data)
        if random.random() < 0.3:
            data = mutate_bytes(random, data, pool)
        return data

    def run(self, data: bytes) -> frozenset[str]:
        """Import the file; the text of one that is accepted is right."""
        path = self.folder / "model.onnx"
        path.write_bytes(data)
        try:
            made = import_onnx(path, None, None, external=True)
        except DiagnosticError as error:
            return check_said([error.diagnostic])
        network = check_source(Source("model.net", made.text)).network
        promise(network is not None, "the text is no network")
        return frozenset({"accepted"} | {node.kind for _, node in network.layers()} if network else ())


def _written(nodes: Sequence[NodeProto], weights: Mapping[str, NDArray[np.generic]]) -> bytes:
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 4, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return made.SerializeToString()


def _spoiled(random: Random, data: bytes) -> bytes:
    model = ModelProto()
    try:
        model.ParseFromString(data)
    except DecodeError:
        return data
    for _ in range(1 + int(random.expovariate(1.0))):
        changed = random.random()
        if changed < 0.7 and model.graph.node:
            _spoil_node(random, model, random.choice(model.graph.node))
        elif changed < 0.9 and model.graph.initializer:
            _spoil_tensor(random, random.choice(model.graph.initializer))
        else:
            _spoil_graph(random, model)
    return model.SerializeToString()


def _spoil_node(random: Random, model: ModelProto, node: NodeProto) -> None:
    """Another operator, other inputs, outputs or attributes."""
    what = random.randrange(6)
    given = [*node.input, *(name for each in model.graph.node for name in each.output), *_NAMES]
    if what == 0:
        node.op_type = random.choice((*OPERATORS, "Erf", "Constant", "Einsum", ""))
    elif what == 1:
        place = random.randrange(len(node.input) + 1)
        node.input[place : place + random.randrange(3)] = random.sample(given, random.randrange(3))
    elif what == 2:
        node.output[:] = [*node.output, random.choice(given)][random.randrange(2) :]
    elif what == 3 and node.attribute:
        _spoil_attribute(random, random.choice(node.attribute))
    elif what == 4 and node.attribute:
        del node.attribute[random.randrange(len(node.attribute))]
    else:
        other = random.choice(model.graph.node)
        node.attribute.extend(list(other.attribute))
        if random.random() < 0.3:
            model.graph.node.add().CopyFrom(node)


def _spoil_attribute(random: Random, attribute: AttributeProto) -> None:
    """Another number, another count of numbers, another kind, or another name."""
    what = random.randrange(4)
    if what == 0:
        attribute.type = random.randrange(15)
    elif what == 1:
        attribute.name = random.choice(("axis", "axes", "pads", "strides", "perm", "alpha", "value", "to"))
    elif what == 2:
        attribute.ints[:] = [random.choice(_INTEGERS) for _ in range(random.randrange(9))]
    else:
        attribute.i, attribute.f = random.choice(_INTEGERS), random.choice(_FLOATS)
        attribute.s = random.choice(_TEXTS)
        for place in range(len(attribute.ints)):
            if random.random() < 0.5:
                attribute.ints[place] = random.choice(_INTEGERS)


def _spoil_tensor(random: Random, tensor: TensorProto) -> None:
    """Another kind, another shape, other bytes, or bytes that lie elsewhere."""
    what = random.randrange(5)
    if what == 0:
        tensor.data_type = random.randrange(25)
    elif what == 1:
        tensor.dims[:] = [random.choice((*tensor.dims, *_INTEGERS)) for _ in range(random.randrange(6))]
    elif what == 2:
        kind, size = np.dtype(random.choice(("<f4", "<i8"))), random.choice((0, 1, 4, len(tensor.raw_data)))
        drawn = [
            random.choice(_INTEGERS if kind.kind == "i" else _FLOATS) for _ in range(size // kind.itemsize)
        ]
        tensor.raw_data = np.array(drawn, kind).tobytes()
    elif what == 3:
        tensor.dims[:] = list(reversed(tensor.dims)) if random.random() < 0.5 else tensor.dims[1:]
    else:
        tensor.data_location = 1
        place = random.choice(("model.onnx", "gone", "../x", ".", "", "a\0b", "/etc/hostname"))
        for key, value in (("location", place), ("offset", random.choice(("0", "-1", "9" * 9, "x")))):
            tensor.external_data.add(key=key, value=value)


def _spoil_graph(random: Random, model: ModelProto) -> None:
    """Another order of nodes, another operator set, another input or output."""
    graph = model.graph
    what = random.randrange(6)
    if what == 0 and graph.node:
        del graph.node[random.randrange(len(graph.node))]
    elif what == 1:
        nodes = list(graph.node)
        random.shuffle(nodes)
        del graph.node[:]
        graph.node.extend(nodes)
    elif what == 2 and model.opset_import:
        model.opset_import[0].version = random.choice((*range(6, 30), *_INTEGERS))
    elif what == 3 and graph.input and graph.input[0].type.tensor_type.shape.dim:
        random.choice(graph.input[0].type.tensor_type.shape.dim).dim_value = random.choice(_INTEGERS)
    elif what == 4 and graph.input:
        del graph.input[0].type.tensor_type.shape.dim[random.randrange(4) :]
    elif graph.output:
        graph.output[0].name = random.choice((*_NAMES, *(each.name for each in graph.initializer)))
