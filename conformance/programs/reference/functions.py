"""The functions of expressions, by the table of the language's page."""

from __future__ import annotations

import math
from collections.abc import Callable

from conformance.programs.reference.bounds import MOST_EVALUATIONS
from conformance.programs.reference.values import Value, is_number


def number(value: Value) -> int | float:
    """A number; raises `TypeError` on anything else."""
    if not is_number(value):
        raise TypeError("not a number")
    return value  # type: ignore[return-value]


def integer(value: Value) -> int:
    """An integer; raises `TypeError` on anything else."""
    if not is_number(value) or not isinstance(value, int):
        raise TypeError("not an integer")
    return value


def items(value: Value) -> tuple[Value, ...]:
    """A list; raises `TypeError` on anything else."""
    if not isinstance(value, tuple):
        raise TypeError("not a list")
    return value


def extreme(pick: Callable[[list[int | float]], int | float]) -> Callable[..., Value]:
    """`min` or `max`: of several numbers, or of one list."""

    def call(*arguments: Value) -> Value:
        listed = len(arguments) == 1 and isinstance(arguments[0], tuple)
        return pick([number(each) for each in (items(arguments[0]) if listed else arguments)])

    return call


def integers(*bounds: Value) -> Value:
    """`range`: integers up to, without, the end."""
    made = range(*[integer(each) for each in bounds])
    if abs(made.stop - made.start) // abs(made.step) > MOST_EVALUATIONS:
        raise ValueError("too long a list")
    return tuple(made)


def side_by_side(*lists: Value) -> Value:
    """`zip`: the items of lists of one length side by side."""
    if not lists:
        raise TypeError("no list")
    return tuple(zip(*[items(each) for each in lists], strict=True))


def divisible(x: Value, divisor: Value = 8) -> Value:
    """The multiple of the divisor that is nearest, but at least 90 % of x."""
    value, step = number(x), integer(divisor)
    if step < 1:
        raise ValueError("no positive divisor")
    nearest = max(step, math.floor(value / step + 0.5) * step)
    return nearest if nearest >= 0.9 * value else nearest + step


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "min": extreme(min),
    "max": extreme(max),
    "abs": lambda x: abs(number(x)),
    "ceil": lambda x: math.ceil(number(x)),
    "floor": lambda x: math.floor(number(x)),
    "round": lambda x: round(number(x)),
    "int": lambda x: int(number(x)),
    "len": lambda xs: len(items(xs)),
    "sum": lambda xs: sum(number(x) for x in items(xs)),
    "range": integers,
    "enumerate": lambda xs: tuple(enumerate(items(xs))),
    "zip": side_by_side,
    "divisible": divisible,
}
