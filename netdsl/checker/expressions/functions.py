"""The functions of expressions, all pure and bounded."""

from __future__ import annotations

from math import ceil, floor

from netdsl.checker.scope.context import MOST_EVALUATIONS
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from netdsl.checker.scope.values import Value


class MisuseError(Exception):
    """The arguments are not what the function takes; the message says what it does."""


class Function(Record):
    """A function with its signature for messages and the reference."""

    name: str
    signature: str
    doc: str
    call: Callable[[tuple[Value, ...]], Value]


def number(value: Value) -> int | float:
    """The value as a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MisuseError("takes numbers")
    return value


def integer(value: Value) -> int:
    """The value as an integer."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise MisuseError("takes integers")
    return value


def items(value: Value) -> tuple[Value, ...]:
    """The value as a list."""
    if not isinstance(value, tuple):
        raise MisuseError("takes a list")
    return value


def numbers(arguments: tuple[Value, ...]) -> list[int | float]:
    """Numbers given one by one, or as one list."""
    values = items(arguments[0]) if len(arguments) == 1 and isinstance(arguments[0], tuple) else arguments
    if not values:
        raise MisuseError("takes at least one number")
    return [number(value) for value in values]


def one(arguments: tuple[Value, ...]) -> Value:
    """The only argument."""
    if len(arguments) != 1:
        raise MisuseError("takes one argument")
    return arguments[0]


def range_(arguments: tuple[Value, ...]) -> Value:
    """Integers from a start (0) up to, and without, an end."""
    if not 1 <= len(arguments) <= 3:
        raise MisuseError("takes an end, or a start and an end, and perhaps a step")
    bounds = [integer(value) for value in arguments]
    if len(bounds) == 3 and bounds[2] == 0:
        raise MisuseError("takes a step other than 0")
    made = range(*bounds)
    # len() fails beyond the machine's word.
    span = abs(made.stop - made.start) // abs(made.step)
    if span > MOST_EVALUATIONS:
        raise MisuseError(f"makes at most {MOST_EVALUATIONS:,} integers")
    return tuple(made)


def zip_(arguments: tuple[Value, ...]) -> Value:
    """Lists of equal length, item by item."""
    lists = [items(value) for value in arguments]
    if not lists or len({len(each) for each in lists}) != 1:
        raise MisuseError("takes lists of the same length")
    return tuple(zip(*lists, strict=True))


def round_(arguments: tuple[Value, ...]) -> Value:
    """The nearest integer, halves to the even one."""
    return round(number(one(arguments)))


def divisible(arguments: tuple[Value, ...]) -> Value:
    """The nearest multiple of a divisor that is not below 90 % of the value.

    As MobileNets round their channels (Sandler et al. 2018, reference
    implementation).
    """
    if not 1 <= len(arguments) <= 2:
        raise MisuseError("takes a number and a divisor (8 if not given)")
    value = number(arguments[0])
    divisor = integer(arguments[1]) if len(arguments) > 1 else 8
    if divisor < 1:
        raise MisuseError("takes a positive divisor")
    multiple = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return multiple if multiple >= 0.9 * value else multiple + divisor


def _declare(name: str, signature: str, doc: str, call: Callable[[tuple[Value, ...]], Value]) -> Function:
    return Function(name, signature, doc, call)


FUNCTIONS: dict[str, Function] = {
    each.name: each
    for each in (
        _declare("min", "min(a, b, ...)", "the least; also of a list", lambda a: min(numbers(a))),
        _declare("max", "max(a, b, ...)", "the greatest; also of a list", lambda a: max(numbers(a))),
        _declare("abs", "abs(x)", "without its sign", lambda a: abs(number(one(a)))),
        _declare("ceil", "ceil(x)", "the next integer up", lambda a: ceil(number(one(a)))),
        _declare("floor", "floor(x)", "the next integer down", lambda a: floor(number(one(a)))),
        _declare("round", "round(x)", "the nearest integer, halves to the even one", round_),
        _declare("int", "int(x)", "the integer part", lambda a: int(number(one(a)))),
        _declare("len", "len(xs)", "number of items", lambda a: len(items(one(a)))),
        _declare("sum", "sum(xs)", "sum of a list", lambda a: sum(number(x) for x in items(one(a)))),
        _declare("range", "range(end), range(start, end, step)", "integers up to, without, the end", range_),
        _declare(
            "enumerate",
            "enumerate(xs)",
            "pairs of index, from 0, and item",
            lambda a: tuple(enumerate(items(one(a)))),
        ),
        _declare("zip", "zip(xs, ys, ...)", "items of lists of one length side by side", zip_),
        _declare("divisible", "divisible(x, divisor=8)", "nearest multiple, not below 90 % of x", divisible),
    )
}

FLOWING = {
    "in_channels": "channels of the value that flows in",
    "in_features": "features of the vector or tokens that flow in; of a map, all its elements",
    "in_shape": "shape, without the batch, of the value that flows in",
}
