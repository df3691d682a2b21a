"""Values, layers and names as they are written in a `.net` file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from netdsl.importing.model import Value
from netdsl.importing.tree import LayerStep
from netdsl.layers.table import BUILT_IN

LISTED = ("dims",)
LONG_NUMBER, SMALL = 10, 0.01


def literal(value: Value, option: str = "") -> str:
    """A value as text."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return decimal(value)
    if isinstance(value, str):
        return value if value.isidentifier() else f'"{value}"'
    if isinstance(value, tuple):
        if len(value) > 1 and min(value) > 0 and option not in LISTED:
            return "x".join(map(str, value))
        return f"[{', '.join(map(str, value))}]"
    return str(value)


def decimal(value: float) -> str:
    """A number; one that was calculated as 1 minus another is written so."""
    rest = 1 - value
    if (
        0 < value < SMALL
        and len(repr(value)) > LONG_NUMBER
        and len(repr(rest)) <= LONG_NUMBER
        and 1 - rest == value
    ):
        return f"1 - {rest!r}"
    return repr(value).replace("e-0", "e-")


def call_text(name: str, options: Mapping[str, str], positional: Sequence[str]) -> str:
    """A call: arguments by position while none of them is left out, the others by name."""
    rest = dict(options)
    arguments = []
    for each in positional:
        if each not in rest:
            break
        arguments.append(rest.pop(each))
    arguments += [f"{option}={value}" for option, value in rest.items()]
    return f"{name}({', '.join(arguments)})" if arguments else name


def write_layer(step: LayerStep) -> str:
    """A layer with its options."""
    options = {option: literal(value, option) for option, value in step.options}
    return call_text(step.layer, options, BUILT_IN[step.layer].positional)


def snake(name: str) -> str:
    """A name in CapWords in lower case, its words joined by underscores."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
