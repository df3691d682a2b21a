"""Compile-time control: `let`, `require`, `repeat`, `for`, `if`."""

from __future__ import annotations

from netdsl.checker.evaluate import evaluate, is_true
from netdsl.checker.frame import Binding
from netdsl.checker.functions import FLOWING, FUNCTIONS
from netdsl.checker.values import SilentError, describe, show
from netdsl.checker.wrong_values import integer_for
from netdsl.diagnostics.catalogue import names as name_codes
from netdsl.diagnostics.catalogue import values as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError, Edit, Fix, Label
from netdsl.layers.table import BUILT_IN
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdsl.checker.frame import Frame
    from netdsl.checker.values import Value


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


def define(name: tree.Name, value: Value | None, frame: Frame) -> None:
    """Give a name its value for the rest of its braces; a name in use is reported."""
    word = name.name
    existing = frame.scope.find(word)
    labels = (Label(existing.span, f"`{word}` is defined here"),) if existing else ()
    what = None
    if existing is not None:
        what = "a name in scope"
    elif word in FUNCTIONS or word in FLOWING:
        what = "built in"
    elif word in BUILT_IN:
        what = "a layer"
    if what is not None:
        frame.context.report(
            Diagnostic(
                name_codes.SHADOWED_NAME,
                f"`{word}` is already {what}",
                name.span,
                "defined again here",
                labels,
                help="choose another name; nothing is ever reassigned",
            )
        )
    frame.scope.names[word] = Binding(value, name.span)


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


def loop_values(
    statement: tree.Repeat | tree.For | tree.Comprehension, frame: Frame
) -> tuple[Value, ...] | range:
    """What a loop runs over; raises `DiagnosticError` where it can't be run over."""
    if isinstance(statement, tree.Repeat):
        count = evaluate(statement.count, frame)
        if isinstance(count, float):
            span = statement.count.span
            help, written = integer_for(span.text, count)
            raise DiagnosticError(
                Diagnostic(
                    codes.NOT_AN_INTEGER,
                    "`repeat` takes an integer",
                    span,
                    f"this is {describe(count)}",
                    help=help,
                    fix=Fix(f"write {written}", (Edit(span, written),)) if written else None,
                )
            )
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            raise cannot_repeat("`repeat` takes an integer of at least 0", statement.count, count)
        return range(count)
    values = evaluate(statement.values, frame)
    if not isinstance(values, tuple):
        raise cannot_repeat("`for` takes a list", statement.values, values)
    return values


def cannot_repeat(message: str, expression: tree.Expression, value: Value) -> DiagnosticError:
    """The error of a loop over something else."""
    help = (
        f"write range({value}) for {value} turns"
        if isinstance(value, int) and message.startswith("`for`")
        else None
    )
    return DiagnosticError(
        Diagnostic(codes.CANNOT_REPEAT, message, expression.span, f"this is {describe(value)}", help=help)
    )


def unpack(statement: tree.For | tree.Comprehension, value: Value, frame: Frame) -> None:
    """Give the loop's names their values of this turn."""
    names = statement.names
    if len(names) == 1:
        define(names[0], value, frame)
        return
    if not isinstance(value, tuple) or len(value) != len(names):
        what = f"{len(value)} values" if isinstance(value, tuple) else describe(value)
        frame.context.report(
            Diagnostic(
                codes.CANNOT_UNPACK,
                "values don't match the names",
                names[0].span.to(names[-1].span),
                f"{len(names)} names for {what}",
                (Label(statement.values.span, "an item of this list"),),
                help="for the index of each item, loop over enumerate(...)",
            )
        )
        value = ()
    for position, name in enumerate(names):
        define(name, value[position] if position < len(value) else None, frame)


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
