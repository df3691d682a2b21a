"""Activations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isclose

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from netdsl.importing.onnx.operators.kind import Operator
from netdsl.importing.onnx.steps import Step, with_weights
from netdsl.importing.tracing.reading import NoLayerError

NEAR = 1e-6


def plain(function: Callable[[Tensor], Tensor]) -> Operator:
    """An activation without options."""
    return lambda step: function(step.value(0))


def with_slope(function: Callable[[Tensor, float], Tensor], default: float) -> Operator:
    """An activation with one number, `alpha`."""
    return lambda step: function(step.value(0), step.number(-1, "alpha", default) or 0.0)


def clip(step: Step) -> Tensor:
    """Between two numbers."""
    x, low, high = step.value(0), step.number(1, "min"), step.number(2, "max")
    if low == 0 and high is None:
        return F.relu(x)
    if low is None or high is None:
        raise NoLayerError("`Clip` at one side")
    return F.relu6(x) if (low, high) == (0, 6) else F.hardtanh(x, low, high)


def hard_sigmoid(step: Step) -> Tensor:
    """The one slope that torch has."""
    alpha, beta = step.number(-1, "alpha", 0.2) or 0.0, step.number(-1, "beta", 0.5) or 0.0
    if not (isclose(alpha, 1 / 6, rel_tol=NEAR) and beta == 0.5):
        raise NoLayerError(f"`HardSigmoid` with a slope of {alpha}; the language's has 1/6")
    return F.hardsigmoid(step.value(0))


def gelu(step: Step) -> Tensor:
    """With the error function, or with tanh."""
    return F.gelu(step.value(0), approximate=step.text("approximate", "none"))


def swish(step: Step) -> Tensor:
    """x times its sigmoid."""
    if step.number(-1, "alpha", 1.0) != 1.0:
        raise NoLayerError("`Swish` with a slope")
    return F.silu(step.value(0))


def softmax(function: Callable[..., Tensor]) -> Operator:
    """Shares of 1 along an axis; older operator sets joined all axes after it."""

    def operator(step: Step) -> Tensor:
        x = step.value(0)
        is_old = step.network.graph.opset < 13
        axis = step.integer("axis", 1 if is_old else -1) % x.dim()
        if is_old and axis != x.dim() - 1:
            raise NoLayerError(f"`{step.node.operator}` over several axes")
        return function(x, dim=axis)

    return operator


def prelu(step: Step) -> Tensor:
    """A learned slope, or one for each channel."""
    slope = step.weight(1)

    def make() -> nn.Module:
        return with_weights(nn.PReLU(slope.numel(), device="meta"), weight=slope.reshape(-1))

    return step.layer(step.value(0), make)


ACTIVATIONS: Mapping[str, Operator] = {
    "Relu": plain(F.relu),
    "LeakyRelu": with_slope(F.leaky_relu, 0.01),
    "Elu": with_slope(F.elu, 1.0),
    "Celu": with_slope(F.celu, 1.0),
    "Selu": plain(F.selu),
    "Sigmoid": plain(torch.sigmoid),
    "Tanh": plain(torch.tanh),
    "Softplus": plain(F.softplus),
    "Mish": plain(F.mish),
    "HardSwish": plain(F.hardswish),
    "HardSigmoid": hard_sigmoid,
    "Gelu": gelu,
    "Swish": swish,
    "Clip": clip,
    "PRelu": prelu,
    "Softmax": softmax(F.softmax),
    "LogSoftmax": softmax(F.log_softmax),
    # Not a layer by itself; the message names it where `fusion` knows no layer around it.
    "Erf": plain(torch.erf),
    "Sqrt": plain(torch.sqrt),
    "Exp": plain(torch.exp),
}
