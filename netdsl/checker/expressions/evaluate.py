"""Expressions to values."""

from __future__ import annotations

from functools import partial

from netdsl.checker.expressions.calls import call
from netdsl.checker.expressions.lookup import lookup
from netdsl.checker.expressions.operators import apply_binary, apply_unary, compare
from netdsl.checker.scope.values import describe
from netdsl.diagnostics.catalogue import values as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.scope.frame import Frame
    from netdsl.checker.scope.values import Value


def evaluate(expression: tree.Expression, frame: Frame, choices: tuple[str, ...] = ()) -> Value:
    """The value of an expression in a frame.

    `choices` are the bare words that the option takes in which it stands.
    Raises `DiagnosticError` where there is no value, and `SilentError`
    where it depends on something already reported.
    """
    frame.context.count_evaluation(expression.span)
    match expression:
        case tree.Literal(value=value):
            return literal(expression, value)
        case tree.Name():
            return lookup(expression, frame, choices)
        case tree.Sequence(items=items):
            frame.context.count_evaluation(expression.span, len(items))
            return tuple(evaluate(item, frame, choices) for item in items)
        case tree.Call():
            return call(expression, frame)
        case tree.Conditional(condition=condition, then=then, otherwise=otherwise):
            chosen = then if is_true(condition, frame) else otherwise
            return evaluate(chosen, frame, choices)
        case tree.Binary(operator="and" | "or" as operator, left=left, right=right):
            first = is_true(left, frame)
            return first if first == (operator == "or") else is_true(right, frame)
        case tree.Binary(operator=operator, left=left, right=right):
            made = apply_binary(expression, evaluate(left, frame), evaluate(right, frame))
            if isinstance(made, tuple):
                frame.context.count_evaluation(expression.span, len(made))
            return made
        case tree.Unary(operator="not", operand=operand):
            return not is_true(operand, frame)
        case tree.Unary(operand=operand):
            return apply_unary(expression, evaluate(operand, frame))
        case tree.Comparison(first=first_expression, rest=rest):
            left_value = evaluate(first_expression, frame)
            count = partial(frame.context.count_evaluation, expression.span)
            for operator, right_expression in rest:
                right_value = evaluate(right_expression, frame)
                if isinstance(right_value, tuple):
                    frame.context.count_evaluation(expression.span, len(right_value))
                if not compare(expression, operator, left_value, right_value, count):
                    return False
                left_value = right_value
            return True
        case tree.Index() | tree.Slice() | tree.Comprehension():
            from netdsl.checker.expressions.lists import list_value

            return list_value(expression, frame)
    raise AssertionError(expression)


def literal(expression: tree.Expression, value: object) -> Value:
    """A literal's value; a number beyond all floats has none."""
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        raise DiagnosticError(
            Diagnostic(codes.ARITHMETIC, "number too large", expression.span, "larger than any number")
        )
    return value  # type: ignore[return-value]


def is_true(expression: tree.Expression, frame: Frame) -> bool:
    """The value of a condition; raises `DiagnosticError` where it is none."""
    value = evaluate(expression, frame)
    if not isinstance(value, bool):
        hint = "compare it: `... > 0`, `... != 0`" if isinstance(value, int | float) else None
        raise DiagnosticError(
            Diagnostic(
                codes.NOT_A_CONDITION,
                "a condition is `true` or `false`",
                expression.span,
                f"this is {describe(value)}",
                help=hint,
            )
        )
    return value
