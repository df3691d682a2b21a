"""Expressions about lists: an item, a slice, and a list made of another one."""

from __future__ import annotations

from netdsl.checker.expressions.evaluate import evaluate
from netdsl.checker.expressions.loops import loop_values, unpack
from netdsl.checker.scope.values import describe
from netdsl.diagnostics.catalogue import values as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.scope.frame import Frame
    from netdsl.checker.scope.values import Value


def list_value(expression: tree.Index | tree.Slice | tree.Comprehension, frame: Frame) -> Value:
    """The value of an expression that takes a list; raises `DiagnosticError` where there is none."""
    match expression:
        case tree.Index():
            return index(expression, frame)
        case tree.Slice():
            return slice_(expression, frame)
        case tree.Comprehension():
            return comprehension(expression, frame)


def index(expression: tree.Index, frame: Frame) -> Value:
    """`values[index]`."""
    values = list_of(expression.value, frame)
    position = position_of(expression.index, frame)
    if not -len(values) <= position < len(values):
        raise DiagnosticError(
            Diagnostic(
                codes.BAD_INDEX,
                "index outside the list",
                expression.index.span,
                f"index {position} of a list of {len(values)}",
            )
        )
    return values[position]


def slice_(expression: tree.Slice, frame: Frame) -> Value:
    """`values[start:end]`; ends outside the list are cut off, as in Python."""
    values = list_of(expression.value, frame)
    start = position_of(expression.start, frame) if expression.start is not None else None
    end = position_of(expression.end, frame) if expression.end is not None else None
    made = values[start:end]
    frame.context.count_evaluation(expression.span, len(made))
    return made


def comprehension(expression: tree.Comprehension, frame: Frame) -> Value:
    """`[item for names in values]`: the item for each turn of a loop."""
    made = []
    for value in loop_values(expression, frame):
        turn = frame.inner()
        unpack(expression, value, turn)
        made.append(evaluate(expression.item, turn))
    return tuple(made)


def list_of(expression: tree.Expression, frame: Frame) -> tuple[Value, ...]:
    """The value of what stands before `[`; raises `DiagnosticError` where it is no list."""
    values = evaluate(expression, frame)
    if not isinstance(values, tuple):
        raise wrong(expression, "only a list has items", values)
    return values


def position_of(expression: tree.Expression, frame: Frame) -> int:
    """The value of an index; raises `DiagnosticError` where it is no integer."""
    position = evaluate(expression, frame)
    if not isinstance(position, int) or isinstance(position, bool):
        raise wrong(expression, "an index is an integer", position)
    return position


def wrong(expression: tree.Expression, message: str, value: Value) -> DiagnosticError:
    """The error of a value of another type."""
    label = f"this is {describe(value)}"
    return DiagnosticError(Diagnostic(codes.WRONG_TYPE, message, expression.span, label))
