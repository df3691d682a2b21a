"""Convolutions: `conv` and `depthwise`."""

from __future__ import annotations

from math import prod

from netdsl.diagnostics.catalogue import shapes as codes
from netdsl.layers.arguments import Arguments, compact
from netdsl.layers.declaration import REQUIRED, FromInput, Layer, Option
from netdsl.layers.geometry import need_map, reach, slide, times
from netdsl.layers.kinds import Choice, Either, Flag, Integer, Size
from netdsl.layers.outcome import Constructor, Outcome, Window
from netdsl.layers.refusal import Amend, LayerError
from netdsl.layers.spellings import ranks, spelled
from netdsl.layers.tensor import TensorType, map_of

KERNEL = Option("kernel_size", Size(), REQUIRED, "size of the kernel")
STRIDE = Option("stride", Size(), (1,), "step between neighbouring positions")
DILATION = Option("dilation", Size(), (1,), "spacing between the kernel's elements")
GROUPS = Option("groups", Integer(), 1, "groups of channels that don't see each other")
BIAS = Option("bias", Flag(), True, "whether to add a learned bias")
PADDING = Option(
    "padding",
    Either((Choice(("same", "valid")), Size(0))),
    (0,),
    "zeros on both sides of each axis, or `same` (keeps the size, stride 1 only) or `valid` (none)",
)
PADDING_MODE = Option(
    "padding_mode",
    Choice(("zeros", "reflect", "replicate", "circular")),
    "zeros",
    "what padding is filled with",
)


def check_groups(arguments: Arguments, channels: int, out_channels: int) -> None:
    """Raise `LayerError` where the groups don't divide the channels."""
    groups = arguments.integer("groups")
    for count, what in ((channels, "input"), (out_channels, "output")):
        if count % groups:
            raise LayerError(
                codes.NOT_DIVISIBLE,
                f"{what} channels can't be divided into {groups} groups",
                f"{count} {what} channels are no multiple of {groups}",
                help="groups must divide both input and output channels",
                option="groups",
                shape_is_cause=what == "input",
            )


