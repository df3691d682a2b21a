"""Expressions that have a given value: a literal, a name, a calculation, a function of others."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.programs.choices import Choices
from conformance.programs.drawing.values import Raw, Value, write
from netdsl.layers.tensor import MAP, TensorType

DEEPEST = 2
# Of a hundred values, so many are written as more than a literal.
WORKED_OUT = 30


class Expressions:
    """Writes values as expressions; `names` are the values in scope, `flow` is what flows in."""

    def __init__(self, choices: Choices, names: Mapping[str, object], flow: TensorType | None) -> None:
        self.choices = choices
        self.names = names
        self.flow = flow

    def write(self, value: Value | Raw, depth: int = 0) -> str:
        """An expression of this value."""
        if isinstance(value, Raw | str) or depth >= DEEPEST or not self.choices.chance(WORKED_OUT):
            return self.literal(value)
        named = [name for name, each in self.names.items() if is_same(each, value)]
        named += self.flowing(value)
        if named and self.choices.chance(60):
            return self.choices.pick(named)
        if isinstance(value, bool):
            return self.truth(value, depth)
        if isinstance(value, int):
            return self.choices.pick((self.sum_or_product, self.function, self.item))(value, depth)
        if isinstance(value, float):
            return self.fraction(value, depth)
        return self.list(value, depth)

    def literal(self, value: Value | Raw) -> str:
        """A value as it stands; a list in one of its three forms."""
        if isinstance(value, str) and value.isidentifier() and self.choices.chance(20):
            return f'"{value}"'
        if not isinstance(value, tuple):
            return write(value)
        items = ", ".join(write(item) for item in value)
        sizes = [item for item in value if isinstance(item, int) and not isinstance(item, bool) and item >= 0]
        if len(sizes) == len(value) > 1 and self.choices.chance(50):
            return "x".join(map(str, sizes))
        if value and self.choices.chance(50):
            return f"({items},)" if len(value) == 1 else f"({items})"
        return f"[{items}]"

    def flowing(self, value: Value) -> list[str]:
        """What flows in, where it is this value."""
        if self.flow is None:
            return []
        features = self.flow.size if self.flow.layout == MAP else self.flow.channels
        known = {"in_channels": self.flow.channels, "in_features": features, "in_shape": self.flow.shape}
        return [name for name, each in known.items() if is_same(each, value)]

    def sum_or_product(self, value: int, depth: int) -> str:
        """Arithmetic of integers."""
        other = self.choices.integer(1, 5)
        first, second = self.write(value, depth + 1), self.write(other, depth + 1)
        kind = self.choices.integer(0, 6)
        if kind == 0:
            return f"({self.write(value - other, depth + 1)} + {second})"
        if kind == 1:
            return f"({self.write(value + other, depth + 1)} - {second})"
        if kind == 2:
            return (
                f"({self.write(value * other + self.choices.integer(0, other - 1), depth + 1)} // {second})"
            )
        if kind == 3 and 0 <= value < 100:
            return f"({value + 101 * other} % 101)"
        if kind == 4 and value > 0 and value & (value - 1) == 0:
            return f"2 ** {value.bit_length() - 1}"
        if kind == 5:
            return f"(-{self.write(-value, depth + 1)})" if value <= 0 else f"(+{first})"
        factor = next((each for each in (2, 3, 5) if value % each == 0), 1)
        return f"({self.write(value // factor, depth + 1)} * {factor})"

    def function(self, value: int, depth: int) -> str:
        """A function whose value this is."""
        inner = self.write(value, depth + 1)
        more, less = value + self.choices.integer(0, 4), value - self.choices.integer(0, 4)
        options = [
            f"min({inner}, {more})",
            f"max([{less}, {inner}])",
            f"ceil({value - 0.5})",
            f"floor({value + 0.25})",
            f"round({value + 0.25})",
            f"int({value}.0)",
            f"sum([{inner}, {less}, {-less}])",
            f"range({less}, {more + 1})[{value - less}]",
            f"enumerate([{less}, {inner}])[1][1]",
            f"zip([{inner}], [{less}])[0][0]",
        ]
        if value >= 0:
            options += [f"abs({-value})", f"len([{less}] * {inner})", f"range({value + 1})[-1]"]
        if value > 0:
            options += [f"divisible({inner}, 1)", *([f"divisible({value})"] if value % 8 == 0 else [])]
        return self.choices.pick(options)

    def item(self, value: int, depth: int) -> str:
        """An item of a list, or the chosen of two values."""
        other, inner = self.choices.integer(-2, 9), self.write(value, depth + 1)
        lists = [
            f"{name}[{position - (len(each) if self.choices.chance(30) else 0)}]"
            for name, each in self.names.items()
            if isinstance(each, tuple)
            for position, item in enumerate(each)
            if is_same(item, value)
        ]
        options = [
            f"[{other}, {inner}][1]",
            f"({inner}, {other})[-2]",
            f"({inner} if {self.truth(True, depth + 1)} else {other})",
            f"({other} if {self.truth(False, depth + 1)} else {inner})",
            f"[{other}, {inner}, {other}][1:2][0]",
            f"sum([each for each in [{value - 1}, 1]])",
            *lists * 2,
        ]
        return self.choices.pick(options)

    def truth(self, value: bool, depth: int) -> str:
        """A condition that holds, or does not."""
        if depth > DEEPEST:
            return write(value)
        low = self.choices.integer(0, 5)
        high = low + self.choices.integer(1, 4)
        first, second = self.write(low, depth + 1), self.write(high, depth + 1)
        holds = [
            f"{first} < {second}",
            f"{second} > {first}",
            f"{first} <= {second}",
            f"{second} >= {first} > -1",
            f"{first} == {low}.0",
            f"{first} != {second}",
            f"{first} in [{high}, {low}]",
            f"{first} < {second} <= {high}",
            "relu == relu",
            "leaky_relu(0.1) != leaky_relu(0.2)",
            "[true] != [1]",
            "[relu, 2] == [relu, 2]",
            "true != 1",
            f"{low}x{high} == [{low}, {high}]",
        ]
        inner = f"({self.choices.pick(holds)})"
        if not value:
            return self.choices.pick((f"not {inner}", f"(1 > 2 and {inner})", f"not (true and {inner})"))
        if self.choices.chance(30):
            return self.choices.pick(
                (f"(false or {inner})", f"({inner} and not false)", f"({inner} or 1 / 0 > 1)")
            )
        return inner

    def fraction(self, value: float, depth: int) -> str:
        """A number that is no integer, or might be one."""
        doubled = value * 2
        options = [f"({write(doubled)} / 2)", f"({write(doubled)} * 0.5)", f"({write(value)} + 0)"]
        if doubled.is_integer():
            options.append(f"({self.write(int(doubled), depth + 1)} / 2)")
        exact = [each for each in options if self.holds(each, value)]
        return self.choices.pick(exact) if exact else write(value)

    @staticmethod
    def holds(text: str, value: float) -> bool:
        """Whether the calculation is exact; its operators are Python's."""
        try:
            return bool(eval(text, {"__builtins__": {}}) == value)
        except (ArithmeticError, NameError, SyntaxError):
            return True

    def list(self, value: tuple[Value, ...], depth: int) -> str:
        """A list of expressions, joined or repeated."""
        items = [self.write(item, depth + 1) for item in value]
        kind = self.choices.integer(0, 3)
        if kind == 0:
            return (
                f"[0, {', '.join(items)}][1:]"
                if self.choices.chance(50)
                else f"[{', '.join([*items, '0'])}][:-1]"
            )
        if kind == 1:
            name = self.choices.pick(("e", "each"))
            return f"[{name} for {name} in [{', '.join(items)}]]"
        if kind == 2 and all(isinstance(item, int) and not isinstance(item, bool) for item in value):
            pairs = ", ".join(f"({item - 1}, 1)" for item in value)  # type: ignore[operator]
            return f"[left + right for left, right in [{pairs}]]"
        if len(items) > 1 and self.choices.chance(30):
            cut = self.choices.integer(1, len(items) - 1)
            return f"([{', '.join(items[:cut])}] + [{', '.join(items[cut:])}])"
        if len(items) > 1 and len(set(map(repr, value))) == 1 and self.choices.chance(50):
            return f"([{items[0]}] * {len(items)})"
        return f"[{', '.join(items)}]"


def is_same(left: object, right: object) -> bool:
    """Whether two values are equal and of one type."""
    return type(left) is type(right) and left == right
