"""E1xx: the text is not a `.net` file."""

from __future__ import annotations

from netdsl.diagnostics.diagnostic import Code

UNEXPECTED = Code(
    "E101",
    "unexpected word or sign",
    "The text does not follow the grammar at this place. The label says what was read and what could have "
    "stood there instead. A statement stands on a line of its own; steps on one line are joined by `->`; "
    "arguments are separated by commas.",
    """net Small {
    input 3x32x32
    conv(16, 3 padding=1) -> relu
    flatten -> linear(10)
}
""",
    """net Small {
    input 3x32x32
    conv(16, 3, padding=1) -> relu
    flatten -> linear(10)
}
""",
)

UNCLOSED = Code(
    "E102",
    "bracket or brace that is never closed",
    "An opening `(`, `[` or `{` has no counterpart. Newlines inside `(` and `[` mean nothing, so a forgotten "
    "bracket is noticed only further down; the message points at the one that was opened.",
    """net Small {
    input 3x32x32
    conv(16, 3 -> relu
    flatten -> linear(10)
}
""",
    """net Small {
    input 3x32x32
    conv(16, 3) -> relu
    flatten -> linear(10)
}
""",
)

UNKNOWN_CHARACTER = Code(
    "E103",
    "character that the language does not use",
    "Outside comments and strings a file is made of words, numbers, double-quoted strings and the signs of "
    "the grammar. Strings take double quotes; comments begin with `#`; statements end with the line, "
    "without a semicolon.",
    """net Small {
    input 3x32x32;
    flatten -> linear(10)
}
""",
    """net Small {
    input 3x32x32
    flatten -> linear(10)
}
""",
)

LINE_BREAK = Code(
    "E104",
    "line break in the wrong place",
    "A newline ends a statement, except inside `()` and `[]` and after `->`. So `->` stands at the end of "
    "the line that goes on, and `else` and `shortcut` stand on the line of the brace before them.",
    """net Small(deep = true) {
    input 3x32x32
    if deep { conv(16, 3) }
    else { conv(8, 3) }
    flatten -> linear(10)
}
""",
    """net Small(deep = true) {
    input 3x32x32
    if deep { conv(16, 3) } else { conv(8, 3) }
    flatten -> linear(10)
}
""",
)

RESERVED_WORD = Code(
    "E105",
    "reserved word used as a name",
    "The words of the grammar (`net`, `block`, `input`, `repeat`, `in`, `branch`, ...) can't name a "
    "parameter, a `let`, a label or a block.",
    """net Small {
    input 3x32x32
    let repeat = 2
    flatten -> linear(10 * repeat)
}
""",
    """net Small {
    input 3x32x32
    let times = 2
    flatten -> linear(10 * times)
}
""",
)

OUTSIDE = Code(
    "E106",
    "statement outside a net or block",
    "A file holds `use` lines, nets and blocks; layers stand inside the braces of one of these.",
    """input 3x32x32
flatten -> linear(10)
""",
    """net Small {
    input 3x32x32
    flatten -> linear(10)
}
""",
)

TOO_DEEP = Code(
    "E107",
    "nested too deeply",
    "Brackets and braces may be nested at most 64 deep, and an expression at most 64 operations. "
    "No network needs more; a text that does is generated or hostile.",
    "net Small {\n    input 3x32x32\n    let x = "
    + "(" * 120
    + "1"
    + ")" * 120
    + "\n    flatten -> linear(x)\n}\n",
    "net Small {\n    input 3x32x32\n    let x = 1\n    flatten -> linear(x)\n}\n",
)

NUMBER_TOO_LONG = Code(
    "E108",
    "number with too many digits",
    "A number is written with at most 18 digits; no size or option of a layer comes near.",
    """net Small {
    input 3x32x32
    flatten -> linear(1000000000000000000000)
}
""",
    """net Small {
    input 3x32x32
    flatten -> linear(1000)
}
""",
)

ALL: tuple[Code, ...] = (
    UNEXPECTED,
    UNCLOSED,
    UNKNOWN_CHARACTER,
    LINE_BREAK,
    RESERVED_WORD,
    OUTSIDE,
    TOO_DEEP,
    NUMBER_TOO_LONG,
)
