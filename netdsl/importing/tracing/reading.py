"""How options are read from modules and arguments."""

from __future__ import annotations

from netdsl.importing.model import Value
from netdsl.layers.arguments import compact

Read = dict[str, Value]


class NoLayerError(Exception):
    """No layer says what a module does; the message says what is in the way."""


def tidy(value: object) -> Value:
    """A value as it is written: lists as tuples, one integer for equal ones."""
    if isinstance(value, list):
        value = tuple(value)
    if value is None or isinstance(value, int | float | str):
        return value
    if isinstance(value, tuple) and all(isinstance(each, int) for each in value):
        return compact(value)
    raise NoLayerError(f"no layer takes {value!r}")
