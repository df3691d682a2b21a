"""W3xx: lints about names that nothing uses, and about allowing lints."""

from __future__ import annotations

from netdsl.diagnostics.catalogue.lint_maps import net
from netdsl.diagnostics.diagnostic import Code, Severity

_NET = net("input 3x32x32", "Body(8)", "flatten -> linear(10)")

UNUSED_BLOCK = Code(
    "W301",
    "block that nothing uses",
    "No net or block of this file uses the block. Files that hold blocks alone are not reported: others "
    "use them. Nor is a block that a setting can give a net's parameter in place of the default block.",
    net("input 3x32x32", "flatten -> linear(10)")
    + "\nblock Body(channels) {\n    conv(channels, 3) -> relu\n}\n",
    _NET + "\nblock Body(channels) {\n    conv(channels, 3) -> relu\n}\n",
    severity=Severity.WARNING,
    name="unused-block",
)
UNUSED_PARAMETER = Code(
    "W302",
    "parameter that nothing uses",
    "Whatever value it is given, the network is the same: the parameter was forgotten where it should "
    "have an effect, or should go. A block that is passed as a value may ignore what others of its kind "
    "need; it is not reported. Nor are names that begin with `_`.",
    _NET + "\nblock Body(channels, kernel = 3) {\n    conv(channels, 3) -> relu\n}\n",
    _NET + "\nblock Body(channels, kernel = 3) {\n    conv(channels, kernel) -> relu\n}\n",
    severity=Severity.WARNING,
    name="unused-parameter",
)
UNUSED_LET = Code(
    "W303",
    "`let` that nothing uses",
    "The name holds to the end of its braces, and nothing in them says it.",
    net("input 3x32x32", "let width = 8", "conv(16, 3) -> relu", "flatten -> linear(10)"),
    net("input 3x32x32", "let width = 8", "conv(width, 3) -> relu", "flatten -> linear(10)"),
    severity=Severity.WARNING,
    name="unused-let",
)
UNUSED_USE = Code(
    "W304",
    "`use` of a file from which nothing is used",
    "None of the nets and blocks of that file is used in this one. What a file brings in is not passed on "
    "to the files that use it.",
    'use "squeeze_excite.net"\n\n' + net("input 3x32x32", "flatten -> linear(10)"),
    'use "squeeze_excite.net"\n\n'
    + net("input 3x32x32", "conv(8, 3) -> relu", "SqueezeExcite", "flatten -> linear(10)"),
    severity=Severity.WARNING,
    name="unused-use",
)
UNUSED_LABEL = Code(
    "W305",
    "label that nothing refers to",
    "No merge and no branch of this definition takes the labelled value. The label still names the module "
    "in the state dict, which may be all that it is for. So this is off by default.",
    net("input 3x32x32", "conv(3, 3, padding=1) -> relu as skip", "conv(3, 1)", "flatten -> linear(10)"),
    net(
        "input 3x32x32",
        "conv(3, 3, padding=1) -> relu as skip",
        "conv(3, 1) -> add(skip)",
        "flatten -> linear(10)",
    ),
    severity=Severity.HINT,
    name="unused-label",
)
USELESS_ALLOW = Code(
    "W306",
    "allow of what is not found",
    "A `# netdsl: allow` names a lint that finds nothing there: what it was for has been mended, or it "
    "stands in the wrong place, or the code is misspelt. At the end of a line it is about findings in "
    "the statement that the line belongs to; on a line of its own, about the statement or definition below, "
    "and about the nets that a definition makes.",
    net("input 3x32x32", "conv(8, 3) -> relu  # netdsl: allow W201", "flatten -> linear(10)"),
    net("input 3x32x32", "conv(8, 4) -> relu", "maxpool(2)  # netdsl: allow W201", "flatten -> linear(10)"),
    severity=Severity.WARNING,
    name="useless-allow",
)
USELESS_INIT = Code(
    "W307",
    "`init` that starts nothing",
    "An `init` is about the weights of the layers of one kind, from its braces inwards. There are none of "
    "this kind, or they have nothing to learn, so it has no effect. It is not reported where another part "
    "of the file names the layer, which a setting may bring in.",
    net("input 3x32x32", "init(relu, zeros)", "conv(8, 3) -> relu", "flatten -> linear(10)"),
    net("input 3x32x32", "init(conv, kaiming_normal)", "conv(8, 3) -> relu", "flatten -> linear(10)"),
    severity=Severity.WARNING,
    name="useless-init",
)

ALL: tuple[Code, ...] = (
    UNUSED_BLOCK,
    UNUSED_PARAMETER,
    UNUSED_LET,
    UNUSED_USE,
    UNUSED_LABEL,
    USELESS_ALLOW,
    USELESS_INIT,
)
