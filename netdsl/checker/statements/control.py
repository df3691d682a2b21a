"""Compile-time control: `let`, `require`, `repeat`, `for`, `if`."""

from __future__ import annotations

from netdsl.checker.expressions.evaluate import evaluate, is_true
from netdsl.checker.expressions.loops import define, loop_values, unpack
from netdsl.checker.scope.values import SilentError, show
from netdsl.diagnostics.catalogue import values as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError, Label
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdsl.checker.scope.frame import Frame
    from netdsl.checker.scope.values import Value


def run_definition(statement: tree.Statement, frame: Frame) -> bool:
    """Run a `let` or a `require`; False where the statement is neither."""
    if isinstance(statement, tree.Let):
        value: Value | None = None
        try:
            value = evaluate(statement.value, frame)
        except (DiagnosticError, SilentError) as error:
            frame.context.caught(error)
        define(statement.name, value, frame)
        return True
    if isinstance(statement, tree.Require):
        try:
            check_requirement(statement, frame)
        except (DiagnosticError, SilentError) as error:
            frame.context.caught(error)
        return True
    return False


def check_requirement(statement: tree.Require, frame: Frame) -> None:
    """Raise `DiagnosticError` where a `require` does not hold."""
    if is_true(statement.condition, frame):
        return
    message: Value = "a requirement does not hold"
    if statement.message is not None:
        message = evaluate(statement.message, frame)
    text = message if isinstance(message, str) else show(message)
    labels = []
    for name in names_in(statement.condition):
        binding = frame.scope.find(name)
        if binding is not None and binding.value is not None:
            labels.append(Label(binding.span, f"`{name}` is {show(binding.value)}"))
    here = Label(statement.condition.span, "this does not hold")
    outside = next((each for each in labels if each.span.source is not frame.module.source), None)
    if outside is not None:
        raise DiagnosticError(Diagnostic(codes.REQUIRE_FAILED, text, outside.span, outside.text, (here,)))
    raise DiagnosticError(Diagnostic(codes.REQUIRE_FAILED, text, here.span, here.text, tuple(labels[:2])))


def names_in(expression: tree.Expression) -> list[str]:
    """The bare words of an expression, in order."""
    match expression:
        case tree.Name(name=name):
            return [name]
        case tree.Unary(operand=operand):
            return names_in(operand)
        case tree.Binary(left=left, right=right):
            return names_in(left) + names_in(right)
        case tree.Comparison(first=first, rest=rest):
            return names_in(first) + [name for _, value in rest for name in names_in(value)]
        case tree.Call(arguments=arguments):
            return [name for each in arguments for name in names_in(each.value)]
        case tree.Index(value=value) | tree.Slice(value=value):
            return names_in(value)
        case tree.Comprehension(values=values):
            return names_in(values)
        case tree.Sequence(items=items):
            return [name for each in items for name in names_in(each)]
        case tree.Conditional(condition=condition, then=then, otherwise=otherwise):
            return names_in(condition) + names_in(then) + names_in(otherwise)
    return []


def turns(statement: tree.Repeat | tree.For, frame: Frame) -> Iterator[Frame]:
    """A frame for each turn of a loop; one, with unknown names, where the count is unknown."""
    try:
        values = loop_values(statement, frame)
    except (DiagnosticError, SilentError) as error:
        frame.context.caught(error)
        if frame.flow is not None:
            frame.flow = frame.flow.replace(type=None)
        turn = frame.inner(1, loop=statement.body.span)
        for name in statement.names if isinstance(statement, tree.For) else ():
            define(name, None, turn)
        yield turn
        return
    for number, value in enumerate(values, 1):
        frame.context.count_step(statement.span)
        turn = frame.inner(number, loop=statement.body.span)
        if isinstance(statement, tree.For):
            unpack(statement, value, turn)
        yield turn


def chosen_bodies(statement: tree.If, frame: Frame) -> list[tree.Body]:
    """The body that an `if` chooses; all of them where a condition is unknown."""
    for position, (condition, body) in enumerate(statement.arms):
        try:
            if is_true(condition, frame):
                return [body]
        except (DiagnosticError, SilentError) as error:
            frame.context.caught(error)
            if frame.flow is not None:
                frame.flow = frame.flow.replace(type=None)
            rest = [arm for _, arm in statement.arms[position:]]
            return [*rest, statement.otherwise] if statement.otherwise else rest
    return [statement.otherwise] if statement.otherwise else []
