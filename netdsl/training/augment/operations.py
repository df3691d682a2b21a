"""The operations of the policies and of colour jitter, and how a batch gets them, each image its own."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from types import MappingProxyType

import torch
from torch import Tensor

from netdsl.training.augment import color, geometry, tone


class Operation(IntEnum):
    """What an image can undergo; the comments say what the value that goes with it means."""

    IDENTITY = 0
    SHEAR_X = 1  # slope
    SHEAR_Y = 2  # slope
    TRANSLATE_X = 3  # pixels to the right, cut to a whole number
    TRANSLATE_Y = 4  # pixels down, cut to a whole number
    ROTATE = 5  # degrees counter-clockwise
    BRIGHTNESS = 6  # factor
    SATURATION = 7  # factor
    CONTRAST = 8  # factor
    SHARPNESS = 9  # factor
    POSTERIZE = 10  # bits kept
    SOLARIZE = 11  # threshold, 0 to 255
    AUTOCONTRAST = 12
    EQUALIZE = 13
    INVERT = 14
    HUE = 15  # parts of the circle of colours


FUNCTIONS = MappingProxyType[Operation, Callable[[Tensor, Tensor], Tensor]](
    {
        Operation.SHEAR_X: geometry.shear_x,
        Operation.SHEAR_Y: geometry.shear_y,
        Operation.TRANSLATE_X: geometry.translate_x,
        Operation.TRANSLATE_Y: geometry.translate_y,
        Operation.ROTATE: geometry.rotate,
        Operation.BRIGHTNESS: color.brightness,
        Operation.SATURATION: color.saturation,
        Operation.CONTRAST: color.contrast,
        Operation.SHARPNESS: color.sharpness,
        Operation.POSTERIZE: tone.posterize,
        Operation.SOLARIZE: tone.solarize,
        Operation.AUTOCONTRAST: tone.autocontrast,
        Operation.EQUALIZE: tone.equalize,
        Operation.INVERT: tone.invert,
        Operation.HUE: color.hue,
    }
)


def operate(pixels: Tensor, operations: Tensor, values: Tensor) -> Tensor:
    """Apply to each image its operations, one after the other.

    `pixels` are uint8 (n, height, width, channels) on any device, and are
    left as they are; `operations` (int64) and `values` (float64) are of shape
    (n, operations an image), on the CPU.
    """
    result = pixels.clone(memory_format=torch.contiguous_format)
    for kinds, settings in zip(operations.unbind(1), values.unbind(1), strict=True):
        _operate_once(result, kinds, settings)
    return result


def _operate_once(pixels: Tensor, kinds: Tensor, values: Tensor) -> None:
    """Apply one operation to each image, in place, all images with the same operation at once."""
    # Sorted and counted on the CPU, so that the device need not be asked which images have which operation.
    order = kinds.argsort(stable=True)
    counts = torch.bincount(kinds, minlength=len(Operation)).tolist()
    moved = order.to(pixels.device, non_blocking=True)
    places, settings = torch.split(moved, counts), torch.split(values[order], counts)
    for operation, function in FUNCTIONS.items():
        if counts[operation]:
            some = places[operation]
            pixels.index_copy_(0, some, function(pixels.index_select(0, some), settings[operation]))
