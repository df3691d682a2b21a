"""E4xx: expressions and their values."""

from __future__ import annotations

from netdsl.diagnostics.catalogue.names import small
from netdsl.diagnostics.diagnostic import Code

WRONG_TYPE = Code(
    "E401",
    "operation on values it is not made for",
    "Arithmetic takes numbers, `and`, `or` and `not` take `true` and `false`, an index takes a "
    "list. There is "
    "no conversion behind the scenes.",
    small('let width = 16 + "3"\nconv(width, 3)'),
    small("let width = 16 + 3\nconv(width, 3)"),
)

NOT_AN_INTEGER = Code(
    "E402",
    "fraction where an integer is wanted",
    "`/` divides exactly and makes a fraction, as in Python; sizes and counts are integers. `//` divides and "
    "rounds down.",
    small("conv(in_channels * 8 / 2, 3)"),
    small("conv(in_channels * 8 // 2, 3)"),
)

ARITHMETIC = Code(
    "E403",
    "calculation without a result",
    "A division by zero, or a result too large to be a size.",
    small("let groups = 0\nconv(16 // groups, 3)"),
    small("let groups = 2\nconv(16 // groups, 3)"),
)

BAD_INDEX = Code(
    "E404",
    "index outside the list",
    "A list of n values has the indices 0 to n - 1, or -n to -1 from its end.",
    small("let widths = [16, 32]\nconv(widths[2], 3)"),
    small("let widths = [16, 32]\nconv(widths[1], 3)"),
)

NOT_A_CONDITION = Code(
    "E405",
    "condition that is neither true nor false",
    "`if`, `require` and `... if ... else ...` take a condition: a comparison, or `true` or "
    "`false`. A number "
    "is none.",
    small("if in_channels { conv(16, 3) }"),
    small("if in_channels > 1 { conv(16, 3) }"),
)

CANNOT_REPEAT = Code(
    "E406",
    "value that can't be repeated or looped over",
    "`repeat` takes an integer of at least 0; `for` takes a list, such as `[64, 128]`, `range(3)`, "
    "`enumerate(xs)` or `zip(xs, ys)`.",
    small("for width in 16 { conv(width, 3) }"),
    small("for width in [16] { conv(width, 3) }"),
)

CANNOT_UNPACK = Code(
    "E407",
    "values don't match the names",
    "`for a, b in pairs` needs a list whose every item is a list of two.",
    small("for width, step in [16, 32] { conv(width, 3, stride=step) }"),
    small("for width, step in [(16, 1), (32, 2)] { conv(width, 3, stride=step) }"),
)

REQUIRE_FAILED = Code(
    "E408",
    "a requirement of the net or block does not hold",
    "The author stated with `require` what the parameters must satisfy; the second label shows where the "
    "value came from.",
    small('require width % 8 == 0, "width must be a multiple of 8"\nconv(width, 3)', "net Small(width = 20)"),
    small('require width % 8 == 0, "width must be a multiple of 8"\nconv(width, 3)', "net Small(width = 24)"),
)

NO_INPUT_YET = Code(
    "E409",
    "nothing flows in here",
    "`in_channels`, `in_features` and `in_shape` name the value that flows into a step; before the `input` "
    "statement there is none.",
    "net Small {\n    let width = in_channels\n    input 3x32x32\n    flatten -> linear(width)\n}\n",
    "net Small {\n    input 3x32x32\n    let width = in_channels\n    flatten -> linear(width)\n}\n",
)

BAD_SHAPE = Code(
    "E410",
    "not a shape",
    "A shape is written `3x32x32`, or `(3, size, size)` where parameters take part; `16` is a vector of 16 "
    "features. It has one to four sizes, each a positive integer.",
    "net Small {\n    input 3x0x32\n    flatten -> linear(10)\n}\n",
    "net Small {\n    input 3x32x32\n    flatten -> linear(10)\n}\n",
)

ALL: tuple[Code, ...] = (
    WRONG_TYPE,
    NOT_AN_INTEGER,
    ARITHMETIC,
    BAD_INDEX,
    NOT_A_CONDITION,
    CANNOT_REPEAT,
    CANNOT_UNPACK,
    REQUIRE_FAILED,
    NO_INPUT_YET,
    BAD_SHAPE,
)
