"""What is said where a network and the images don't suit each other. Imports no torch."""

from __future__ import annotations

from collections.abc import Sequence

from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.catalogue import data as codes
from netdsl.training.image_options import ImageOptions


def times(shape: Sequence[int]) -> str:
    """A shape as a person writes it: 3x32x32."""
    return "x".join(str(side) for side in shape)


def brought_to(shape: tuple[int, int, int], options: ImageOptions) -> tuple[int, int, int]:
    """The shape of images (channels, height, width) that were brought to the options' size and channels."""
    height, width = options.resize or shape[1:]
    return options.channels or shape[0], height, width


def remedies(wanted: Sequence[int], shape: Sequence[int]) -> dict[str, str]:
    """The keys of a recipe, with their values, that bring images to a network's input where some can."""
    if len(wanted) != 3:
        return {}
    found = {}
    channels, height, width = wanted
    if (height, width) != tuple(shape[1:]):
        found["resize"] = f"{height}" if height == width else f"[{height}, {width}]"
    if channels != shape[0] and channels in (1, 3):
        found["channels"] = f"{channels}"
    return found


def shapes_differ(wanted: Sequence[int], shape: Sequence[int], name: str, changes: str) -> Diagnostic:
    """The error of a network whose input is not of the images' shape; `changes` bring them to it."""
    return Diagnostic(
        codes.SHAPE_MISMATCH,
        f"the network takes {times(wanted)} but the images of {name} are {times(shape)}",
        help=f"bring the images to the network's input: {changes}" if changes else None,
    )


def too_few_outputs(outputs: int, classes: int, name: str, setting: str) -> Diagnostic:
    """The error of a network with fewer outputs than there are classes; `setting` would mend that."""
    return Diagnostic(
        codes.TOO_FEW_OUTPUTS,
        f"the network has {outputs} output{'s' * (outputs != 1)} but {name} has {classes} classes",
        help=f"make the last layer {classes} wide: `{setting}` where the net has that parameter",
    )
