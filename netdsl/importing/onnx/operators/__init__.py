"""The operators of ONNX that a network can be made of, each as what torch calls it."""

from __future__ import annotations

from collections.abc import Mapping

from netdsl.importing.onnx.operators.activations import ACTIVATIONS
from netdsl.importing.onnx.operators.arithmetic import ARITHMETIC
from netdsl.importing.onnx.operators.kind import Operator
from netdsl.importing.onnx.operators.learned import LEARNED
from netdsl.importing.onnx.operators.normalization import NORMALIZATION
from netdsl.importing.onnx.operators.pieces import PIECES
from netdsl.importing.onnx.operators.pooling import POOLING
from netdsl.importing.onnx.operators.resizing import RESIZING
from netdsl.importing.onnx.operators.shapes import SHAPES

OPERATORS: Mapping[str, Operator] = {
    **ACTIVATIONS,
    **ARITHMETIC,
    **LEARNED,
    **NORMALIZATION,
    **PIECES,
    **POOLING,
    **RESIZING,
    **SHAPES,
}
