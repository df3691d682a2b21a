"""Pools."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch.nn.functional as F
from torch import Tensor

from netdsl.importing.onnx.operators.kind import Operator
from netdsl.importing.onnx.operators.windows import as_torch, even, sides
from netdsl.importing.onnx.steps import Step
from netdsl.importing.tracing.reading import NoLayerError

MAXIMA = (F.max_pool1d, F.max_pool2d, F.max_pool3d)
MEANS = (F.avg_pool1d, F.avg_pool2d, F.avg_pool3d)
WHOLE_MAXIMA = (F.adaptive_max_pool1d, F.adaptive_max_pool2d, F.adaptive_max_pool3d)
WHOLE_MEANS = (F.adaptive_avg_pool1d, F.adaptive_avg_pool2d, F.adaptive_avg_pool3d)


def rank_of(step: Step, x: Tensor) -> int:
    """How many axes the windows have."""
    if not 3 <= x.dim() <= 5:
        raise NoLayerError(f"`{step.node.operator}` of {x.dim()} axes")
    return x.dim() - 2


def kernel_of(step: Step, rank: int) -> tuple[int, ...]:
    """The sizes of the windows."""
    kernel = step.sizes("kernel_shape") or ()
    if len(kernel) != rank:
        raise NoLayerError(f"`{step.node.operator}` without a kernel for each axis")
    return kernel


def max_pool(step: Step) -> Tensor:
    """The largest of each window."""
    x = step.value(0)
    rank = rank_of(step, x)
    kernel = kernel_of(step, rank)
    padding = even(sides(step, tuple(x.shape[2:]), kernel))
    if padding is None or len(step.node.outputs) > 1:
        raise NoLayerError("`MaxPool` whose padding differs between the sides, or whose places are read")
    strides, dilations = step.sizes("strides") or (1,) * rank, step.sizes("dilations") or (1,) * rank
    is_up = bool(step.integer("ceil_mode", 0))
    made: Tensor = MAXIMA[rank - 1](x, kernel, strides, padding, dilations, is_up)
    return made


def mean_pool(step: Step) -> Tensor:
    """The mean of each window."""
    x = step.value(0)
    rank = rank_of(step, x)
    kernel = kernel_of(step, rank)
    around = sides(step, tuple(x.shape[2:]), kernel)
    counts = bool(step.integer("count_include_pad", 0))
    padding = even(around)
    if set(step.sizes("dilations") or ()) > {1}:
        raise NoLayerError("`AveragePool` with a dilation")
    if padding is None:
        if not counts:
            raise NoLayerError("`AveragePool` whose padding differs between the sides")
        x, padding = F.pad(x, as_torch(around)), (0,) * rank
    strides = step.sizes("strides") or (1,) * rank
    # Without padding the two ways to count are one.
    counts = counts or not any(padding)
    made: Tensor = MEANS[rank - 1](x, kernel, strides, padding, bool(step.integer("ceil_mode", 0)), counts)
    return made


def whole(functions: tuple[Callable[..., Tensor], ...]) -> Operator:
    """One number a channel."""

    def operator(step: Step) -> Tensor:
        x = step.value(0)
        return functions[rank_of(step, x) - 1](x, 1)

    return operator


def reduced(method: str) -> Operator:
    """One number of all those along some axes."""

    def operator(step: Step) -> Tensor:
        x = step.value(0)
        axes = step.integers(1, "axes")
        if axes is None:
            raise NoLayerError(f"`{step.node.operator}` over the batch too")
        made: Tensor = getattr(x, method)(dim=tuple(axes), keepdim=bool(step.integer("keepdims", 1)))
        return made

    return operator


POOLING: Mapping[str, Operator] = {
    "MaxPool": max_pool,
    "AveragePool": mean_pool,
    "GlobalMaxPool": whole(WHOLE_MAXIMA),
    "GlobalAveragePool": whole(WHOLE_MEANS),
    "ReduceMean": reduced("mean"),
    "ReduceMax": reduced("amax"),
}
