"""Borders, and maps made larger."""

from __future__ import annotations

from collections.abc import Mapping

import torch.nn.functional as F
from torch import Tensor

from netdsl.importing.onnx.operators.kind import Operator
from netdsl.importing.onnx.steps import Step
from netdsl.importing.tracing.reading import NoLayerError

PAD_MODES = {"constant": "constant", "reflect": "reflect", "edge": "replicate", "wrap": "circular"}
LINEAR = {3: "linear", 4: "bilinear", 5: "trilinear"}


def pad(step: Step) -> Tensor:
    """Elements around a map, or cut off."""
    x = step.value(0)
    amounts, mode = step.integers(1, "pads"), PAD_MODES.get(step.text("mode", "constant"))
    axes = step.integers(3, "axes") or tuple(range(x.dim()))
    if amounts is None or mode is None or len(amounts) != 2 * len(axes):
        raise NoLayerError("`Pad` without two sides for each axis")
    if step.number(2, "value", 0.0):
        raise NoLayerError("`Pad` with another value than 0")
    pairs = {axis % x.dim(): (amounts[at], amounts[at + len(axes)]) for at, axis in enumerate(axes)}
    given = [pairs.get(axis, (0, 0)) for axis in reversed(range(x.dim()))]
    # Zeros may be added after the channels, other values around maps alone.
    least = 1 if mode == "constant" else x.dim() - 2
    while len(given) > least and given[-1] == (0, 0):
        given.pop()
    return F.pad(x, [each for pair in given for each in pair], mode=mode)


def resize(step: Step) -> Tensor:
    """A map made larger by a factor, or to a size; the forms that torch has."""
    x = step.value(0)
    is_old = step.node.operator == "Upsample" or step.network.graph.opset < 11
    mode, options = mode_of(step, x.dim())
    sizes = None if is_old else step.integers(3, "sizes")
    if sizes:
        if len(sizes) != x.dim() or sizes[1] != x.shape[1]:
            raise NoLayerError("`Resize` of the channels")
        return F.interpolate(x, size=list(sizes[2:]), mode=mode, **options)
    factors = factors_of(step, 1 if is_old else 2, x.dim())
    return F.interpolate(
        x, scale_factor=factors if len(set(factors)) > 1 else factors[0], mode=mode, **options
    )


def mode_of(step: Step, axes: int) -> tuple[str, dict[str, bool]]:
    """The interpolation as torch calls it, and its options."""
    mode = step.text("mode", "nearest")
    where = step.text("coordinate_transformation_mode", "half_pixel")
    if mode == "nearest":
        return mode, {}
    if where not in ("half_pixel", "pytorch_half_pixel", "align_corners") or mode not in ("linear", "cubic"):
        raise NoLayerError(f"`Resize` with mode {mode} and coordinates {where}")
    name = LINEAR.get(axes, mode) if mode == "linear" else "bicubic"
    return name, {"align_corners": where == "align_corners"}


def factors_of(step: Step, place: int, axes: int) -> tuple[float, ...]:
    """The factors along the spatial axes."""
    given = step.node.attributes.get("scales") if not step.has(place) else None
    factors = tuple(step.weight(place).reshape(-1).tolist()) if given is None else given
    if not isinstance(factors, tuple) or len(factors) != axes or set(factors[:2]) != {1.0}:
        raise NoLayerError("`Resize` of the channels")
    return tuple(float(each) for each in factors[2:])


def pixel_shuffle(step: Step) -> Tensor:
    """Channels moved into space; torch has one of the two orders."""
    if step.text("mode", "DCR") != "CRD":
        raise NoLayerError("`DepthToSpace` in the order DCR; pixel_shuffle has CRD")
    return F.pixel_shuffle(step.value(0), step.integer("blocksize", 1))


RESIZING: Mapping[str, Operator] = {
    "Pad": pad,
    "Resize": resize,
    "Upsample": resize,
    "DepthToSpace": pixel_shuffle,
}
