"""Layers of transformers that attend within windows (Liu et al. 2021, Swin)."""

from __future__ import annotations

from math import prod

from netdsl.diagnostics.catalogue import shapes as codes
from netdsl.layers.declaration import (
    REQUIRED,
    Arguments,
    Constructor,
    Layer,
    LayerError,
    Option,
    Outcome,
    Window,
    compact,
)
from netdsl.layers.geometry import need_map, times
from netdsl.layers.kinds import Flag, Integer, Number, Size
from netdsl.layers.tensor import TensorType, map_of


def window_attention_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """Self-attention within windows (Liu et al. 2021, section 3.2)."""
    need_map("window_attention", value, (2,))
    channels, heads = value.channels, arguments.integer("heads")
    window, shift = arguments.sizes("window_size"), arguments.sizes("shift_size")
    if channels % heads:
        raise LayerError(
            codes.NOT_DIVISIBLE,
            f"channels can't be divided among {heads} heads",
            f"{channels} channels are no multiple of {heads}",
            option="heads",
            shape_is_cause=True,
        )
    if any(s >= size for s, size in zip(shift, window, strict=True)):
        raise LayerError(
            codes.OPTIONS_CONTRADICT,
            "shift as wide as its window",
            f"{times(window)} windows can be shifted by less than their size",
            help="half of the window is usual",
            option="shift_size",
        )
    bias = arguments.flag("bias")
    matrices: tuple[tuple[str, tuple[int, ...]], ...] = ()
    for name, made in (("qkv", 3 * channels), ("proj", channels)):
        matrices += ((f"{name}.weight", (made, channels)),)
        matrices += ((f"{name}.bias", (made,)),) if bias else ()
    offsets = prod(2 * size - 1 for size in window)
    windows = prod(-(-size // w) for size, w in zip(value.spatial, window, strict=True))
    positions = windows * prod(window)
    projections = positions * sum(prod(shape) for _, shape in matrices)
    constructor = Constructor(
        "netdsl.nn.WindowAttention",
        (channels, heads, compact(window)),
        arguments.keywords("shift_size", "dropout", "bias"),
    )
    return Outcome(
        value,
        constructor,
        (("relative_position_bias_table", (offsets, heads)), *matrices),
        projections + 2 * positions * prod(window) * channels,
        Window(window, (1, 1)),
    )


def patch_merge_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """Squares of 2x2 positions joined (Liu et al. 2021, section 3.1)."""
    need_map("patch_merge", value, (2,))
    spatial = tuple(-(-size // 2) for size in value.spatial)
    window = Window((2, 2), (2, 2))
    return Outcome(map_of(4 * value.channels, spatial), Constructor("netdsl.nn.PatchMerge"), window=window)


LAYERS = (
    Layer(
        "window_attention",
        "Multi-head self-attention among the positions of each window, with a learned bias for each offset.",
        (
            Option("heads", Integer(), REQUIRED, "number of heads"),
            Option("window_size", Size(), (7,), "size of the windows, which don't overlap"),
            Option("shift_size", Size(0), (0,), "how far the grid of windows is moved"),
            Option("dropout", Number(0, 1), 0.0, "dropout of the attention weights"),
            Option("bias", Flag(), True, "whether the projections have biases"),
        ),
        ("heads", "window_size"),
        "netdsl.nn.WindowAttention",
        "input 32x14x14\nwindow_attention(4, 7, shift_size=3)",
        "windows",
        ("windowattention", "shiftedwindowattention", "swinattention", "localattention"),
        window_attention_rule,
    ),
    Layer(
        "patch_merge",
        "Each square of 2x2 positions as one of four times the channels, its upper left one's first (Swin).",
        (),
        (),
        "netdsl.nn.PatchMerge",
        "input 32x14x14\npatch_merge",
        "windows",
        ("patchmerging", "patchmerge"),
        patch_merge_rule,
    ),
)
