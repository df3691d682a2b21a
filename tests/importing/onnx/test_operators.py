"""Each operator becomes the layer that does the same; the import itself compares outputs with a runtime."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from netdsl.importing.onnx.importer import import_onnx
from tests.importing.onnx.graphs import Array, drawn, model, node, saved

Weights = dict[str, Array]
IMAGE = (None, 4, 8, 8)
VECTOR = (None, 6)


def of_tokens(*nodes: object) -> list[object]:
    """Nodes that read `t`, the 64 positions of the image as tokens of 4 features."""
    made = [node("Reshape", "x shape", "r"), node("Transpose", "r", "t", perm=[0, 2, 1])]
    return [*made, *nodes]


def integers(*values: int) -> Array:
    return np.array(values, np.int64)


def number(value: float) -> Array:
    return np.array(value, np.float32)


W3 = {"w": drawn(6, 4, 3, 3), "b": drawn(6)}
NORM = {"s": drawn(4), "b": drawn(4, seed=1), "m": drawn(4, seed=2), "v": np.abs(drawn(4, seed=3)) + 0.5}
CASES: list[tuple[str, list[object], Weights, tuple[int | None, ...]]] = [
    ("conv(6, 3, stride=2, padding=1)", [node("Conv", "x w b", strides=[2, 2], pads=[1] * 4)], W3, IMAGE),
    ("conv(6, 3, bias=false)", [node("Conv", "x w")], W3, IMAGE),
    (
        "pad([1, 0, 1, 0]) -> conv(6, 3, stride=2)",
        [node("Conv", "x w b", strides=[2, 2], pads=[1, 1, 0, 0])],
        W3,
        IMAGE,
    ),
    ("conv(6, 3, padding=1)", [node("Conv", "x w b", auto_pad="SAME_UPPER")], W3, IMAGE),
    (
        "depthwise(3, padding=1, bias=false)",
        [node("Conv", "x w", group=4, pads=[1] * 4)],
        {"w": drawn(4, 1, 3, 3)},
        IMAGE,
    ),
    (
        "conv_transpose(6, 2, stride=2)",
        [node("ConvTranspose", "x w b", strides=[2, 2])],
        {"w": drawn(4, 6, 2, 2), "b": drawn(6)},
        IMAGE,
    ),
    (
        "bn(eps=0.001, momentum=0.01)",
        [node("BatchNormalization", "x s b m v", epsilon=1e-3, momentum=0.99)],
        NORM,
        IMAGE,
    ),
    ("instancenorm(affine=true)", [node("InstanceNormalization", "x s b")], NORM, IMAGE),
    (
        "tokens -> layernorm",
        of_tokens(node("LayerNormalization", "t s b")),
        {"shape": integers(0, 4, -1), "s": drawn(4), "b": drawn(4, seed=1)},
        IMAGE,
    ),
    ("linear(classes)", [node("Gemm", "x w b", transB=1)], {"w": drawn(7, 6), "b": drawn(7)}, VECTOR),
    ("linear(classes, bias=false)", [node("MatMul", "x w")], {"w": drawn(6, 7)}, VECTOR),
    (
        "linear(classes)",
        [node("MatMul", "x w", "h"), node("Add", "b h")],
        {"w": drawn(6, 7), "b": drawn(7)},
        VECTOR,
    ),
    ("leaky_relu(0.2)", [node("LeakyRelu", "x", alpha=0.2)], {}, IMAGE),
    ("relu6", [node("Clip", "x l h")], {"l": number(0), "h": number(6)}, IMAGE),
    ("prelu(channels)", [node("PRelu", "x w")], {"w": drawn(4, 1, 1)}, IMAGE),
    ("silu", [node("Sigmoid", "x", "h"), node("Mul", "x h")], {}, IMAGE),
    (
        "hardswish",
        [node("Add", "x a", "h"), node("Clip", "h l b", "c"), node("Mul", "x c", "p"), node("Div", "p b")],
        {"a": number(3), "l": number(0), "b": number(6)},
        IMAGE,
    ),
    (
        "gelu",
        [
            node("Div", "x r", "d"),
            node("Erf", "d", "e"),
            node("Add", "e o", "s"),
            node("Mul", "x s", "p"),
            node("Mul", "p h"),
        ],
        {"r": number(2**0.5), "o": number(1), "h": number(0.5)},
        IMAGE,
    ),
    (
        "maxpool(3, stride=2, padding=1)",
        [node("MaxPool", "x", kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)],
        {},
        IMAGE,
    ),
    ("avgpool(2)", [node("AveragePool", "x", kernel_shape=[2, 2], strides=[2, 2])], {}, IMAGE),
    (
        "avgpool(3, stride=1, padding=1, count_include_pad=false)",
        [node("AveragePool", "x", kernel_shape=[3, 3], pads=[1] * 4)],
        {},
        IMAGE,
    ),
    ("avgpool(global)", [node("GlobalAveragePool", "x")], {}, IMAGE),
    ("avgpool(global) -> flatten", [node("ReduceMean", "x", axes=[2, 3], keepdims=0)], {}, IMAGE),
    ("flatten", [node("Flatten", "x")], {}, IMAGE),
    (
        "flatten",
        [
            node("Shape", "x", "s"),
            node("Gather", "s z", "n"),
            node("Unsqueeze", "n zero", "u"),
            node("Concat", "u m", "t", axis=0),
            node("Reshape", "x t"),
        ],
        {"z": np.array(0, np.int64), "zero": integers(0), "m": integers(-1)},
        IMAGE,
    ),
    (
        "pad([1, 2, 0, 0], reflect)",
        [node("Pad", "x p", mode="reflect")],
        {"p": integers(0, 0, 0, 1, 0, 0, 0, 2)},
        IMAGE,
    ),
    (
        "upsample(2)",
        [
            node(
                "Resize",
                "x  s",
                mode="nearest",
                coordinate_transformation_mode="asymmetric",
                nearest_mode="floor",
            )
        ],
        {"s": np.array([1, 1, 2, 2], np.float32)},
        IMAGE,
    ),
    (
        "upsample(2, mode=bilinear, align_corners=true)",
        [node("Resize", "x  s", mode="linear", coordinate_transformation_mode="align_corners")],
        {"s": np.array([1, 1, 2, 2], np.float32)},
        IMAGE,
    ),
    ("pixel_shuffle(2)", [node("DepthToSpace", "x", blocksize=2, mode="CRD")], {}, IMAGE),
    ("dropout(0.25)", [node("Dropout", "x r", "h"), node("Relu", "h")], {"r": number(0.25)}, IMAGE),
    ("scale(0.5)", [node("Mul", "h x")], {"h": number(0.5)}, IMAGE),
    ("layer_scale", [node("Mul", "x w")], {"w": drawn(4, 1, 1)}, IMAGE),
    # Exporters write equal vectors once.
    (
        "layer_scale -> relu -> layer_scale",
        [node("Mul", "x w", "h"), node("Relu", "h", "r"), node("Mul", "r w")],
        {"w": drawn(4, 1, 1)},
        IMAGE,
    ),
    (
        "tokens -> position_embedding",
        of_tokens(node("Add", "t w")),
        {"shape": integers(0, 4, -1), "w": drawn(1, 64, 4)},
        IMAGE,
    ),
    ("softmax", [node("Softmax", "x", axis=-1)], {}, VECTOR),
    (
        "add { branch { } branch { tanh } branch { sigmoid } }",
        [node("Tanh", "x", "t"), node("Sigmoid", "x", "s"), node("Sum", "x t s")],
        {},
        IMAGE,
    ),
]


@pytest.mark.parametrize(
    ("text", "nodes", "weights", "shape"),
    CASES,
    ids=[f"{i}-{c[0].split('(')[0]}" for i, c in enumerate(CASES)],
)
def test_becomes(
    text: str, nodes: list[object], weights: Weights, shape: tuple[int | None, ...], tmp_path: Path
) -> None:
    made = import_onnx(saved(model(nodes, weights, shape), tmp_path), None, None, external=False)  # type: ignore[arg-type]
    body = " -> ".join(line.strip() for line in made.text.splitlines()[3:-1])
    body = body.replace("{ ->", "{").replace("-> }", "}").replace("} ->", "}").replace("branch ->", "branch")
    assert text in body, made.text
