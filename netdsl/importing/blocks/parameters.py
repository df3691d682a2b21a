"""Parameters of a block: what varies between its uses, and the text of each option."""

from __future__ import annotations

from dataclasses import dataclass, field

from netdsl.importing.model import Value

MISSING = object()
FLAG, CHANNELS = "flag", "channels"


Vector = tuple[object, ...]


@dataclass(eq=False, slots=True)
class Parameter:
    """A parameter of a block: what it is in each use, its default, and where its name comes from."""

    meaning: str
    option: str
    values: Vector
    path: str = ""
    default: object = MISSING
    block: str = ""
    name: str = ""

    def goes_with(self, values: Vector) -> bool:
        """Whether a parameter has the same values wherever both are known."""
        return all(a == b for a, b in zip(self.values, values, strict=True) if MISSING not in (a, b))

    def take_in(self, values: Vector) -> bool:
        """Whether other values fit where both are known; what was not known yet is then taken from them."""
        pairs = list(zip(self.values, values, strict=True))
        both = [(a, b) for a, b in pairs if MISSING not in (a, b)]
        if not both or any(value_key(a) != value_key(b) for a, b in both):
            return False
        self.values = tuple(b if a is MISSING else a for a, b in pairs)
        return True

    @property
    def mark(self) -> str:
        """What stands in expressions until the parameter has its name."""
        return f"<{id(self)}>"


@dataclass(eq=False, slots=True)
class Solution:
    """The parameters of a block, and the text of each option and condition."""

    parameters: list[Parameter] = field(default_factory=list)
    options: dict[tuple[int, str], str] = field(default_factory=dict)
    conditions: dict[int, str] = field(default_factory=dict)
    keeps_entry: bool = False

    def named(self, text: str) -> str:
        """A text with the parameters' names."""
        for parameter in self.parameters:
            text = text.replace(parameter.mark, parameter.name)
        return text


ENTRY = "<entry>"


class Text(str):
    """A value that is already written, such as a layer that a block is given."""

    __slots__ = ()


def value_key(value: object) -> object:
    """What two equal values have in common; `true` is not 1."""
    return value if value is MISSING else (type(value) is bool, value)


def is_integer(value: object) -> bool:
    """Whether a value is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def as_value(value: object) -> Value:
    """A value of an option."""
    assert value is None or isinstance(value, int | float | str | tuple)
    return value
