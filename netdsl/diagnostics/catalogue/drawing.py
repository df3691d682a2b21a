"""E74x: pictures of networks."""

from __future__ import annotations

from netdsl.diagnostics.diagnostic import Code

TOO_LARGE = Code(
    "E740",
    "the network is too large for one picture",
    "A picture with thousands of boxes, or with long lines side by side, can't be read, and drawing it "
    "could take very long. Blocks are what makes it small: those that are equal and follow each other are "
    "drawn once, and `--depth` closes what is inside. A `repeat` around a block gives such equal blocks.",
    "netdsl draw deep.net --expand -o deep.svg  # 10,000 layers",
    "netdsl draw deep.net --depth 0 -o deep.svg",
    "command",
)

UNKNOWN_FORMAT = Code(
    "E741",
    "no picture of this form",
    "The ending of the file that `-o` names says what is written: `.svg`, `.html` or `.png`. The options "
    "`--depth` and `--expand` belong to the diagram of blocks: `--style volumes` draws what the stages make "
    "and has no blocks.",
    "netdsl draw lenet5 -o lenet5.bmp",
    "netdsl draw lenet5 -o lenet5.png",
    "command",
)

ALL: tuple[Code, ...] = (TOO_LARGE, UNKNOWN_FORMAT)
