"""Normalizations, and dropout, which only training has."""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from netdsl.importing.onnx.operators.kind import Operator
from netdsl.importing.onnx.steps import Step, with_weights
from netdsl.importing.tracing.reading import NoLayerError

BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
INSTANCE_NORMS = (nn.InstanceNorm1d, nn.InstanceNorm2d, nn.InstanceNorm3d)
MOMENTUM, EPSILON, RATE = 0.9, 1e-5, 0.5


def epsilon(step: Step) -> float:
    """What is added to the variance."""
    return step.number(-1, "epsilon", EPSILON) or 0.0


def batch_norm(step: Step) -> Tensor:
    """Batch normalization by statistics that are in the file."""
    x = step.value(0)
    scale, shift, mean, variance = (step.weight(place) for place in (1, 2, 3, 4))
    if step.integer("training_mode", 0) or not 2 <= x.dim() <= 5:
        raise NoLayerError("`BatchNormalization` that is in training")

    def make() -> nn.Module:
        kept = step.number(-1, "momentum", MOMENTUM) or 0.0
        kind = BATCH_NORMS[x.dim() - 2]
        made = kind(scale.numel(), epsilon(step), round(1 - kept, 6), device="meta")
        made.num_batches_tracked = torch.tensor(0)
        return with_weights(made, weight=scale, bias=shift, running_mean=mean, running_var=variance)

    return step.layer(x, make)


def layer_norm(step: Step) -> Tensor:
    """Normalization over the last axes."""
    x, weight, bias = step.value(0), step.weight(1), step.optional_weight(2)
    axis = step.integer("axis", -1) % x.dim()
    if len(step.node.outputs) > 1:
        raise NoLayerError("`LayerNormalization` whose statistics are read")

    def make() -> nn.Module:
        made = nn.LayerNorm(list(x.shape[axis:]), epsilon(step), bias=bias is not None, device="meta")
        return with_weights(made, weight=weight, bias=bias)

    return step.layer(x, make)


def instance_norm(step: Step) -> Tensor:
    """Normalization of each channel by itself."""
    x, weight, bias = step.value(0), step.weight(1), step.weight(2)
    if not 3 <= x.dim() <= 5:
        raise NoLayerError(f"`InstanceNormalization` of {x.dim()} axes")

    def make() -> nn.Module:
        made = INSTANCE_NORMS[x.dim() - 3](weight.numel(), epsilon(step), affine=True, device="meta")
        return with_weights(made, weight=weight, bias=bias)

    return step.layer(x, make)


def group_norm(step: Step) -> Tensor:
    """Normalization of groups of channels."""
    x, weight, bias = step.value(0), step.weight(1), step.weight(2)

    def make() -> nn.Module:
        made = nn.GroupNorm(step.integer("num_groups", 1), x.shape[1], epsilon(step), device="meta")
        return with_weights(made, weight=weight, bias=bias)

    return step.layer(x, make)


def dropout(step: Step) -> Tensor:
    """Dropout, which does nothing in the file and something in training."""
    rate = step.number(1, "ratio", RATE)
    return step.layer(step.value(0), lambda: nn.Dropout(RATE if rate is None else rate))


def response_norm(step: Step) -> Tensor:
    """Normalization among neighbouring channels."""
    alpha, beta = step.number(-1, "alpha", 1e-4) or 0.0, step.number(-1, "beta", 0.75) or 0.0
    return F.local_response_norm(
        step.value(0), step.integer("size", 1), alpha, beta, step.number(-1, "bias", 1.0) or 0.0
    )


NORMALIZATION: Mapping[str, Operator] = {
    "BatchNormalization": batch_norm,
    "LayerNormalization": layer_norm,
    "InstanceNormalization": instance_norm,
    "GroupNormalization": group_norm,
    "Dropout": dropout,
    "LRN": response_norm,
}
