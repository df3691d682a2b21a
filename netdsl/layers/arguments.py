"""The values that one use of a layer gives its options."""

from __future__ import annotations

from netdsl.layers.declaration import Required
from netdsl.layers.kinds import Accepted, Integers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdsl.layers.declaration import Declaration, Option


class Arguments:
    """The values of all options of one use of a layer, defaults filled in."""

    __slots__ = ("declaration", "given", "values")

    def __init__(
        self, declaration: Declaration, values: Mapping[str, Accepted], given: frozenset[str]
    ) -> None:
        self.declaration = declaration
        self.values = values
        self.given = given

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Arguments) or self.declaration.name != other.declaration.name:
            return False
        return self.values == other.values and self.given == other.given

    def __hash__(self) -> int:
        return hash((self.declaration.name, self.given))

    def integer(self, name: str) -> int:
        """The value of an option of kind `Integer`."""
        value = self.values[name]
        assert isinstance(value, int)
        return value

    def number(self, name: str) -> float:
        """The value of an option of kind `Number`."""
        value = self.values[name]
        assert isinstance(value, int | float)
        return value

    def flag(self, name: str) -> bool:
        """The value of an option of kind `Flag`."""
        return self.values[name] is True

    def word(self, name: str) -> str | None:
        """The value of an option if it is a word, else None."""
        value = self.values[name]
        return value if isinstance(value, str) else None

    def sizes(self, name: str) -> tuple[int, ...]:
        """The value of an option of kind `Size` or `Integers`."""
        value = self.values[name]
        assert isinstance(value, tuple)
        return value

    def sizes_or(self, name: str, default: tuple[int, ...]) -> tuple[int, ...]:
        """The same, with a default where it is None."""
        value = self.values[name]
        return value if isinstance(value, tuple) else default

    @property
    def written(self) -> tuple[tuple[str, Accepted], ...]:
        """The options as a file would give them: no defaults, but for those given by position."""
        by_position = self.declaration.positional
        found = []
        for option in self._in_order():
            value = self.values[option.name]
            # A list of its own length is written in full, a size once for all axes.
            short = value if isinstance(option.kind, Integers) else compact(value)
            is_given = option.name in self.given and option.name in by_position
            if short != compact_default(option) or is_given:
                found.append((option.name, short))
        return tuple(found)

    def _in_order(self) -> list[Option]:
        """The options that have values, those by position first."""
        names = dict.fromkeys((*self.declaration.positional, *self.values))
        options = (self.declaration.option(name) for name in names if name in self.values)
        return [option for option in options if option is not None]

    def keywords(self, *names: str) -> tuple[tuple[str, Accepted], ...]:
        """Torch's keywords: the named options that differ from their defaults."""
        options = {option.name: option for option in self.declaration.options}
        return tuple(
            (name, compact(self.values[name]))
            for name in names
            if compact(self.values[name]) != compact_default(options[name])
        )


def compact(value: Accepted) -> Accepted:
    """A size that is the same along all axes as one integer, as people write it."""
    if isinstance(value, tuple) and len(value) > 0 and len(set(value)) == 1:
        return value[0]
    return value


def compact_default(option: Option) -> Accepted:
    """The compact default; a required option has none that a value could equal."""
    return "required" if isinstance(option.default, Required) else compact(option.default)
