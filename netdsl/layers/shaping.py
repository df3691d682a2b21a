"""Layers that rearrange the same elements: `flatten`, `reshape`, `permute`."""

from __future__ import annotations

from math import prod

from netdsl.diagnostics.catalogue import shapes as codes
from netdsl.layers.arguments import Arguments
from netdsl.layers.declaration import REQUIRED, Layer, Option
from netdsl.layers.geometry import times
from netdsl.layers.kinds import LARGEST, Integer, Integers
from netdsl.layers.outcome import Constructor, Outcome
from netdsl.layers.refusal import LayerError
from netdsl.layers.tensor import TensorType, axes_of, tensor


def flatten_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """Axes joined into one; all of them by default."""
    rank = len(value.shape)
    start, end = arguments.integer("start_dim"), arguments.integer("end_dim")
    last = end if end >= 0 else rank + 1 + end
    if not (1 <= start <= rank and 1 <= last <= rank and start <= last):
        raise LayerError(
            codes.SIZE_MISMATCH,
            "no such axes to flatten",
            f"{value} has {axes_of(value)}; 0 is the batch",
            option="start_dim" if not 1 <= start <= rank else "end_dim",
        )
    joined = prod(value.shape[start - 1 : last])
    shape = (*value.shape[: start - 1], joined, *value.shape[last:])
    output = value if shape == value.shape else tensor(shape)
    keywords = arguments.keywords("start_dim", "end_dim")
    every = [(axis,) for axis in range(rank)]
    axes = (*every[: start - 1], tuple(range(start - 1, last)), *every[last:])
    return Outcome(output, Constructor("torch.nn.Flatten", (), keywords), view=True, axes=axes)


def reshape_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """The same elements in another shape; one size may be -1."""
    shape = arguments.sizes("shape")
    known = prod(size for size in shape if size != -1)
    if shape.count(-1) > 1 or any(size == 0 or size < -1 for size in shape):
        raise LayerError(
            codes.SIZE_MISMATCH,
            "not a shape",
            "sizes are 1 or more, and one may be -1",
            help="the size that is -1 is worked out from the others, so there can be only one",
            option="shape",
        )
    if value.size % known if -1 in shape else known != value.size:
        raise LayerError(
            codes.SIZE_MISMATCH,
            "elements don't fit the new shape",
            f"{value} has {value.size} elements, {times(shape)} "
            + (f"has {known}" if -1 not in shape else f"needs a multiple of {known}"),
            help="the number of elements stays the same; one size may be -1",
            option="shape",
            shape_is_cause=True,
        )
    filled = tuple(value.size // known if size == -1 else size for size in shape)
    every = tuple(range(len(value.shape)))
    # Where the first axis stays, the others are among themselves.
    keeps = filled[0] == value.shape[0] and len(every) > 1
    axes = ((0,), *(every[1:] for _ in filled[1:])) if keeps else (every,) * len(filled)
    return Outcome(tensor(filled), Constructor("netdsl.nn.Reshape", filled), view=True, axes=axes)


def permute_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """The axes in another order; they count from 1, 0 being the batch."""
    dims = arguments.sizes("dims")
    if sorted(dims) != list(range(1, len(value.shape) + 1)):
        raise LayerError(
            codes.SIZE_MISMATCH,
            "not a permutation of the axes",
            f"{value} has {axes_of(value)}; each stands once, 0 is the batch",
            option="dims",
        )
    shape = tuple(value.shape[dim - 1] for dim in dims)
    order = tuple(dim - 1 for dim in dims)
    constructor = Constructor("netdsl.nn.Permute", order)
    return Outcome(tensor(shape), constructor, view=True, axes=tuple((axis,) for axis in order))


LAYERS = (
    Layer(
        "flatten",
        "Joins all axes (or a range of them) into one.",
        (
            Option("start_dim", Integer(1), 1, "first axis to join, 0 being the batch"),
            Option("end_dim", Integer(-LARGEST), -1, "last axis to join"),
        ),
        (),
        "torch.nn.Flatten",
        "input 3x32x32\nflatten",
        "shape",
        ("view", "ravel", "flat"),
        flatten_rule,
    ),
    Layer(
        "reshape",
        "The same elements in another shape, given without the batch.",
        (Option("shape", Integers(-1), REQUIRED, "the new sizes; one may be -1"),),
        ("shape",),
        "netdsl.nn.Reshape",
        "input 256\nreshape(16x4x4)",
        "shape",
        ("unflatten",),
        reshape_rule,
    ),
    Layer(
        "permute",
        "The axes in another order.",
        (
            Option(
                "dims", Integers(1), REQUIRED, "the axes in their new order, counted from 1 (0 is the batch)"
            ),
        ),
        ("dims",),
        "netdsl.nn.Permute",
        "input 3x32x16\npermute([1, 3, 2])",
        "shape",
        ("transpose", "swapaxes", "moveaxis"),
        permute_rule,
    ),
)
