"""Networks of a few nodes, one for each part of what the reader of ONNX files does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, helper

Array = NDArray[np.generic]
Seed = tuple[Sequence[NodeProto], Mapping[str, Array]]


def _node(kind: str, inputs: str, output: str = "y", **attributes: object) -> NodeProto:
    return helper.make_node(
        kind, inputs.split(" "), output.split(), name=f"/block/{output.split()[0]}/{kind}", **attributes
    )


def _drawn(*shape: int) -> Array:
    return np.random.default_rng(0).normal(0.2, 0.5, shape).astype(np.float32)


def _integers(*values: int) -> Array:
    return np.array(values, np.int64)


def _number(value: float) -> Array:
    return np.array(value, np.float32)


_GELU = (
    _node("Div", "x root", "a"),
    _node("Erf", "a", "e"),
    _node("Add", "e one", "p"),
    _node("Mul", "x p", "m"),
    _node("Mul", "m half"),
)
_HARD_SWISH = (
    _node("Add", "x three", "a"),
    _node("Clip", "a zero six", "c"),
    _node("Mul", "x c", "m"),
    _node("Div", "m six"),
)
_CONVOLUTIONS = (
    _node("Conv", "x w b", "h", kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[1, 1], group=1),
    _node("BatchNormalization", "h b b b v", "n", epsilon=1e-5),
    _node("PRelu", "n s", "p"),
    _node("Add", "p x", "r"),
    _node("MaxPool", "r", "m", kernel_shape=[2, 2], strides=[2, 2], ceil_mode=0),
    _node("ConvTranspose", "m u", "t", strides=[2, 2], auto_pad="NOTSET"),
    _node("GlobalAveragePool", "t", "g"),
    _node("Flatten", "g", "f", axis=1),
    _node("Gemm", "f k b", "y", transB=1, alpha=1.0),
)
_PIECES = (
    _node("Pad", "x pads", "p", mode="reflect"),
    _node("Split", "p parts", "s1 s2", axis=1),
    _node("Sigmoid", "s1", "g"),
    _node("Mul", "s1 g", "w1"),
    _node("Concat", "w1 s2", "c", axis=1),
    _node("Slice", "c starts ends axes steps", "l"),
    _node("Resize", "l  scales", "y", mode="linear"),
)
_TOKENS = (
    _node("Shape", "x", "z", start=0, end=2),
    _node("Concat", "z rest", "to", axis=0),
    _node("Reshape", "x to", "f"),
    _node("Transpose", "f", "t", perm=[0, 2, 1]),
    _node("LayerNormalization", "t b b", "n", axis=-1),
    _node("MatMul", "n k", "m"),
    _node("Add", "m b", "a"),
    _node("Add", "a positions", "q"),
    _node("ReduceMean", "q", "r", axes=[1], keepdims=0),
    _node("Unsqueeze", "r one", "u"),
    _node("Squeeze", "u one", "v"),
    _node("Dropout", "v ratio", "d"),
    _node("Softmax", "d", "y", axis=-1),
)

SEEDS: Sequence[Seed] = (
    (
        _GELU,
        {"root": _number(2**0.5), "one": _number(1), "half": _number(0.5)},
    ),
    (
        _HARD_SWISH,
        {"three": _number(3), "zero": _number(0), "six": _number(6)},
    ),
    (
        _CONVOLUTIONS,
        {
            "w": _drawn(4, 4, 3, 3),
            "u": _drawn(4, 4, 2, 2),
            "b": _drawn(4),
            "v": _drawn(4) ** 2,
            "s": _drawn(4, 1, 1),
            "k": _drawn(4, 4),
        },
    ),
    (
        _PIECES,
        {
            "pads": _integers(0, 0, 1, 1, 0, 0, 1, 1),
            "parts": _integers(2, 2),
            "starts": _integers(0, 0),
            "ends": _integers(100, 2**31),
            "axes": _integers(2, 3),
            "steps": _integers(2, 2),
            "scales": np.array([1, 1, 2, 2], np.float32),
        },
    ),
    (
        _TOKENS,
        {
            "rest": _integers(-1),
            "b": _drawn(4),
            "k": _drawn(4, 4),
            "positions": _drawn(1, 64, 4),
            "one": _integers(1),
            "ratio": _number(0.5),
        },
    ),
)
