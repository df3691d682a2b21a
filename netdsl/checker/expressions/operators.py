"""Arithmetic and comparisons, without conversions and with bounds."""

from __future__ import annotations

from math import inf, log2

from netdsl.checker.scope.context import MOST_EVALUATIONS
from netdsl.checker.scope.values import LayerValue, describe
from netdsl.diagnostics.catalogue import values as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from netdsl.checker.scope.values import Value

LARGEST = 2**62


def is_number(value: Value) -> bool:
    """Whether the value takes part in arithmetic."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def wrong(expression: tree.Expression, message: str, label: str) -> DiagnosticError:
    """The error of an operation on the wrong values."""
    return DiagnosticError(Diagnostic(codes.WRONG_TYPE, message, expression.span, label))


def impossible(expression: tree.Expression, label: str) -> DiagnosticError:
    """The error of a calculation without a result."""
    return DiagnosticError(
        Diagnostic(codes.ARITHMETIC, "calculation without a result", expression.span, label)
    )


def apply_unary(expression: tree.Unary, value: Value) -> Value:
    """`-x` or `+x`."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise wrong(expression, f"`{expression.operator}` takes a number", f"this is {describe(value)}")
    return -value if expression.operator == "-" else value


def apply_binary(expression: tree.Binary, left: Value, right: Value) -> Value:
    """Arithmetic on numbers; `+` joins lists and `*` repeats one."""
    operator = expression.operator
    if operator == "+" and isinstance(left, tuple) and isinstance(right, tuple):
        return left + right
    if operator == "*" and isinstance(left, tuple) and isinstance(right, int) and not isinstance(right, bool):
        if len(left) * right > MOST_EVALUATIONS:
            raise impossible(expression, "a list of so many items is too long")
        return left * right
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        raise wrong(expression, f"`{operator}` takes numbers", f"{describe(left)} and {describe(right)}")
    if isinstance(left, bool) or isinstance(right, bool):
        raise wrong(expression, f"`{operator}` takes numbers", f"{describe(left)} and {describe(right)}")
    return bounded(expression, arithmetic(expression, left, right))


def bounded(expression: tree.Expression, made: Value) -> Value:
    """A result that is finite, and as an integer no larger than any size could be."""
    if isinstance(made, float) and (made != made or abs(made) == inf):
        raise impossible(expression, "the result is too large")
    if isinstance(made, int) and abs(made) > LARGEST:
        raise impossible(expression, "the result is too large to be a size")
    return made


def arithmetic(expression: tree.Binary, left: int | float, right: int | float) -> int | float:
    """The result of an operator on two numbers; raises `DiagnosticError` where there is none."""
    operator = expression.operator
    try:
        if operator == "+":
            return left + right
        if operator == "-":
            return left - right
        if operator == "*":
            return left * right
        if operator == "/":
            return left / right
        if operator == "//":
            return left // right
        if operator == "%":
            return left % right
        return power(expression, left, right)
    except ZeroDivisionError:
        raise impossible(expression, "a division by zero") from None
    except OverflowError:
        raise impossible(expression, "the result is too large") from None


def power(expression: tree.Binary, base: int | float, exponent: int | float) -> int | float:
    """`base ** exponent`, refused before it is worked out where it would be too large."""
    if base < 0 and isinstance(exponent, float) and not exponent.is_integer():
        raise impossible(expression, "a root of a negative number")
    if abs(base) > 1 and exponent * log2(abs(base)) > 1000:
        raise impossible(expression, "the result is too large")
    made: int | float = base**exponent
    return made


def compare(
    expression: tree.Comparison, operator: str, left: Value, right: Value, count: Callable[[int], None]
) -> bool:
    """A comparison; `==` and `!=` of any values, the order of numbers, `in` of a list.

    `count` is told how many values are looked at, as it goes on.
    """
    if operator == "==":
        return same(left, right, count)
    if operator == "!=":
        return not same(left, right, count)
    if operator == "in":
        if not isinstance(right, tuple):
            raise wrong(expression, "`in` takes a list", f"this is {describe(right)}")
        return any(same(left, item, count) for item in right)
    if not (is_number(left) and is_number(right)):
        raise wrong(expression, f"`{operator}` takes numbers", f"{describe(left)} and {describe(right)}")
    assert isinstance(left, int | float)
    assert isinstance(right, int | float)
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator]


def same(left: Value, right: Value, count: Callable[[int], None]) -> bool:
    """Whether two values are the same; `true` is not 1, and two layers are the same by name and arguments.

    A list or layer may hold another many times, and be nested deeply: each pair of them is looked at once.
    """
    pending = [(left, right)]
    seen: set[tuple[int, int]] = set()
    while pending:
        a, b = pending.pop()
        if isinstance(a, tuple) and isinstance(b, tuple):
            if len(a) != len(b):
                return False
            pairs = list(zip(a, b, strict=True))
        elif isinstance(a, LayerValue) and isinstance(b, LayerValue):
            names = [[given.name for given in each.arguments] for each in (a, b)]
            if a.target is not b.target or names[0] != names[1]:
                return False
            pairs = [(x.value, y.value) for x, y in zip(a.arguments, b.arguments, strict=True)]
        elif isinstance(a, bool) != isinstance(b, bool) or a != b:
            return False
        else:
            continue
        if a is not b and (id(a), id(b)) not in seen:
            seen.add((id(a), id(b)))
            count(len(pairs))
            pending.extend(pairs)
    return True
