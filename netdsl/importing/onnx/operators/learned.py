"""Convolutions and matrices."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch.nn.functional as F
from torch import Tensor, nn

from netdsl.importing.onnx.operators.kind import Operator
from netdsl.importing.onnx.operators.windows import as_torch, even, sides
from netdsl.importing.onnx.steps import Step, with_weights
from netdsl.importing.tracing.reading import NoLayerError

Module = Callable[..., nn.Module]
CONVOLUTIONS: tuple[Module, ...] = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
TRANSPOSED: tuple[Module, ...] = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)


def conv(step: Step) -> Tensor:
    """A convolution; a padding that differs between the sides stands before it."""
    x, weight, bias = step.value(0), step.weight(1), step.optional_weight(2)
    rank = spatial_rank(x, weight)
    kernel = tuple(weight.shape[2:])
    around = sides(step, tuple(x.shape[2:]), kernel)
    padding = even(around)
    if padding is None:
        x = F.pad(x, as_torch(around))
    groups = step.integer("group", 1)

    def make() -> nn.Module:
        made = CONVOLUTIONS[rank - 1](
            weight.shape[1] * groups,
            weight.shape[0],
            kernel,
            step.sizes("strides") or (1,) * rank,
            padding or (0,) * rank,
            step.sizes("dilations") or (1,) * rank,
            groups,
            bias is not None,
            device="meta",
        )
        return with_weights(made, weight=weight, bias=bias)

    return step.layer(x, make)


def conv_transpose(step: Step) -> Tensor:
    """A transposed convolution."""
    x, weight, bias = step.value(0), step.weight(1), step.optional_weight(2)
    rank = spatial_rank(x, weight)
    padding = even(sides(step, tuple(x.shape[2:]), tuple(weight.shape[2:])))
    if padding is None or step.sizes("output_shape") or step.text("auto_pad", "NOTSET") != "NOTSET":
        raise NoLayerError("`ConvTranspose` whose padding differs between the sides")
    groups = step.integer("group", 1)

    def make() -> nn.Module:
        made = TRANSPOSED[rank - 1](
            weight.shape[0],
            weight.shape[1] * groups,
            tuple(weight.shape[2:]),
            step.sizes("strides") or (1,) * rank,
            padding or (0,) * rank,
            step.sizes("output_padding") or (0,) * rank,
            groups,
            bias is not None,
            step.sizes("dilations") or (1,) * rank,
            device="meta",
        )
        return with_weights(made, weight=weight, bias=bias)

    return step.layer(x, make)


def spatial_rank(x: Tensor, weight: Tensor) -> int:
    """How many axes a convolution goes over."""
    if weight.dim() != x.dim() or not 3 <= x.dim() <= 5:
        raise NoLayerError(f"a convolution of {weight.dim()} axes over a value of {x.dim()}")
    return x.dim() - 2


def gemm(step: Step) -> Tensor:
    """A matrix and a bias over vectors."""
    scaled = step.node.attributes.get("alpha", 1.0) != 1.0
    scaled = scaled or (step.has(2) and step.node.attributes.get("beta", 1.0) != 1.0)
    if scaled or step.integer("transA", 0):
        raise NoLayerError("`Gemm` that scales or transposes what flows in")
    weight = step.weight(1)
    return linear(step, weight if step.integer("transB", 0) else weight.T, step.optional_weight(2))


def matrix(step: Step) -> Tensor:
    """A matrix over the features of a vector or of tokens, with a bias where `fusion` found one."""
    if not step.is_constant(1) or step.weight(1).dim() != 2:
        raise NoLayerError(f"`{step.node.operator}` of two values, as in attention that is taken apart")
    return linear(step, step.weight(1).T, step.optional_weight(2))


def linear(step: Step, weight: Tensor, bias: Tensor | None) -> Tensor:
    """The module of a matrix."""
    if weight.dim() != 2:
        raise NoLayerError(f"a matrix of {weight.dim()} axes")

    def make() -> nn.Module:
        made = nn.Linear(weight.shape[1], weight.shape[0], bias is not None, device="meta")
        flat = bias.reshape(-1).expand(weight.shape[0]) if bias is not None and bias.numel() == 1 else bias
        return with_weights(made, weight=weight, bias=flat.reshape(-1) if flat is not None else None)

    return step.layer(step.value(0), make)


LEARNED: Mapping[str, Operator] = {
    "Conv": conv,
    "ConvTranspose": conv_transpose,
    "Gemm": gemm,
    "MatMul": matrix,
}
