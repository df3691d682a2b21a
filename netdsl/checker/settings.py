"""Settings: values that the command line, or Python, gives to a net's parameters."""

from __future__ import annotations

from netdsl.checker.expressions.evaluate import evaluate
from netdsl.checker.scope.values import Given, SilentError
from netdsl.checker.statements.templates import parameter_names, root_of
from netdsl.diagnostics.catalogue import names as name_codes
from netdsl.diagnostics.diagnostic import Diagnostic
from netdsl.diagnostics.span import COMMAND_LINE, Source, Span
from netdsl.diagnostics.suggest import closest
from netdsl.syntax.parser import parse_expression

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdsl.checker.scope.frame import Frame
    from netdsl.checker.scope.values import Template


def read_settings(template: Template, settings: Mapping[str, str], frame: Frame) -> tuple[Given, ...]:
    """The values of settings; mistakes point at the command line."""
    known = parameter_names(root_of(template))
    given: list[Given] = []
    failed = False
    for name, text in settings.items():
        source = Source(COMMAND_LINE, f"{name}={text}")
        span = Span(source, 0, len(name))
        if name not in known:
            frame.context.report(unknown_setting(template, name, known, span))
            failed = True
            continue
        expression, diagnostics = parse_expression(source, len(name) + 1)
        for each in diagnostics:
            frame.context.report(each)
        if expression is None:
            failed = True
            continue
        value = evaluate(expression, frame)
        given.append(Given(name, span, value, expression.span))
    if failed:
        raise SilentError
    return tuple(given)


def unknown_setting(template: Template, name: str, known: list[str], span: Span) -> Diagnostic:
    """The error of a setting of no parameter."""
    meant = closest(name, known)
    listed = ", ".join(known) if known else "none"
    return Diagnostic(
        name_codes.UNKNOWN_SETTING,
        f"`{template.name}` has no parameter `{name}`",
        span,
        f"did you mean `{meant}`?" if meant else "not a parameter",
        help=f"its parameters are: {listed}",
    )
