"""The words of the language: what each is for, and how it is written."""

from __future__ import annotations

from netdsl.record import Record

# Where a word may stand.
FILE, STATEMENT, BEHIND, EXPRESSION, CONSTANT = "file", "statement", "behind", "expression", "constant"


class Keyword(Record):
    """A word. `form` shows it in use; `snippet` is what an editor writes for it, with places to fill in."""

    word: str
    role: str
    form: str
    doc: str
    snippet: str = ""


_ALL = (
    Keyword(
        "net",
        FILE,
        "net Name(parameter = value) { ... }",
        "A network; `net Name = Other(arguments)` is a variant of one.",
        "net ${1:Name}(${2:classes = 10}) {\n    input ${3:3x32x32}\n    $0\n}",
    ),
    Keyword(
        "block",
        FILE,
        "block Name(parameters) { ... }",
        "A part of networks, which becomes a submodule wherever it is used. It takes what flows into it.",
        "block ${1:Name}(${2:channels}) {\n    $0\n}",
    ),
    Keyword("use", FILE, 'use "file.net"', "The nets and blocks of another file.", 'use "${1:file.net}"'),
    Keyword(
        "input",
        STATEMENT,
        "input 3x32x32",
        "The shape of what flows into a net, without the batch. It stands once, before the first layer.",
        "input ${1:3x32x32}",
    ),
    Keyword(
        "expect",
        STATEMENT,
        "expect 48x6x6",
        "Checks the shape that flows here.",
        "expect ${1:64x8x8}",
    ),
    Keyword(
        "let",
        STATEMENT,
        "let name = value",
        "Names a value up to the end of the braces around it. Nothing is reassigned.",
        "let ${1:name} = ${2:value}",
    ),
    Keyword(
        "require",
        STATEMENT,
        'require condition, "message"',
        "What parameters must satisfy; the message is reported where they don't.",
        'require ${1:condition}, "${2:message}"',
    ),
    Keyword(
        "init",
        STATEMENT,
        "init(layer, scheme, option=value)",
        "How the weights of all layers of a kind start, in the net, block or labelled merge it stands in.",
        "init(${1:conv}, ${2:kaiming_normal})",
    ),
    Keyword(
        "repeat",
        STATEMENT,
        "repeat count { ... }",
        "The statements so many times, one after the other.",
        "repeat ${1:2} {\n    $0\n}",
    ),
    Keyword(
        "for",
        STATEMENT,
        "for name in list { ... }",
        "The statements for each item of a list; in `[f(x) for x in xs]`, an item for each.",
        "for ${1:width} in ${2:widths} {\n    $0\n}",
    ),
    Keyword(
        "if",
        STATEMENT,
        "if condition { ... } else { ... }",
        "The statements, where the condition is true; `a if condition else b` is either value.",
        "if ${1:condition} {\n    $0\n}",
    ),
    Keyword(
        "branch",
        STATEMENT,
        "branch { ... }",
        "A branch of the merge around it. Empty, it is the identity; `branch(label) { ... }` takes a "
        "labelled value.",
        "branch {\n    $0\n}",
    ),
    Keyword(
        "output",
        STATEMENT,
        "output name { ... }",
        "A further output of the network while it is trained, made of the value that flows here.",
        "output ${1:name} {\n    $0\n}",
    ),
    Keyword(
        "else",
        BEHIND,
        "} else { ... }",
        "What holds where the condition before it is false.",
        "else {\n    $0\n}",
    ),
    Keyword(
        "shortcut",
        BEHIND,
        "residual { ... } shortcut { ... }",
        "What is added to the body of a `residual`, in place of the value that flows in.",
        "shortcut {\n    $0\n}",
    ),
    Keyword(
        "as",
        BEHIND,
        "step as name",
        "Labels a step: its module has that name, and a merge further down can take its value.",
        "as ${1:name}",
    ),
    Keyword(
        "in", EXPRESSION, "value in list", "Whether a value is in a list; in `for`, what the loop runs over."
    ),
    Keyword("and", EXPRESSION, "a and b", "True where both are; `b` is looked at only where `a` is true."),
    Keyword("or", EXPRESSION, "a or b", "True where one is; `b` is looked at only where `a` is false."),
    Keyword("not", EXPRESSION, "not a", "True where `a` is false."),
    Keyword("true", CONSTANT, "true", "The truth value."),
    Keyword("false", CONSTANT, "false", "The other truth value."),
)
WORDS: dict[str, Keyword] = {each.word: each for each in _ALL}
