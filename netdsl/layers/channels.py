"""Layers that work on the channel axis: shuffle, split, pad, scale, and Shake-Shake's shortcut."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import shapes as codes
from netdsl.layers.arguments import Arguments
from netdsl.layers.declaration import ALWAYS, REQUIRED, Layer, Option
from netdsl.layers.geometry import divisors_near, need_map
from netdsl.layers.kinds import Integer, Number
from netdsl.layers.outcome import Constructor, Outcome, Window
from netdsl.layers.refusal import LayerError
from netdsl.layers.tensor import TOKENS, TensorType, map_of


def divide_channels(value: TensorType, parts: int, option: str) -> int:
    """Channels of each of so many equal parts; raises `LayerError` where they aren't equal."""
    if value.channels % parts:
        raise LayerError(
            codes.NOT_DIVISIBLE,
            f"channels can't be divided into {parts} parts",
            f"{value.channels} channels are no multiple of {parts}",
            help=divisors_near(value.channels, parts),
            option=option,
            shape_is_cause=True,
        )
    return value.channels // parts


def channel_shuffle_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """Channels of several groups taken in turn (ShuffleNet)."""
    need_map("channel_shuffle", value)
    groups = arguments.integer("groups")
    divide_channels(value, groups, "groups")
    return Outcome(value, Constructor("torch.nn.ChannelShuffle", (groups,)))


def channel_split_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """One of several equal parts of the channels."""
    need_map("channel_split", value)
    parts, index = arguments.integer("parts"), arguments.integer("index")
    channels = divide_channels(value, parts, "parts")
    if index >= parts:
        raise LayerError(
            codes.OPTIONS_CONTRADICT,
            "no such part",
            f"{parts} parts are numbered 0 to {parts - 1}",
            option="index",
        )
    constructor = Constructor("netdsl.nn.ChannelSplit", (parts, index))
    return Outcome(map_of(channels, value.spatial), constructor, view=True)


def pad_channels_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """Channels of zeros after those there are."""
    need_map("pad_channels", value)
    channels = arguments.integer("out_channels")
    if channels < value.channels:
        raise LayerError(
            codes.SIZE_MISMATCH,
            "fewer channels than there are",
            f"{value} has {value.channels} channels already",
            help="it adds channels; a 1x1 `conv` makes fewer of them",
            option="out_channels",
            shape_is_cause=True,
        )
    return Outcome(map_of(channels, value.spatial), Constructor("netdsl.nn.PadChannels", (channels,)))


def scale_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """Every element times one number that is not learned."""
    return Outcome(value, Constructor("netdsl.nn.Scale", (arguments.values["factor"],)))


def layer_scale_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """A learned factor for each channel."""
    last = (("channels_last", True),) if value.layout == TOKENS else ()
    constructor = Constructor("netdsl.nn.LayerScale", (value.channels, arguments.values["init_value"]), last)
    return Outcome(value, constructor, (("weight", (value.channels,)),), value.channels)


def shift_shortcut_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """Two subsampled paths, one shifted by a pixel, each half of the output channels (Gastaldi 2017)."""
    need_map("shift_shortcut", value, (2,))
    channels, stride = arguments.integer("out_channels"), arguments.integer("stride")
    if channels % 2:
        raise LayerError(
            codes.NOT_DIVISIBLE,
            "the output channels can't be halved",
            f"{channels} channels are odd; each of the two paths makes half of them",
            option="out_channels",
        )
    spatial = tuple((size - 1) // stride + 1 for size in value.spatial)
    half = (channels // 2, value.channels, 1, 1)
    learned = (
        ("conv1.weight", half),
        ("conv2.weight", half),
        ("bn.weight", (channels,)),
        ("bn.bias", (channels,)),
    )
    products = channels * value.channels * spatial[0] * spatial[1] + 2 * channels
    keywords = (("stride", stride),) if stride != 1 else ()
    return Outcome(
        map_of(channels, spatial),
        Constructor("netdsl.nn.ShiftShortcut", (value.channels, channels), keywords),
        learned,
        products,
        Window((2, 2), (stride, stride)),
    )


LAYERS = (
    Layer(
        "channel_shuffle",
        "Channels of several groups taken in turn, so that grouped convolutions mix.",
        (Option("groups", Integer(), REQUIRED, "number of groups"),),
        ("groups",),
        "torch.nn.ChannelShuffle",
        "input 8x16x16\nchannel_shuffle(2)",
        "channels",
        ("channelshuffle", "shuffle"),
        channel_shuffle_rule,
    ),
    Layer(
        "channel_split",
        "One of several equal parts of the channels, at the head of a branch.",
        (
            Option("parts", Integer(), REQUIRED, "number of equal parts"),
            Option("index", Integer(0), 0, "which part, from 0"),
        ),
        ("parts", "index"),
        "netdsl.nn.ChannelSplit",
        "input 8x16x16\nchannel_split(2, 1)",
        "channels",
        ("chunk", "split", "channelchunk"),
        channel_split_rule,
        # Torch lets nobody overwrite one of several views that it made at once.
        keeps=ALWAYS,
    ),
    Layer(
        "pad_channels",
        "Channels of zeros after those there are: the shortcut without parameters (He et al. 2016).",
        (Option("out_channels", Integer(), REQUIRED, "channels it makes, at least as many as flow in"),),
        ("out_channels",),
        "netdsl.nn.PadChannels",
        "input 16x32x32\npad_channels(32)",
        "channels",
        ("padchannels", "channelpad", "zeropadchannels", "identitypadding"),
        pad_channels_rule,
    ),
    Layer(
        "scale",
        "Every element times a fixed number.",
        (Option("factor", Number(), REQUIRED, "the number, which is not learned"),),
        ("factor",),
        "netdsl.nn.Scale",
        "input 10\nscale(1 / 9)",
        "channels",
        ("mulconstant", "rescale"),
        scale_rule,
    ),
    Layer(
        "layer_scale",
        "A learned factor for each channel (Touvron et al. 2021).",
        (Option("init_value", Number(), 1e-6, "first value of the factors"),),
        ("init_value",),
        "netdsl.nn.LayerScale",
        "input 16x8x8\nlayer_scale",
        "channels",
        ("layerscale", "gamma"),
        layer_scale_rule,
    ),
    Layer(
        "shift_shortcut",
        "Shake-Shake's shortcut: two subsampled 1x1 convolutions, one shifted by a pixel, then joined.",
        (
            Option("out_channels", Integer(), REQUIRED, "channels it makes, an even number"),
            Option("stride", Integer(), 1, "subsampling"),
        ),
        ("out_channels",),
        "netdsl.nn.ShiftShortcut",
        "input 16x32x32\nshift_shortcut(64)",
        "channels",
        ("shiftshortcut",),
        shift_shortcut_rule,
    ),
)
