"""E5xx: how statements, blocks and nets are put together."""

from __future__ import annotations

from netdsl.diagnostics.catalogue.names import small
from netdsl.diagnostics.diagnostic import Code

NO_INPUT = Code(
    "E501",
    "net without an input",
    "The first statement of a net that makes something says what flows in: `input 3x32x32` "
    "(channels, height, "
    "width; no batch).",
    "net Small {\n    flatten -> linear(10)\n}\n",
    "net Small {\n    input 3x32x32\n    flatten -> linear(10)\n}\n",
)

INPUT_MISPLACED = Code(
    "E502",
    "input in the wrong place",
    "A net has one `input`, before its first layer; a block has none: it takes what flows into it.",
    small("Body(16)") + "\nblock Body(channels) {\n    input 3x32x32\n    conv(channels, 3)\n}\n",
    small("Body(16)") + "\nblock Body(channels) {\n    conv(channels, 3)\n}\n",
)

BRANCH_MISPLACED = Code(
    "E503",
    "branch outside a merge, or a layer directly in one",
    "The braces of a merge (`add`, `concat`, `multiply`, `shake`) hold `branch { }`s, and only there. The "
    "layers stand inside the branches. `residual { }` holds layers directly.",
    small("concat {\n    conv(8, 3, padding=1)\n    conv(8, 5, padding=2)\n}"),
    small("concat {\n    branch { conv(8, 3, padding=1) }\n    branch { conv(8, 5, padding=2) }\n}"),
)

TOO_FEW_BRANCHES = Code(
    "E504",
    "merge of fewer than two values",
    "A merge makes one value of several: two or more branches, or the value that flows in and at least one "
    "labelled value, as in `add(skip)`.",
    small("add {\n    branch { conv(8, 3) }\n}"),
    small("add {\n    branch { conv(8, 3) }\n    branch { conv(8, 3) }\n}"),
)

BODY_MISPLACED = Code(
    "E505",
    "braces after something that is no merge",
    "Only merges and `residual` take braces, and only `residual` a `shortcut`.",
    small("conv(16, 3) { relu }"),
    small("conv(16, 3) -> relu"),
)

RECURSION = Code(
    "E506",
    "block that contains itself",
    "A block or variant that uses itself, directly or through others, would never end. Use `repeat` "
    "or `for`.",
    small("Body(16)") + "\nblock Body(channels) {\n    conv(channels, 3)\n    Body(channels)\n}\n",
    small("Body(16)") + "\nblock Body(channels) {\n    conv(channels, 3)\n}\n",
)

TOO_BIG = Code(
    "E507",
    "network expands to too much",
    "A check is bounded: at most 12,000 steps, 250,000 evaluated expressions and 64 levels of blocks and "
    "braces. A `repeat` count is probably wrong.",
    small("repeat 1000000000 { relu }"),
    small("repeat 10 { relu }"),
)

VARIANT_OF_BLOCK = Code(
    "E508",
    "variant of something that is no net",
    "`net B = A(...)` gives the net A other defaults; A must be a net.",
    "net Small = Body(16)\n\nblock Body(channels) {\n    conv(channels, 3)\n}\n",
    "net Small = Base(width=32)\n\nnet Base(width = 16) {\n    input 3x32x32\n"
    "    conv(width, 3) -> flatten -> linear(10)\n}\n",
)

BAD_INIT = Code(
    "E509",
    "init statement that can't be followed",
    "`init(layer, scheme)` starts the weights of all layers of a kind in its scope, blocks within included, "
    "by a scheme of torch.nn.init: `init(conv, kaiming_normal, mode=fan_out)`; `parameter=bias` for "
    "the biases.",
    small("init(conv, kaming_normal)\nconv(16, 3)"),
    small("init(conv, kaiming_normal)\nconv(16, 3)"),
)

NO_VALUE = Code(
    "E510",
    "a value is used as a step, or a step as a value",
    "`in_channels`, numbers and functions such as `min` are values; they stand in arguments, not on a line "
    "of their own.",
    small("min(3, 4)"),
    small("conv(min(3, 4), 3)"),
)

MISSING_PARAMETER = Code(
    "E511",
    "net whose parameter has no value",
    "A parameter without a default must be given when the net is used: `--set name=value` on the command "
    "line, a keyword of `netdsl.load`, or a default in the header.",
    small("conv(width, 3)", "net Small(width)"),
    small("conv(width, 3)", "net Small(width = 16)"),
)

OUTPUT_MISPLACED = Code(
    "E512",
    "output of something that is no whole network",
    "`output name { }` makes a further output of a network, which it returns while it is trained. It stands "
    "in the net's own braces, loops and conditions; a block, a labelled merge and a net that is used as a "
    "layer have one output.",
    small("Body(16)") + "\nblock Body(channels) {\n    conv(channels, 3)\n"
    "    output side { flatten -> linear(10) }\n}\n",
    small("Body(16)\noutput side { flatten -> linear(10) }")
    + "\nblock Body(channels) {\n    conv(channels, 3)\n}\n",
)

ALL: tuple[Code, ...] = (
    NO_INPUT,
    INPUT_MISPLACED,
    BRANCH_MISPLACED,
    TOO_FEW_BRANCHES,
    BODY_MISPLACED,
    RECURSION,
    TOO_BIG,
    VARIANT_OF_BLOCK,
    BAD_INIT,
    NO_VALUE,
    MISSING_PARAMETER,
    OUTPUT_MISPLACED,
)
