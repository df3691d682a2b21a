"""W2xx: lints about the sizes of maps, of what a layer sees, and of what it all takes."""

from __future__ import annotations

from netdsl.diagnostics.diagnostic import Code, Severity


def net(*lines: str) -> str:
    """A net of these lines."""
    return "net Small {\n" + "".join(f"    {line}\n" for line in lines) + "}\n"


POOL_DROPS = Code(
    "W201",
    "pool that leaves out the edge of its input",
    "The pool's windows don't tile the map, so that the last rows and columns are in none of them: "
    "nothing after the pool sees them. Pad the layer above so that the size divides, or write "
    "`ceil_mode=true`, which keeps a last window that is only partly inside. A network that is published "
    "so should stay so.",
    net(
        "input 3x28x28",
        "conv(8, 5, padding=1) -> relu -> conv(8, 4) -> relu",
        "maxpool(2)",
        "flatten -> linear(10)",
    ),
    net(
        "input 3x28x28",
        "conv(8, 5, padding=1) -> relu -> conv(8, 3) -> relu",
        "maxpool(2)",
        "flatten -> linear(10)",
    ),
    severity=Severity.HINT,
    name="pool-drops-edge",
)
EVEN_KERNEL = Code(
    "W202",
    "padded kernel of even size",
    "A kernel of even size has no centre. Its outputs lie between the positions of its input, half a "
    "position aside, and no padding on both sides keeps the size; `same` pads one side more. A kernel of "
    "odd size keeps both. Kernels without padding, and those that step as far as they reach, are not "
    "reported.",
    net("input 3x32x32", "conv(8, 4, padding=1) -> relu", "avgpool(global) -> flatten -> linear(10)"),
    net("input 3x32x32", "conv(8, 3, padding=1) -> relu", "avgpool(global) -> flatten -> linear(10)"),
    severity=Severity.HINT,
    name="even-kernel",
)
KERNEL_ON_POINT = Code(
    "W203",
    "kernel over a map of one position",
    "The map has shrunk to a single position, and the kernel meets padding but for its centre: most of "
    "its weights never see anything. Strides and pools above take too much of the map, or the input is "
    "smaller than the network was made for.",
    net(
        "input 3x8x8",
        "conv(8, 3, stride=4, padding=1) -> relu -> maxpool(2)",
        "conv(16, 3, padding=1) -> relu",
        "flatten -> linear(10)",
    ),
    net(
        "input 3x8x8",
        "conv(8, 3, stride=2, padding=1) -> relu -> maxpool(2)",
        "conv(16, 3, padding=1) -> relu",
        "flatten -> linear(10)",
    ),
    severity=Severity.WARNING,
    name="kernel-on-point",
)
KERNEL_TOO_WIDE = Code(
    "W204",
    "kernel wider than what it can see",
    "Some of the kernel's weights meet padding at every position of the map: they never see anything, and "
    "are never trained. A smaller kernel does the same.",
    net("input 3x3x3", "conv(8, 7, padding=3) -> relu", "avgpool(global) -> flatten -> linear(10)"),
    net("input 3x3x3", "conv(8, 5, padding=2) -> relu", "avgpool(global) -> flatten -> linear(10)"),
    severity=Severity.WARNING,
    name="kernel-too-wide",
)
LARGE_FLATTEN = Code(
    "W205",
    "flattened map into a linear layer with most of the parameters",
    "A linear layer after `flatten` has weights for every position of the map. Here these are more than "
    "half of all parameters, and at least ten million. Pooling the map to one position first, "
    "`avgpool(global)`, leaves a weight for each channel; networks since 2014 do so, and lose little by "
    "it.",
    net("input 3x64x64", "conv(64, 3, padding=1) -> relu", "flatten -> linear(64) -> relu", "linear(10)"),
    net(
        "input 3x64x64",
        "conv(64, 3, padding=1) -> relu",
        "avgpool(global) -> flatten -> linear(64) -> relu",
        "linear(10)",
    ),
    severity=Severity.WARNING,
    name="large-flatten",
)
SEES_LITTLE = Code(
    "W206",
    "global pool of positions that see a part of the input",
    "Each position that is pooled sees less than the whole input, so no part of the network sees how its "
    "parts lie to each other. That can work well (SqueezeNet is made so), but small kernels or few "
    "strides are often a mistake. Off by default.",
    net("input 3x48x48", "conv(8, 3, padding=1) -> relu", "avgpool(global) -> flatten -> linear(10)"),
    net(
        "input 3x48x48",
        "repeat 3 { conv(8, 5, stride=3, padding=2) -> relu }",
        "avgpool(global) -> flatten -> linear(10)",
    ),
    severity=Severity.HINT,
    name="sees-little",
)
SEES_MORE = Code(
    "W207",
    "layers that see far more than the input",
    "From this layer on, each position sees more than four times the input's size: most of that is "
    'padding. Layers after it add little (M. L. Richter et al., "(Input) Size Matters for CNN '
    'Classifiers", 2021). Deep residual networks have shorter ways through them and see less than this '
    "says. Off by default.",
    net(
        "input 3x16x16",
        "repeat 4 { conv(8, 3, stride=2, padding=1) -> relu }",
        "conv(8, 5, padding=2) -> relu",
        "avgpool(global) -> flatten -> linear(10)",
    ),
    net(
        "input 3x16x16",
        "repeat 3 { conv(8, 3, stride=2, padding=1) -> relu }",
        "avgpool(global) -> flatten -> linear(10)",
    ),
    severity=Severity.HINT,
    name="sees-more",
)
UNEXPECTED_FLATTEN = Code(
    "W208",
    "flatten without the shape that it expects",
    "An `expect` above a `flatten` says what is flattened. It tells readers the size, and where a change "
    "above moves it, the check says so. Off by default.",
    net("input 3x32x32", "conv(8, 3) -> relu -> maxpool(2)", "flatten", "linear(10)"),
    net("input 3x32x32", "conv(8, 3) -> relu -> maxpool(2)", "expect 8x15x15", "flatten", "linear(10)"),
    severity=Severity.HINT,
    name="unexpected-flatten",
)
OVER_BUDGET = Code(
    "W209",
    "activations over the stated budget",
    "The outputs of all layers for a batch, in float32, take more than the memory that was stated by "
    "`--memory`, or by `memory` in the configuration. Training keeps most of them for the gradients. Take "
    "a smaller batch, stride earlier, or use fewer channels where maps are large.",
    "netdsl check vgg --memory 8GiB --batch-size 256",
    "netdsl check vgg --memory 8GiB --batch-size 64",
    "command",
    severity=Severity.ERROR,
    name="over-budget",
)
CHANNELS_LAST = Code(
    "W210",
    "input with its channels last",
    "Sizes are written as torch has them: channels first, then height and width. This input reads as many "
    "channels over a map one, three or four positions wide, and is most probably an image as other libraries "
    "and image files have it.",
    net("input 32x32x3", "conv(8, 3, padding=1) -> relu", "avgpool(global) -> flatten -> linear(10)"),
    net("input 3x32x32", "conv(8, 3, padding=1) -> relu", "avgpool(global) -> flatten -> linear(10)"),
    severity=Severity.WARNING,
    name="channels-last",
)

ALL: tuple[Code, ...] = (
    POOL_DROPS,
    EVEN_KERNEL,
    KERNEL_ON_POINT,
    KERNEL_TOO_WIDE,
    LARGE_FLATTEN,
    SEES_LITTLE,
    SEES_MORE,
    UNEXPECTED_FLATTEN,
    OVER_BUDGET,
    CHANNELS_LAST,
)
