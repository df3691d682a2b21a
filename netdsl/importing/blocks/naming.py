"""What the parameters of a block are called."""

from __future__ import annotations

import re
from collections.abc import Sequence

from netdsl.checker.expressions.functions import FUNCTIONS
from netdsl.importing.blocks.parameters import Parameter, is_integer
from netdsl.importing.text.writing import snake
from netdsl.layers.table import BUILT_IN
from netdsl.syntax.tables import KEYWORDS

GENERIC = re.compile(
    r"(conv|layers?|block|features?|body|net|seq|sequential|main|model|pointwise|unit|fc|linear|op|c|m)?_?\d*"
)
NAMES = {"out_channels": "channels", "out_features": "features", "kernel_size": "kernel", "act": "act"}
NAMES |= {"drop_path": "drop"}


def name_parameters(parameters: Sequence[Parameter], paths: Sequence[str]) -> None:
    """Names by what the parameters are; several of channels, by the modules they are in.

    `paths` are those of the block's uses.
    """
    taken: set[str] = set()
    widths = [each for each in parameters if each.meaning == "channels"]
    for each in parameters:
        name = NAMES.get(each.option, each.option)
        if each in widths and len(widths) > 1:
            name = width_name(each, paths) or numbered_width(
                each, [w for w in widths if not width_name(w, paths)]
            )
        if name in BUILT_IN or name in FUNCTIONS or name in KEYWORDS or not name.isidentifier():
            name = f"{each.meaning}_{name}"
        base, number = name, 2
        while name in taken:
            name, number = f"{base}{number}", number + 1
        taken.add(name)
        each.name = name


def name_squeeze(parameters: Sequence[Parameter], entry: Sequence[int]) -> None:
    """The number of channels between two others that are as many as flow in."""
    for each in parameters:
        pairs = zip(each.values, entry, strict=True)
        if each.name == "channels" and all(is_integer(v) and int(str(v)) < there for v, there in pairs):
            each.name = "squeeze"


def width_name(parameter: Parameter, paths: Sequence[str]) -> str:
    """A name for a number of channels from its module or the block that takes it; empty if neither tells."""
    around = max((path for path in paths if f"{parameter.path}.".startswith(f"{path}.")), key=len, default="")
    return from_path(parameter.path.removeprefix(around).strip(".")) or snake(parameter.block)


def numbered_width(parameter: Parameter, widths: Sequence[Parameter]) -> str:
    """A name for one of several numbers of channels whose modules have no telling names."""
    if len(widths) == 1:
        return "channels"
    if len(widths) == 2:
        return "channels" if parameter is widths[1] else "hidden"
    return f"channels{widths.index(parameter) + 1}"


def from_path(path: str) -> str:
    """A name from the path of a module, empty where it says nothing."""
    parts = [part for part in path.split(".") if part]
    if all(GENERIC.fullmatch(part) for part in parts):
        return ""
    return re.sub(r"\W", "_", "_".join(parts)).strip("_").lower()
