"""What loops run over, in statements and in lists, and the names of their turns."""

from __future__ import annotations

from netdsl.checker.advice.wrong_values import integer_for
from netdsl.checker.expressions.evaluate import evaluate
from netdsl.checker.expressions.functions import FLOWING, FUNCTIONS
from netdsl.checker.scope.frame import Binding
from netdsl.checker.scope.values import describe
from netdsl.diagnostics.catalogue import names as name_codes
from netdsl.diagnostics.catalogue import values as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError, Edit, Fix, Label
from netdsl.layers.table import BUILT_IN
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.scope.frame import Frame
    from netdsl.checker.scope.values import Value


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
