"""E3xx: names, options and arguments."""

from __future__ import annotations

from netdsl.diagnostics.diagnostic import Code


def small(body: str, header: str = "net Small") -> str:
    """A whole file around some lines."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"{header} {{\n    input 3x32x32\n{lines}    flatten -> linear(10)\n}}\n"


UNKNOWN_LAYER = Code(
    "E301",
    "no layer, block or net of this name",
    "A step names a built-in layer (`netdsl layers` lists them), a block or net of this file or of a used "
    "one, or a parameter that holds a layer. Built-in layers are lower case; blocks and nets are CapWords.",
    small("cnov(16, 3)"),
    small("conv(16, 3)"),
)

UNKNOWN_OPTION = Code(
    "E302",
    "no option of this name",
    "The layer or block takes no such option. Options of layers have torch.nn's names; `netdsl layers NAME` "
    "lists them.",
    small("conv(16, 3, paddign=1)"),
    small("conv(16, 3, padding=1)"),
)

WRONG_VALUE = Code(
    "E303",
    "value that the option does not take",
    "The value has the wrong type or is out of range; the label says what the option takes.",
    small('conv(16, "three")'),
    small("conv(16, 3)"),
)

MISSING_ARGUMENT = Code(
    "E304",
    "required argument is missing",
    "The layer or block can't do without this argument: a `conv` needs its output channels and kernel.",
    small("conv(16)"),
    small("conv(16, 3)"),
)

TOO_MANY_ARGUMENTS = Code(
    "E305",
    "too many arguments by position",
    "A built-in layer takes at most two arguments by position (what it makes, then its kernel), the "
    "others by name, so that no one has to count them. What `torch.nn` calls `in_channels`, `in_features` or "
    "`num_features` is never written: it is taken from what flows in.",
    small("conv(16, 3, 2)"),
    small("conv(16, 3, stride=2)"),
)

DOUBLED_ARGUMENT = Code(
    "E306",
    "argument given twice",
    "The same option is given twice, by name or once by position and once by name.",
    small("conv(16, 3, kernel_size=5)"),
    small("conv(16, 5)"),
)

UNKNOWN_NAME = Code(
    "E307",
    "name that is not defined here",
    "A bare word is a parameter, a `let` or loop variable in scope, a layer, or one of the choices of the "
    "option it stands in. Names are visible from their definition to the end of the braces around it.",
    small("conv(width, 3)"),
    small("conv(width, 3)", "net Small(width = 16)"),
)

DUPLICATE_NAME = Code(
    "E308",
    "name defined twice",
    "Two nets or blocks of a file, two parameters, or two labels of a scope have the same name.",
    small("conv(16, 3) as stem\nconv(16, 3) as stem"),
    small("conv(16, 3) as stem\nconv(16, 3) as body"),
)

SHADOWED_NAME = Code(
    "E309",
    "name that is already in use",
    "A `let` or loop variable may not have the name of a parameter, of another `let` around it, of "
    "a layer or "
    "of a built-in value or function: a name means one thing in its scope, and is never reassigned.",
    small("let width = 16\nlet width = 32\nconv(width, 3)"),
    small("let width = 16\nlet wider = 32\nconv(wider, 3)"),
)

UNKNOWN_LABEL = Code(
    "E310",
    "no labelled value of this name",
    "`concat(skip)`, `add(skip)` and `branch(skip) { ... }` refer to a step that was labelled with `as skip` "
    "further up, in the same braces or around them. Forward references are not possible.",
    small("conv(8, 3, padding=1)\nconcat(skip)"),
    small("conv(8, 3, padding=1) as skip\nrelu -> concat(skip)"),
)

AMBIGUOUS_WORD = Code(
    "E311",
    "word that means two things",
    "The word is a parameter or `let`, and also one of the option's choices. Rename the parameter, or write "
    "the choice in quotes.",
    small("conv(16, 3, padding=same)", "net Small(same = 1)"),
    small("conv(16, 3, padding=pad_width)", "net Small(pad_width = 1)"),
)

UNKNOWN_SETTING = Code(
    "E312",
    "net has no such parameter",
    "`--set name=value` (and a keyword of `netdsl.load`) gives a value to a parameter of the net's header. "
    "The message lists the parameters there are.",
    "netdsl check lenet5 --set widht=32",
    "netdsl check lenet5 --set classes=100",
    "command",
)

POSITIONAL_AFTER_NAMED = Code(
    "E313",
    "positional argument after a named one",
    "Arguments by position come first, in the order of the header; named ones follow.",
    small("conv(out_channels=16, 3)"),
    small("conv(16, kernel_size=3)"),
)

NAME_STYLE = Code(
    "E314",
    "nets and blocks are CapWords",
    "A net's or block's name begins with an upper-case letter, so that it is never taken for a "
    "built-in layer.",
    "net small {\n    input 3x32x32\n    flatten -> linear(10)\n}\n",
    "net Small {\n    input 3x32x32\n    flatten -> linear(10)\n}\n",
)

NOT_A_LAYER = Code(
    "E315",
    "value that is no layer stands where a layer is wanted",
    "A parameter or `let` that is used as a step must hold a layer, such as `act = relu`.",
    small("act", "net Small(act = 3)"),
    small("act", "net Small(act = relu)"),
)

RESERVED_LABEL = Code(
    "E316",
    "label that can't be the name of a module",
    "A label becomes an attribute of a torch.nn.Module, so it can't be a word of Python nor the name of a "
    "method that every module has (`train`, `type`, `forward`, ...).",
    small("conv(16, 3) as train"),
    small("conv(16, 3) as stem"),
)

ALL: tuple[Code, ...] = (
    UNKNOWN_LAYER,
    UNKNOWN_OPTION,
    WRONG_VALUE,
    MISSING_ARGUMENT,
    TOO_MANY_ARGUMENTS,
    DOUBLED_ARGUMENT,
    UNKNOWN_NAME,
    DUPLICATE_NAME,
    SHADOWED_NAME,
    UNKNOWN_LABEL,
    AMBIGUOUS_WORD,
    UNKNOWN_SETTING,
    POSITIONAL_AFTER_NAMED,
    NAME_STYLE,
    NOT_A_LAYER,
    RESERVED_LABEL,
)
