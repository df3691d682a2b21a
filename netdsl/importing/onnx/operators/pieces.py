"""Values joined, taken apart and brought into other shapes."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

import numpy as np
import torch
from torch import Tensor

from netdsl.importing.onnx.operators.kind import Operator
from netdsl.importing.onnx.steps import Step
from netdsl.importing.tracing.reading import NoLayerError


def concat(step: Step) -> Tensor:
    """Values joined along an axis."""
    values = [step.value(place) for place in range(len(step.node.inputs))]
    axis = step.integer("axis", 0)
    batch = next((len(each) for at, each in enumerate(values) if each.dim() and not step.is_constant(at)), 0)
    for at, each in enumerate(values):
        # A learned token stands in a file of one image once, and here before each.
        if step.is_constant(at) and each.is_floating_point() and each.dim() > 1 and len(each) == 1 and axis:
            values[at] = each.expand(batch or 1, *each.shape[1:])
    return torch.cat(values, dim=axis)


def split(step: Step) -> tuple[Tensor, ...]:
    """Parts along an axis; equal ones where no sizes are given."""
    x, axis = step.value(0), step.integer("axis", 0)
    sizes = step.integers(1, "split")
    if sizes is None:
        parts = step.integer("num_outputs", len(step.node.outputs))
        each = -(-x.shape[axis] // max(parts, 1))
        return torch.split(x, max(each, 1), dim=axis)
    return torch.split(x, list(sizes), dim=axis)


def sliced(step: Step) -> Tensor:
    """A part along some axes; what is whole is left whole."""
    x = step.value(0)
    starts, ends = step.integers(1, "starts"), step.integers(2, "ends")
    if starts is None or ends is None:
        raise NoLayerError("`Slice` without a start and an end")
    axes = step.integers(3, "axes") or tuple(range(len(starts)))
    steps = step.integers(4, "steps") or (1,) * len(starts)
    index: list[slice] = [slice(None)] * x.dim()
    for axis, start, end, stride in zip(axes, starts, ends, steps, strict=True):
        if stride < 0 and not x.is_floating_point():
            places = range(*slice(start, end, stride).indices(x.shape[axis]))
            x = x.index_select(axis, torch.tensor(list(places), dtype=torch.int64))
            continue
        if stride < 1:
            raise NoLayerError("`Slice` backwards")
        size = x.shape[axis]
        begin, stop, _ = slice(start, end, stride).indices(size)
        is_whole = begin == 0 and stop == size
        index[axis % x.dim()] = (
            slice(None, None, stride if stride > 1 else None) if is_whole else slice(begin, stop, stride)
        )
    made: Tensor = x[tuple(index)]
    return made


def gather(step: Step) -> Tensor:
    """One place of an axis, or several of a list of sizes."""
    x = step.value(0)
    axis = step.integer("axis", 0) % max(x.dim(), 1)
    places = step.integers(1, "indices") or ()
    tensor = step.weight(1) if step.is_constant(1) else step.value(1)
    if tensor.dim() == 0 and len(places) == 1:
        index: tuple[slice | int, ...] = (*whole(axis), places[0])
        return x[index]
    if x.dim() == 1 and not x.is_floating_point():
        return x[torch.tensor(places).reshape(tensor.shape)]
    raise NoLayerError("`Gather` of several places")


def whole(count: int) -> tuple[slice, ...]:
    """An index that takes all of some axes."""
    return (slice(None),) * count


def transpose(step: Step) -> Tensor:
    """Axes in another order."""
    x = step.value(0)
    return x.permute(step.sizes("perm") or tuple(reversed(range(x.dim()))))


def reshape(step: Step) -> Tensor:
    """The same elements in another shape."""
    x, target = step.value(0), step.integers(1, "shape")
    if target is None:
        raise NoLayerError("`Reshape` without a shape")
    sizes = [
        x.shape[at] if each == 0 and not step.integer("allowzero", 0) else each
        for at, each in enumerate(target)
    ]
    return x.reshape(with_batch(step, sizes, x))


def with_batch(step: Step, sizes: list[int], x: Tensor) -> list[int]:
    """A shape in which the batch of the file stands for that of the value."""
    is_value = x.is_floating_point() and x.dim() > 0 and not step.is_constant(0)
    if is_value and sizes and step.network.batch is not None and sizes[0] == step.network.batch:
        return [x.shape[0], *sizes[1:]]
    return sizes


def flatten(step: Step) -> Tensor:
    """All axes after the batch as one."""
    x = step.value(0)
    axis = step.integer("axis", 1)
    if axis % max(x.dim(), 1) != 1 and x.dim() != 1:
        raise NoLayerError("`Flatten` of the batch too")
    return x.flatten(1)


def squeeze(step: Step) -> Tensor:
    """Without some axes of size 1."""
    x = step.value(0)
    axes = step.integers(1, "axes")
    gone = {axis % x.dim() for axis in axes} if axes else {at for at, size in enumerate(x.shape) if size == 1}
    return x.reshape([size for at, size in enumerate(x.shape) if at not in gone])


def unsqueeze(step: Step) -> Tensor:
    """With some axes of size 1."""
    x, axes = step.value(0), step.integers(1, "axes") or ()
    rank = x.dim() + len(axes)
    added = {axis % rank for axis in axes}
    if len(added) != len(axes):
        raise NoLayerError("`Unsqueeze` of one axis twice")
    sizes = iter(x.shape)
    return x.reshape([1 if at in added else next(sizes) for at in range(rank)])


def expand(step: Step) -> Tensor:
    """A value once for each of a larger shape."""
    x, target = step.value(0), step.integers(1, "shape") or ()
    shape = np.broadcast_shapes(tuple(x.shape), tuple(target))
    step.bounded(x, shape)
    return x.reshape(shape) if prod(shape) == x.numel() else x.expand(shape)


PIECES: Mapping[str, Operator] = {
    "Concat": concat,
    "Split": split,
    "Slice": sliced,
    "Gather": gather,
    "Transpose": transpose,
    "Reshape": reshape,
    "Flatten": flatten,
    "Squeeze": squeeze,
    "Unsqueeze": unsqueeze,
    "Expand": expand,
}
