"""Values of the language, and how they are shown."""

from __future__ import annotations

from netdsl.diagnostics.span import Span
from netdsl.layers.declaration import Declaration
from netdsl.layers.kinds import Word
from netdsl.record import Record
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TypeAlias

    from netdsl.checker.scope.module import Module

    # A `Word` is a string that was written without quotes: one of an option's choices.
    Value: TypeAlias = "int | float | bool | str | LayerValue | tuple[Value, ...]"


class SilentError(Exception):
    """The value is unknown because of something already reported."""


class Template(Record):
    """A net or block, with the file whose names it sees."""

    definition: tree.Definition
    module: Module

    @property
    def name(self) -> str:
        """Its name."""
        return self.definition.name.name


class Given(Record):
    """An evaluated argument: its value, its place, and its name if it has one."""

    name: str | None
    name_span: Span | None
    value: Value
    span: Span


class LayerValue(Record):
    """A layer, block or net as a value, with arguments already given: `leaky_relu(0.1)`."""

    target: Declaration | Template
    arguments: tuple[Given, ...]
    span: Span

    @property
    def name(self) -> str:
        """The layer's or block's name."""
        return self.target.name


def describe(value: Value) -> str:
    """The kind of a value in words: "the string `"three"`"."""
    if isinstance(value, bool):
        return f"`{show(value)}`"
    if isinstance(value, int):
        return f"the integer {value}"
    if isinstance(value, float):
        return f"the number {show(value)}"
    if isinstance(value, Word):
        return f"the word `{value}`"
    if isinstance(value, str):
        return f"the string {show(value)}"
    if isinstance(value, LayerValue):
        return f"the layer `{value.name}`"
    return f"the list {show(value)}"


def show(value: Value) -> str:
    """A value as it is written in a file, cut where it is long."""
    text = _show(value, 60)
    return text if len(text) <= 60 else text[:57] + "..."


def _show(value: Value, room: int) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Word):
        return str(value)
    if isinstance(value, str):
        return f'"{value[:room]}"'
    if isinstance(value, LayerValue):
        named = (((f"{each.name}=" if each.name else ""), each.value) for each in value.arguments)
        inside = _show_all(named, room)
        return f"{value.name}({inside})" if inside else value.name
    if isinstance(value, tuple):
        return f"[{_show_all((('', item) for item in value), room)}]"
    return str(value)


def _show_all(items: Iterable[tuple[str, Value]], room: int) -> str:
    """What is in a list or a layer, each with what stands before it, until there is no room.

    A level takes room too: values that hold others twice can be as long as two to the power of their depth.
    """
    parts: list[str] = []
    for before, item in items:
        if room <= 0:
            parts.append("...")
            break
        parts.append(before + _show(item, room - 2))
        room -= len(parts[-1]) + 2
    return ", ".join(parts)


def from_python(value: object) -> str:
    """The text of the language for a Python value; a string is taken as such text.

    Raises `TypeError` on anything but numbers, truth values, strings and
    lists of these.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | str):
        return str(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(from_python(item) for item in value) + "]"
    raise TypeError(
        f"a setting is a number, a truth value, a string or a list of these, not {type(value).__name__}"
    )


def as_settings(settings: Mapping[str, object]) -> dict[str, str]:
    """Python keywords as texts of the language."""
    return {name: from_python(value) for name, value in settings.items()}
