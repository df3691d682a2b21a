"""Transposed convolution: `conv_transpose`."""

from __future__ import annotations

from math import prod

from netdsl.diagnostics.catalogue import shapes as codes
from netdsl.layers.arguments import Arguments, compact
from netdsl.layers.convolution import BIAS, DILATION, GROUPS, KERNEL, STRIDE, check_groups, weights
from netdsl.layers.declaration import REQUIRED, FromInput, Layer, Option
from netdsl.layers.geometry import article, need_map, reach, times
from netdsl.layers.kinds import Choice, Integer, Size
from netdsl.layers.outcome import Constructor, Outcome, Window
from netdsl.layers.refusal import LayerError
from netdsl.layers.spellings import ranks
from netdsl.layers.tensor import TensorType, map_of


def conv_transpose_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """A transposed convolution: each input position paints a kernel."""
    rank = need_map("conv_transpose", value)
    out_channels = arguments.integer("out_channels")
    check_groups(arguments, value.channels, out_channels)
    names = ("kernel_size", "stride", "padding", "output_padding", "dilation")
    kernel, stride, padding, extra, dilation = (arguments.sizes(each) for each in names)
    extent = reach(kernel, dilation)
    if any(more >= max(step, gap) for more, step, gap in zip(extra, stride, dilation, strict=True)):
        raise LayerError(
            codes.OPTIONS_CONTRADICT,
            "output padding too large",
            f"it must be smaller than the stride ({times(stride)}) or the dilation ({times(dilation)})",
            help="it only tells apart the sizes that a stride rounds to the same",
            option="output_padding",
        )
    spatial = tuple(
        (size - 1) * s - 2 * p + k + more
        for size, s, p, k, more in zip(value.spatial, stride, padding, extent, extra, strict=True)
    )
    if min(spatial) < 1:
        whole = tuple(size + 2 * p for size, p in zip(spatial, padding, strict=True))
        raise LayerError(
            codes.PADDING_TOO_WIDE,
            "padding cuts off the whole map",
            f"{compact(padding)} on both sides of {article(whole)} map",
            help=f"padding is cut off what is made: {(min(whole) - 1) // 2} at most",
            option="padding",
        )
    bias = arguments.flag("bias")
    learned = weights(value.channels, out_channels // arguments.integer("groups"), kernel, bias, out_channels)
    products = prod(learned[0][1]) * prod(value.spatial) + (out_channels * prod(spatial) if bias else 0)
    return Outcome(
        map_of(out_channels, spatial),
        Constructor(
            f"torch.nn.ConvTranspose{rank}d",
            (value.channels, out_channels, compact(kernel)),
            arguments.keywords(
                "stride", "padding", "output_padding", "groups", "bias", "dilation", "padding_mode"
            ),
        ),
        learned,
        products,
        Window(tuple(-(-k // s) for k, s in zip(extent, stride, strict=True)), tuple(1 / s for s in stride)),
        mixes=arguments.integer("groups") == 1,
    )


LAYERS = (
    Layer(
        "conv_transpose",
        "Transposed convolution, which makes the map larger.",
        (
            Option("out_channels", Integer(), REQUIRED, "channels it makes"),
            KERNEL,
            STRIDE,
            Option("padding", Size(0), (0,), "elements cut from both sides of each axis"),
            Option("output_padding", Size(0), (0,), "elements added to one side of each axis"),
            GROUPS,
            BIAS,
            DILATION,
            Option("padding_mode", Choice(("zeros",)), "zeros", "torch knows only zeros here"),
        ),
        ("out_channels", "kernel_size"),
        "torch.nn.ConvTranspose1d, ConvTranspose2d, ConvTranspose3d",
        "input 64x8x8\nconv_transpose(32, 2, stride=2)",
        "convolution",
        (
            *("convtranspose", *ranks("convtranspose"), *ranks("conv", "transpose")),
            *("deconv", "deconvolution", "transposedconv", "upconv"),
        ),
        conv_transpose_rule,
        from_input=FromInput("in_channels"),
    ),
)
