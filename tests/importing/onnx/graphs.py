"""Small ONNX files, node by node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

Array = NDArray[np.generic]
IMAGE = (None, 4, 8, 8)


def drawn(*shape: int, seed: int = 0) -> Array:
    """Weights that are neither 0 nor 1."""
    return np.random.default_rng(seed).normal(0.2, 0.5, shape).astype(np.float32)


def node(kind: str, inputs: str, output: str = "y", **attributes: object) -> NodeProto:
    """A node that is named as what it makes."""
    return helper.make_node(
        kind, inputs.split(" "), output.split(), name=f"node_{output.split()[0]}", **attributes
    )


def model(
    nodes: Sequence[NodeProto],
    weights: Mapping[str, Array] | None = None,
    shape: Sequence[int | None] = IMAGE,
    opset: int = 17,
) -> onnx.ModelProto:
    """A model from `x` to `y`."""
    sizes = ["batch" if each is None else each for each in shape]
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, sizes)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(value, name) for name, value in (weights or {}).items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def saved(made: onnx.ModelProto, folder: Path) -> Path:
    """The file of a model."""
    path = folder / "model.onnx"
    path.write_bytes(made.SerializeToString())
    return path
