"""Layers that make a map larger or smaller: `pad`, `upsample`, `pixel_shuffle`, `pixel_unshuffle`."""

from __future__ import annotations

from math import floor

from netdsl.diagnostics.catalogue import shapes as codes
from netdsl.layers.arguments import Arguments, compact
from netdsl.layers.declaration import REQUIRED, Layer, Option
from netdsl.layers.geometry import need_map, times
from netdsl.layers.kinds import LARGEST, Choice, Either, Flag, Integer, Integers, Nothing, Number, Size
from netdsl.layers.outcome import Constructor, Outcome, Window
from netdsl.layers.refusal import Amend, LayerError
from netdsl.layers.spellings import ranks, spelled
from netdsl.layers.tensor import TensorType, map_of

PAD_CLASSES = {
    "zero": "ZeroPad",
    "reflect": "ReflectionPad",
    "replicate": "ReplicationPad",
    "circular": "CircularPad",
}


def pad_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """Elements added around a map; a list names each side as torch does: left, right, top, bottom."""
    rank = need_map("pad", value)
    amounts = arguments.sizes("padding")
    mode = arguments.word("mode") or "zero"
    if len(amounts) == 1:
        amounts = amounts * (2 * rank)
    if len(amounts) != 2 * rank:
        raise LayerError(
            codes.OPTIONS_CONTRADICT,
            "wrong number of paddings",
            f"a {value} map takes 1 or {2 * rank}: two sides of each axis, the last axis first",
            option="padding",
        )
    sides = tuple((amounts[2 * i], amounts[2 * i + 1]) for i in reversed(range(rank)))
    limit = {"reflect": -1, "circular": 0}.get(mode)
    for size, pair in zip(value.spatial, sides, strict=True):
        # Where the other side is cut, torch goes round what is left, and beyond that reads memory of nobody.
        cut = min(0, *pair) if mode == "circular" else 0
        if limit is not None and max(pair) > size + limit + cut:
            raise LayerError(
                codes.PADDING_TOO_WIDE,
                "padding wider than its input",
                f"{max(pair)} {mode} elements beside a {times(value.spatial)} map",
                help="pad less, or with zeros",
                option="padding",
                shape_is_cause=True,
            )
    spatial = tuple(size + before + after for size, (before, after) in zip(value.spatial, sides, strict=True))
    if min(spatial) < 1:
        raise LayerError(
            codes.PADDING_TOO_WIDE,
            "nothing left of the map",
            f"cuts {-min(map(sum, sides))} elements off a {times(value.spatial)} map",
            help="cut less off",
            option="padding",
            shape_is_cause=True,
        )
    constructor = Constructor(f"torch.nn.{PAD_CLASSES[mode]}{rank}d", (compact(amounts),))
    return Outcome(map_of(value.channels, spatial), constructor)


RANKS = {"linear": (1,), "bilinear": (2,), "bicubic": (2,), "trilinear": (3,)}


def upsample_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """A map made larger by a factor, or to a size."""
    rank = need_map("upsample", value)
    mode = arguments.word("mode") or "nearest"
    if rank not in RANKS.get(mode, (1, 2, 3)):
        fitting = {1: "linear", 2: "bilinear", 3: "trilinear"}[rank]
        raise LayerError(
            codes.OPTIONS_CONTRADICT,
            f"`mode={mode}` over {rank} spatial axes",
            f"{value} has {rank} spatial axes",
            help=f"write mode={fitting}",
            option="mode",
            fix=Amend("mode", fitting, f"write mode={fitting}"),
        )
    if arguments.flag("align_corners") and mode.startswith("nearest"):
        raise LayerError(
            codes.OPTIONS_CONTRADICT,
            "`align_corners` of nearest neighbours",
            "only the interpolating modes know it",
            option="align_corners",
        )
    factor, size = arguments.values["scale_factor"], arguments.values["size"]
    if (factor is None) == (size is None):
        raise LayerError(
            codes.OPTIONS_CONTRADICT,
            "`upsample` takes a factor or a size",
            "neither is given" if factor is None else "both are given",
            help="write upsample(2) or upsample(size=32)",
            fix=Amend("scale_factor", "2", "double the size") if factor is None else None,
        )
    keywords = arguments.keywords("mode", "align_corners")
    if size is None:
        assert isinstance(factor, int | float)
        spatial = tuple(floor(each * factor) for each in value.spatial)
        if min(spatial) < 1:
            raise LayerError(
                codes.KERNEL_DOES_NOT_FIT,
                "nothing is left of the map",
                f"{times(value.spatial)} times {factor:g} is less than one element",
                option="scale_factor",
                shape_is_cause=True,
            )
        keywords = (("scale_factor", factor), *keywords)
    else:
        spatial = arguments.sizes("size")
        keywords = (("size", compact(spatial)), *keywords)
    steps = tuple(old / new for old, new in zip(value.spatial, spatial, strict=True))
    window = Window((1,) * rank, steps)
    return Outcome(
        map_of(value.channels, spatial), Constructor("torch.nn.Upsample", (), keywords), window=window
    )