def explicit_padding(
    arguments: Arguments, extent: tuple[int, ...], stride: tuple[int, ...]
) -> tuple[int, ...]:
    """The padding in elements on each side; for `same`, what keeps the size (rounded up)."""
    word = arguments.word("padding")
    if word is None:
        return arguments.sizes("padding")
    if word == "same" and any(step != 1 for step in stride):
        half = compact(tuple((k - 1) // 2 for k in extent))
        raise LayerError(
            codes.OPTIONS_CONTRADICT,
            "`padding=same` with a stride",
            f"a stride of {times(stride)} can't keep the size",
            help=f"write padding={half} to divide the size by the stride",
            option="padding",
            fix=Amend("padding", str(half), f"write padding={half}"),
        )
    return tuple((k - 1) // 2 for k in extent) if word == "same" else (0,) * len(extent)


def check_padding_mode(arguments: Arguments, value: TensorType, extent: tuple[int, ...]) -> None:
    """Raise `LayerError` where the padding is wider than what it mirrors or repeats."""
    mode = arguments.word("padding_mode")
    if mode not in ("reflect", "circular"):
        return
    same = arguments.word("padding") == "same"
    for axis, size in enumerate(value.spatial):
        # `same` pads the odd element on the far side, which is the wider one.
        pad = extent[axis] // 2 if same else arguments.sizes_or("padding", (0,) * len(extent))[axis]
        if pad > (size if mode == "circular" else size - 1):
            raise LayerError(
                codes.PADDING_TOO_WIDE,
                "padding wider than its input",
                f"{pad} {mode} elements beside a {times(value.spatial)} map",
                help="pad less, or with zeros",
                option="padding",
                shape_is_cause=True,
            )


def weights(
    out_channels: int, in_per_group: int, kernel: tuple[int, ...], bias: bool, bias_size: int
) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """The learned tensors of a convolution."""
    weight = ("weight", (out_channels, in_per_group, *kernel))
    return (weight, ("bias", (bias_size,))) if bias else (weight,)


def convolve(arguments: Arguments, value: TensorType, out_channels: int, groups: int, name: str) -> Outcome:
    """The rule of `conv` and `depthwise`."""
    rank = need_map(name, value)
    kernel, stride, dilation = (arguments.sizes(each) for each in ("kernel_size", "stride", "dilation"))
    extent = reach(kernel, dilation)
    padding = explicit_padding(arguments, extent, stride)
    check_padding_mode(arguments, value, extent)
    if arguments.word("padding") == "same":
        spatial = value.spatial
    else:
        # Mirrored or repeated padding can't be wider than the map, so it is no sure way out.
        can_pad = arguments.word("padding_mode") in ("zeros", "replicate")
        spatial = slide(name, value, extent, stride, padding, can_pad=can_pad)
    bias = arguments.flag("bias")
    learned = weights(out_channels, value.channels // groups, kernel, bias, out_channels)
    keywords = arguments.keywords("stride", "padding", "dilation")
    grouped = (("groups", groups),) if groups != 1 else ()
    return Outcome(
        map_of(out_channels, spatial),
        Constructor(
            f"torch.nn.Conv{rank}d",
            (value.channels, out_channels, compact(kernel)),
            keywords + grouped + arguments.keywords("bias", "padding_mode"),
        ),
        learned,
        sum(prod(shape) for _, shape in learned) * prod(spatial),
        Window(extent, stride),
        mixes=groups == 1,
    )


def conv_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """A convolution."""
    need_map("conv", value)
    out_channels = arguments.integer("out_channels")
    check_groups(arguments, value.channels, out_channels)
    return convolve(arguments, value, out_channels, arguments.integer("groups"), "conv")


def depthwise_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """A convolution with a group for each channel."""
    need_map("depthwise", value)
    channels = value.channels * arguments.integer("multiplier")
    return convolve(arguments, value, channels, value.channels, "depthwise")


LAYERS = (
    Layer(
        "conv",
        "Convolution over one, two or three spatial axes, as its input has.",
        (
            Option("out_channels", Integer(), REQUIRED, "channels it makes"),
            KERNEL,
            STRIDE,
            PADDING,
            DILATION,
            GROUPS,
            BIAS,
            PADDING_MODE,
        ),
        ("out_channels", "kernel_size"),
        "torch.nn.Conv1d, Conv2d, Conv3d",
        "input 3x32x32\nconv(64, 3, padding=1)",
        "convolution",
        (*ranks("conv"), "convolution", "convolutional", "cnn", "conv2", *ranks("convolution")),
        conv_rule,
        (
            ("conv1x1", "conv(n, 1)"),
            *((f"conv{k}x{k}", f"conv(n, {k}, padding={k // 2})") for k in (3, 5, 7)),
        ),
        from_input=FromInput("in_channels"),
    ),
    Layer(
        "depthwise",
        "Convolution of each channel on its own: a `conv` with as many groups as channels.",
        (
            KERNEL,
            Option("multiplier", Integer(), 1, "channels made of each input channel"),
            STRIDE,
            PADDING,
            DILATION,
            BIAS,
            PADDING_MODE,
        ),
        ("kernel_size",),
        "torch.nn.Conv1d, Conv2d, Conv3d with groups=in_channels",
        "input 32x16x16\ndepthwise(3, padding=1)",
        "convolution",
        ("depthwiseconv", *ranks("depthwiseconv"), "dwconv", "depthwiseconvolution"),
        depthwise_rule,
        (
            *spelled("depthwise(kernel) -> conv(n, 1)", "separableconv", "sepconv"),
            *spelled("depthwise(kernel) -> conv(n, 1)", "depthwiseseparableconv"),
        ),
        from_input=FromInput("in_channels"),
    ),
)
