"""Layers of transformers that attend within windows (Liu et al. 2021, Swin; Tu et al. 2022, MaxViT)."""

from __future__ import annotations

from math import prod

from netdsl.diagnostics.catalogue import shapes as codes
from netdsl.layers.arguments import Arguments, compact
from netdsl.layers.declaration import REQUIRED, Layer, Option
from netdsl.layers.geometry import divisors_near, need_map, times
from netdsl.layers.kinds import Either, Flag, Integer, Nothing, Number, Size
from netdsl.layers.outcome import Constructor, Outcome, Window
from netdsl.layers.refusal import LayerError
from netdsl.layers.tensor import TensorType, map_of

# The hidden layer of Swin V2's network for the biases of offsets.
HIDDEN = 512


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
            help=divisors_near(channels, heads),
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
    check_kinds(arguments, shift)
    matrices = tuple(
        parameter
        for name, made in (("qkv", 3 * channels), ("proj", channels))
        for parameter in matrix(name, made, channels, arguments.flag("bias"))
    )
    windows = prod(-(-size // w) for size, w in zip(value.spatial, window, strict=True))
    positions = windows * prod(window)
    projections = positions * sum(prod(shape) for _, shape in matrices)
    constructor = Constructor(
        "netdsl.nn.WindowAttention",
        (channels, heads, compact(window)),
        arguments.keywords("shift_size", "dropout", "bias", "grid", "cosine", "scale"),
    )
    offsets = prod(2 * size - 1 for size in window)
    learned: tuple[tuple[str, tuple[int, ...]], ...]
    if arguments.flag("cosine"):
        made = (*matrix("cpb_mlp.0", HIDDEN, 2, True), *matrix("cpb_mlp.2", heads, HIDDEN, False))
        learned = (("logit_scale", (heads, 1, 1)), *matrices, *made)
    else:
        learned = (("relative_position_bias_table", (offsets, heads)), *matrices)
    # What makes the biases of offsets depends on no sample.
    products = projections + 2 * positions * prod(window) * channels
    seen = Window(whole=True) if arguments.flag("grid") else Window(window, (1, 1))
    return Outcome(value, constructor, learned, products, seen)


def matrix(name: str, made: int, given: int, bias: bool) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """The parameters of a linear layer."""
    weight = (f"{name}.weight", (made, given))
    return (weight, (f"{name}.bias", (made,))) if bias else (weight,)


def check_kinds(arguments: Arguments, shift: tuple[int, ...]) -> None:
    """Raise `LayerError` where options belong to different kinds of window attention."""
    if arguments.flag("grid") and any(shift):
        raise LayerError(
            codes.OPTIONS_CONTRADICT,
            "a grid is not shifted",
            "each of its windows lies over the whole map",
            help="leave shift_size or grid out",
            option="shift_size",
        )
    if arguments.flag("cosine") and arguments.values["scale"] is not None:
        raise LayerError(
            codes.OPTIONS_CONTRADICT,
            "cosines are not scaled by a number",
            "each head learns its scale",
            help="leave scale or cosine out",
            option="scale",
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
            Option("grid", Flag(), False, "the positions of a window lie evenly over the map (MaxViT)"),
            Option("cosine", Flag(), False, "cosines for products, biases by a small network (Swin V2)"),
            Option(
                "scale",
                Either((Nothing(), Number(above=0))),
                None,
                "factor of the products; one over the root of a head's channels if not given",
            ),
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
