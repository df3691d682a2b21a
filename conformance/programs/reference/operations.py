"""Operations of expressions on values: arithmetic with bounds, orders, items of lists."""

from __future__ import annotations

import operator
from collections.abc import Callable

from conformance.programs.reference.bounds import MOST_EVALUATIONS
from conformance.programs.reference.values import Value, is_number, no
from netdsl.syntax import tree

LARGEST = 2**62
ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}
ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def arithmetic(node: tree.Binary, sign: str, left: Value, right: Value) -> Value:
    """An operation on numbers; `+` joins lists and `*` repeats one. Raises `RefusedError`."""
    if sign == "+" and isinstance(left, tuple) and isinstance(right, tuple):
        return left + right
    if sign == "*" and isinstance(left, tuple) and isinstance(right, int) and is_number(right):
        if len(left) * right > MOST_EVALUATIONS:
            raise no("too long a list", node)
        return left * right
    if not (is_number(left) and is_number(right)):
        raise no(f"{sign} of other values than numbers", node)
    if sign == "**" and abs(right) > 10_000:  # type: ignore[arg-type]
        raise no("a power beyond all bounds", node)
    try:
        made = ARITHMETIC[sign](left, right)  # type: ignore[arg-type]
    except (ArithmeticError, ValueError) as error:
        raise no(str(error), node) from None
    return bounded(node, made)


def bounded(node: tree.Expression, made: Value) -> Value:
    """A result that is finite, and as an integer no size beyond all bounds. Raises `RefusedError`."""
    if isinstance(made, complex) or (isinstance(made, float) and made - made != 0):
        raise no("no result", node)
    if isinstance(made, int) and abs(made) > LARGEST:
        raise no("the result is too large", node)
    return made


def item_of(node: tree.Expression, listed: tuple[Value, ...], position: int) -> Value:
    """An item of a list, counted from 0, or from the end with -1. Raises `RefusedError`."""
    try:
        return listed[position]
    except IndexError:
        raise no("an index outside the list", node) from None
