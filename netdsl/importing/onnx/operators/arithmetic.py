"""Sums and products of values, of a value and a number, and of sizes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import Tensor

from netdsl.importing.onnx.numbers import shortest
from netdsl.importing.onnx.operators.kind import Operator
from netdsl.importing.onnx.steps import Step


def of_two(function: Callable[..., Tensor], integers: Callable[..., Tensor] | None = None) -> Operator:
    """An operator of two values; a single number in the file is taken as a number."""

    def operator(step: Step) -> Tensor:
        left, right = step.value(0), step.value(1)
        step.bounded(left, np.broadcast_shapes(tuple(left.shape), tuple(right.shape)))
        if not left.is_floating_point() and not right.is_floating_point():
            return (integers or function)(left, right)
        if left.is_meta != right.is_meta:
            return function(left, float(right)) if left.is_meta else function(float(left), right)
        if is_number(step, 1, right) and not is_number(step, 0, left):
            return function(left, shortest(float(right)))
        if is_number(step, 0, left) and not is_number(step, 1, right) and function in (torch.add, torch.mul):
            return function(right, shortest(float(left)))
        return function(left, right)

    return operator


def is_number(step: Step, place: int, value: Tensor) -> bool:
    """Whether an input is one number of the file."""
    return step.is_constant(place) and value.numel() == 1


def total(step: Step) -> Tensor:
    """The sum of several values."""
    made = step.value(0)
    for place in range(1, len(step.node.inputs)):
        made = made + step.value(place)
    return made


def powered(step: Step) -> Tensor:
    """A power; no layer is one, but sizes may be."""
    return torch.pow(step.value(0), step.value(1))


ARITHMETIC: Mapping[str, Operator] = {
    "Add": of_two(torch.add),
    "Mul": of_two(torch.mul),
    "Sub": of_two(torch.sub),
    "Div": of_two(torch.div, lambda a, b: torch.div(a, b, rounding_mode="floor")),
    "Sum": total,
    "Pow": powered,
}
