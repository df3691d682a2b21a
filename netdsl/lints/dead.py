"""A lint about statements that never run, whatever the parameters are."""

from __future__ import annotations

from netdsl.checker.expressions.evaluate import evaluate
from netdsl.checker.scope.builder import ScopeBuilder
from netdsl.checker.scope.context import Context, TooBigError
from netdsl.checker.scope.frame import Binding, Frame, Scope
from netdsl.checker.scope.values import SilentError
from netdsl.diagnostics.catalogue import lint_order as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError, Label
from netdsl.lints.declaration import FileLint
from netdsl.lints.walk import used_names
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdsl.checker.scope.module import Module
    from netdsl.checker.scope.values import Value
    from netdsl.diagnostics.span import Span


def dead_branches(module: Module) -> Iterator[Diagnostic]:
    """Braces that are never chosen."""
    frame = Frame(Context(), module, Scope(), ScopeBuilder(), None)
    for definition in module.file.definitions:
        if definition.body is not None:
            # What a parameter or a loop gives differs from use to use.
            unknown = {parameter.name.name for parameter in definition.parameters}
            yield from in_body(definition.body, unknown, frame)


def in_body(body: tree.Body, unknown: set[str], around: Frame) -> Iterator[Diagnostic]:
    """Those of a body; its `let`s that are the same for every use are known in it."""
    frame, unknown = around.inner(), set(unknown)
    for statement in body.statements:
        if isinstance(statement, tree.Let):
            value = constant(statement.value, unknown, frame)
            if value is None:
                unknown.add(statement.name.name)
            else:
                frame.scope.names[statement.name.name] = Binding(value, statement.name.span)
        elif isinstance(statement, tree.If):
            yield from in_arms(statement, unknown, frame)
        elif isinstance(statement, tree.Repeat) and constant(statement.count, unknown, frame) == 0:
            yield never(statement.count.span, "repeats nothing")
        elif isinstance(statement, tree.For) and constant(statement.values, unknown, frame) == ():
            yield never(statement.values.span, "there is nothing in it")
        inside = unknown | names_of(statement)
        for nested in nested_bodies(statement):
            yield from in_body(nested, inside, frame)


def names_of(statement: tree.Statement) -> set[str]:
    """The names that a loop gives."""
    return {name.name for name in statement.names} if isinstance(statement, tree.For) else set()


def nested_bodies(statement: tree.Statement) -> list[tree.Body]:
    """The braces directly in a statement."""
    if isinstance(statement, tree.If):
        return [
            *(body for _, body in statement.arms),
            *([statement.otherwise] if statement.otherwise else []),
        ]
    if isinstance(statement, tree.Chain):
        return [body for step in statement.steps for body in (step.body, step.shortcut) if body is not None]
    if isinstance(statement, tree.Repeat | tree.For | tree.Branch | tree.Output):
        return [statement.body]
    return []


def in_arms(statement: tree.If, unknown: set[str], frame: Frame) -> Iterator[Diagnostic]:
    """The arms of one `if` that are never chosen."""
    seen: dict[str, Span] = {}
    decided: Span | None = None
    for condition, _ in statement.arms:
        text = condition.span.text
        if decided is not None:
            yield never(condition.span, "is never asked for", Label(decided, "this always holds"))
            continue
        if text in seen:
            yield never(condition.span, "this has been asked before", Label(seen[text], "here"))
        seen[text] = condition.span
        value = constant(condition, unknown, frame)
        if value is False:
            yield never(condition.span, "this never holds")
        elif value is True:
            decided = condition.span
    if decided is not None and statement.otherwise is not None:
        opening = statement.otherwise.span.replace(end=statement.otherwise.span.start + 1)
        yield never(opening, "never chosen", Label(decided, "this always holds"))


def never(span: Span, label: str, *labels: Label) -> Diagnostic:
    """The finding at a condition, or at an opening brace."""
    help = "leave the statements out, or make the condition depend on a parameter"
    return Diagnostic(codes.DEAD_BRANCH, "statements that never run", span, label, labels, help)


def constant(expression: tree.Expression, unknown: set[str], frame: Frame) -> Value | None:
    """The value of an expression that is the same for every use; None for others."""
    if used_names(expression) & unknown:
        return None
    try:
        return evaluate(expression, frame)
    except (DiagnosticError, SilentError, TooBigError):
        return None


LINTS = (FileLint(codes.DEAD_BRANCH, True, dead_branches),)
