"""What files calculate from the shape of a value, before they bring another into it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from netdsl.importing.onnx.operators.kind import Operator
from netdsl.importing.onnx.steps import Step
from netdsl.importing.tracing.reading import NoLayerError

FLOATS = (1, 10, 11, 16)
BOOLEAN = 9


def shape(step: Step) -> Tensor:
    """The sizes of a value."""
    sizes = tuple(step.value(0).shape)
    part = sizes[step.integer("start", 0) : step.integer("end", len(sizes))]
    return torch.tensor(part, dtype=torch.int64)


def count(step: Step) -> Tensor:
    """The number of elements of a value."""
    return torch.tensor(step.value(0).numel())


def same(step: Step) -> Tensor:
    """The value itself."""
    return step.value(0)


def cast(step: Step) -> Tensor:
    """A value in another type; all floating point is one type here."""
    x, kind = step.value(0), step.integer("to", 1)
    if x.is_floating_point():
        if kind in FLOATS:
            return x
        if x.is_meta or x.numel() > 64:
            raise NoLayerError("`Cast` of a value to integers")
    return x.to(torch.float32 if kind in FLOATS else torch.bool if kind == BOOLEAN else torch.int64)


def cast_like(step: Step) -> Tensor:
    """A value in the type of another."""
    x, other = step.value(0), step.value(1)
    if x.is_floating_point() == other.is_floating_point():
        return x
    return x.to(torch.float32 if other.is_floating_point() else torch.int64)


def filled(step: Step) -> Tensor:
    """One number in a shape."""
    given = step.node.attributes.get("value")
    number = given.reshape(-1)[:1] if isinstance(given, Tensor) else torch.zeros(1)
    return number.expand(step.sized(step.integers(0, "shape") or ()))


def counted(step: Step) -> Tensor:
    """Integers in a row."""
    start, limit, delta = (step.integers(place, "bounds") or (0,) for place in (0, 1, 2))
    numbers = range(start[0], limit[0], delta[0] or 1)
    step.sized((len(numbers),))
    return torch.tensor(list(numbers), dtype=torch.int64)


def of_sizes(function: Callable[..., Tensor]) -> Operator:
    """A function of integers; of what flows it is no layer."""

    def operator(step: Step) -> Tensor:
        values = [step.value(place) for place in range(len(step.node.inputs))]
        if any(each.is_meta or each.numel() > 64 for each in values):
            raise NoLayerError(f"no layer does what `{step.node.operator}` does")
        return function(*values)

    return operator


SHAPES: Mapping[str, Operator] = {
    "Shape": shape,
    "Size": count,
    "Identity": same,
    "Cast": cast,
    "CastLike": cast_like,
    "ConstantOfShape": filled,
    "Range": counted,
    "Equal": of_sizes(torch.eq),
    "Less": of_sizes(torch.lt),
    "Greater": of_sizes(torch.gt),
    "Not": of_sizes(torch.logical_not),
    "And": of_sizes(torch.logical_and),
    "Where": of_sizes(torch.where),
    "Neg": of_sizes(torch.neg),
    "Floor": of_sizes(torch.floor),
    "Ceil": of_sizes(torch.ceil),
    "Mod": of_sizes(torch.remainder),
    "Min": of_sizes(torch.minimum),
    "Max": of_sizes(torch.maximum),
}