def pixel_shuffle_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """Channels moved into space (Shi et al. 2016)."""
    need_map("pixel_shuffle", value, (2,))
    factor = arguments.integer("upscale_factor")
    if value.channels % factor**2:
        raise LayerError(
            codes.NOT_DIVISIBLE,
            f"channels can't be divided by {factor**2}",
            f"{value.channels} channels are no multiple of {factor} x {factor}",
            option="upscale_factor",
            shape_is_cause=True,
        )
    spatial = tuple(size * factor for size in value.spatial)
    return Outcome(
        map_of(value.channels // factor**2, spatial), Constructor("torch.nn.PixelShuffle", (factor,))
    )


def pixel_unshuffle_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """Space moved into channels, the reverse of `pixel_shuffle`."""
    need_map("pixel_unshuffle", value, (2,))
    factor = arguments.integer("downscale_factor")
    if any(size % factor for size in value.spatial):
        raise LayerError(
            codes.NOT_DIVISIBLE,
            f"map can't be divided by {factor}",
            f"{times(value.spatial)} is no multiple of {factor} along both axes",
            option="downscale_factor",
            shape_is_cause=True,
        )
    spatial = tuple(size // factor for size in value.spatial)
    window = Window((factor, factor), (factor, factor))
    constructor = Constructor("torch.nn.PixelUnshuffle", (factor,))
    return Outcome(map_of(value.channels * factor**2, spatial), constructor, window=window)


LAYERS = (
    Layer(
        "pad",
        "Elements added around a map, or cut off: `pad(-5)` crops five at each side.",
        (
            Option(
                "padding",
                Integers(-LARGEST),
                REQUIRED,
                "all sides, or left, right, top, bottom as torch orders them; below 0 cuts elements off",
            ),
            Option("mode", Choice(tuple(PAD_CLASSES)), "zero", "what is added"),
        ),
        ("padding", "mode"),
        "torch.nn.ZeroPad2d, ReflectionPad2d, ReplicationPad2d, CircularPad2d, ...",
        "input 3x32x32\npad(2, reflect)",
        "shape",
        ("zeropad", *ranks("zeropad"), *ranks("zeropadding"), "padding"),
        pad_rule,
        (
            *spelled("pad(-amount)", "crop", "centercrop", "cropping"),
            *spelled("pad(amount, mode=reflect)", "reflectionpad"),
            *spelled("pad(amount, mode=replicate)", "replicationpad"),
            *spelled("pad(amount, mode=circular)", "circularpad"),
            *spelled("pad(amount), with zeros alone,", "constantpad"),
        ),
    ),
    Layer(
        "upsample",
        "A map made larger by a factor, or to a size.",
        (
            Option("scale_factor", Either((Nothing(), Number(1e-3, 1e6))), None, "factor along each axis"),
            Option("size", Either((Nothing(), Size())), None, "sizes to make, instead of a factor"),
            Option(
                "mode",
                Choice(("nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear")),
                "nearest",
                "interpolation",
            ),
            Option("align_corners", Flag(), False, "whether the corners' centres are kept"),
        ),
        ("scale_factor",),
        "torch.nn.Upsample",
        "input 16x8x8\nupsample(2)",
        "shape",
        ("upsampling", *ranks("upsampling")),
        upsample_rule,
        # Torch's first number is a size, and so is that of most that resize.
        spelled("upsample(factor) or upsample(size=...)", "upsample", "interpolate", "resize"),
    ),
    Layer(
        "pixel_shuffle",
        "Channels moved into space: C r r x H x W becomes C x H r x W r.",
        (Option("upscale_factor", Integer(), REQUIRED, "the factor r"),),
        ("upscale_factor",),
        "torch.nn.PixelShuffle",
        "input 16x8x8\npixel_shuffle(2)",
        "shape",
        ("depthtospace", "pixelshuffle"),
        pixel_shuffle_rule,
    ),
    Layer(
        "pixel_unshuffle",
        "Space moved into channels, the reverse of pixel_shuffle.",
        (Option("downscale_factor", Integer(), REQUIRED, "the factor r"),),
        ("downscale_factor",),
        "torch.nn.PixelUnshuffle",
        "input 4x16x16\npixel_unshuffle(2)",
        "shape",
        ("spacetodepth", "pixelunshuffle"),
        pixel_unshuffle_rule,
    ),
)
