"""What the language's page refuses and torch does not: layouts, parts that differ, tensors beyond all memory.

Torch knows sizes alone. It takes tokens, vectors and maps for each other where they happen to fit, cuts parts
of different sizes, and works out the shape of any tensor on its meta device.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

from torch import Tensor, nn

import netdsl.nn
from conformance.programs.reference.bounds import takes_sizes
from conformance.programs.reference.values import MAP, TOKENS, Flow, LayerValue, Value, is_number
from netdsl.layers.kinds import Either, Integers, Kind, Size
from netdsl.layers.table import BUILT_IN

LARGEST_TENSOR = 2**40
# Layers of maps with two spatial axes, and of maps with one to three.
OF_IMAGES = {"shift_shortcut", "window_attention", "patch_merge", "pixel_shuffle", "pixel_unshuffle"}
OF_MAPS = {
    *("conv", "depthwise", "conv_transpose", "maxpool", "avgpool", "lppool", "instancenorm"),
    *("local_response_norm", "pad", "upsample", "channel_shuffle", "channel_split", "pad_channels"),
    "tokens",
}
OF_TOKENS = {"class_token", "position_embedding", "attention", "mean_tokens", "select_token"}


def layer_refuses(layer: str, flow: Flow, options: Mapping[str, Value]) -> str | None:
    """Why a layer does not take what flows in, or an option does not go with it; None where it may."""
    spatial = layer in OF_MAPS or (layer == "dropout" and options.get("spatial") is True)
    normed = layer == "bn" and flow.layout == MAP
    if layer in OF_TOKENS and flow.layout != TOKENS:
        return "tokens are wanted"
    if (spatial or layer in OF_IMAGES) and flow.layout != MAP:
        return "a map is wanted"
    if ((spatial or normed) and flow.rank > 3) or (layer in OF_IMAGES and flow.rank != 2):
        return "another number of spatial axes is wanted"
    if layer == "linear" and flow.layout == MAP:
        return "a vector or tokens are wanted"
    if layer in ("bn", "groupnorm") and flow.layout == TOKENS:
        return "a vector or a map is wanted"
    if layer == "prelu" and flow.layout == TOKENS and options.get("num_parameters", 1) != 1:
        return "the channels of tokens stand last"
    parts = options.get("parts")
    if layer == "channel_split" and isinstance(parts, int) and parts > 0 and flow.channels % parts:
        return "the parts would differ"
    return lists_refuse(layer, flow, options)


def lists_refuse(layer: str, flow: Flow, options: Mapping[str, Value]) -> str | None:
    """Why an option can't be the list that it is given; torch takes some, and a lone item for all axes."""
    for option in BUILT_IN[layer].options:
        value = options.get(option.name)
        if not isinstance(value, tuple):
            continue
        if not value or not takes_list(option.kind):
            return f"`{option.name}` takes no such list"
        if takes_sizes(option.kind) and len(value) != flow.rank > 0:
            return f"`{option.name}` has not one size for each spatial axis"
    return None


def takes_list(kind: Kind) -> bool:
    """Whether an option takes lists of some kind."""
    if isinstance(kind, Either):
        return any(map(takes_list, kind.kinds))
    return isinstance(kind, Size | Integers)


def merge_refuses(merge: str, flows: Sequence[Flow]) -> str | None:
    """Why values can't be merged whatever torch makes of their sizes; None where they may be."""
    first = flows[0]
    for other in flows[1:]:
        if other.layout != first.layout or len(other.shape) != len(first.shape):
            return "the values have different axes"
        if merge == "shake" and other.shape != first.shape:
            return "the values have different shapes"
    return None


def options_refuse(merge: str, options: Mapping[str, Value]) -> str | None:
    """Why an option of a merge is out of its range; None where none is."""
    if any(isinstance(value, LayerValue) for value in options.values()):
        return "a layer as the value of an option"
    dim = options.get("dim", "none")
    if dim != "none" and not (isinstance(dim, int) and dim is not True and dim > 0):
        return "no axis"
    p = options.get("drop_path", 0)
    if not (is_number(p) and 0 <= p <= 1):  # type: ignore[operator]
        return "no probability"
    if merge == "shake":
        try:
            shaken(options)
        except (TypeError, ValueError) as error:
            return str(error)
    return None


def shaken(options: Mapping[str, Value]) -> nn.Module:
    """The module of `shake`, whose modes are called otherwise there."""
    modes = {"forward": "forward_mode", "backward": "backward_mode"}
    return netdsl.nn.ShakeShake(**{modes.get(name, name): value for name, value in options.items()})  # type: ignore[arg-type]


def is_beyond_memory(made: Tensor, module: nn.Module) -> bool:
    """Whether a sample of what was made, or a weight, has more elements than any machine holds."""
    return max([prod(made.shape[1:]), *(each.numel() for each in module.parameters())]) > LARGEST_TENSOR
