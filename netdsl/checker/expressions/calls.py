"""Calls in expressions: functions, and layers with arguments.

Arguments are expressions and expressions hold calls, so this module and
`evaluate` need each other; it imports that one when it runs.
"""

from __future__ import annotations

from netdsl.checker.advice.wrong_options import option_names, report_unknown_options
from netdsl.checker.expressions.functions import FUNCTIONS, MisuseError
from netdsl.checker.expressions.lookup import find_layer, may_be_used, show_binding
from netdsl.checker.expressions.operators import bounded
from netdsl.checker.scope.values import Given, LayerValue, SilentError
from netdsl.diagnostics.catalogue import names as name_codes
from netdsl.diagnostics.catalogue import values as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError, Edit, Fix, Label
from netdsl.diagnostics.suggest import closest
from netdsl.layers.declaration import Declaration
from netdsl.layers.kinds import words_of
from netdsl.layers.table import BUILT_IN
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.scope.frame import Frame
    from netdsl.checker.scope.values import Template, Value
    from netdsl.diagnostics.span import Span


def call(expression: tree.Call, frame: Frame) -> Value:
    """A function's value, or a layer with arguments."""
    word = expression.name.name
    binding = frame.scope.find(word)
    # A name that takes a function's or layer's has been reported.
    is_taken = binding is not None and not isinstance(binding.value, LayerValue)
    if word in FUNCTIONS and (binding is None or is_taken):
        return call_function(expression, frame)
    if binding is not None and not (is_taken and word in BUILT_IN):
        value = frame.lookup(word)
        if not isinstance(value, LayerValue):
            raise DiagnosticError(
                Diagnostic(
                    name_codes.NOT_A_LAYER,
                    f"`{word}` can't be called",
                    expression.name.span,
                    f"its value is {show_binding(value)}",
                    (Label(binding.span, "which it got here"),),
                )
            )
        arguments = evaluate_arguments(expression.arguments, frame, value.target)
        return value.replace(arguments=(*value.arguments, *arguments), span=expression.span)
    target = find_layer(expression.name, frame)
    if target is None:
        meant = closest(word, [*FUNCTIONS, *BUILT_IN, *frame.module.names])
        if may_be_used(word, frame) and meant not in BUILT_IN:
            raise SilentError
        raise DiagnosticError(
            Diagnostic(
                name_codes.UNKNOWN_NAME,
                f"no function or layer `{word}`",
                expression.name.span,
                "not defined",
                help=f"did you mean `{meant}`?" if meant else None,
                fix=Fix(f"write `{meant}`", (Edit(expression.name.span, meant),)) if meant else None,
            )
        )
    return LayerValue(target, evaluate_arguments(expression.arguments, frame, target), expression.span)


def call_function(expression: tree.Call, frame: Frame) -> Value:
    """The value of a built-in function; raises `DiagnosticError` where the arguments don't fit."""
    from netdsl.checker.expressions.evaluate import evaluate

    function = FUNCTIONS[expression.name.name]
    arguments = []
    for argument in expression.arguments:
        if argument.name is not None:
            raise DiagnosticError(
                Diagnostic(
                    name_codes.UNKNOWN_OPTION,
                    f"`{function.name}` takes no named arguments",
                    argument.name.span,
                    function.signature,
                )
            )
        arguments.append(evaluate(argument.value, frame))
    frame.context.count_evaluation(
        expression.span, sum(len(each) for each in arguments if isinstance(each, tuple))
    )
    try:
        made = function.call(tuple(arguments))
    except (MisuseError, OverflowError, IndexError) as error:
        reason = str(error) if isinstance(error, MisuseError) else "takes smaller numbers"
        raise DiagnosticError(
            Diagnostic(
                codes.WRONG_TYPE,
                f"`{function.name}` {reason}",
                expression.span,
                f"{function.signature}: {function.doc}",
            )
        ) from None
    if isinstance(made, tuple):
        frame.context.count_evaluation(expression.span, len(made))
    return bounded(expression, made)


def evaluate_arguments(
    arguments: tuple[tree.Argument, ...], frame: Frame, target: Declaration | Template | None
) -> tuple[Given, ...]:
    """The values of a call's arguments; bare words are choices where the layer's option has them.

    Every argument is looked at, so that each mistake is reported; raises
    `SilentError` after the last where there was one.
    """
    from netdsl.checker.expressions.evaluate import evaluate

    given: list[Given] = []
    failed = False
    named: Span | None = None
    for position, argument in enumerate(arguments):
        if argument.name is not None:
            named = named or argument.name.span
        elif named is not None:
            frame.context.report(
                Diagnostic(
                    name_codes.POSITIONAL_AFTER_NAMED,
                    "positional argument after a named one",
                    argument.span,
                    "give its name",
                    (Label(named, "named arguments begin here"),),
                )
            )
            failed = True
            continue
        choices = choices_of(target, argument, position)
        try:
            value = evaluate(argument.value, frame, choices)
        except (DiagnosticError, SilentError) as error:
            if not is_word_of_unknown_option(error, argument, target):
                frame.context.caught(error)
            failed = True
            continue
        name = argument.name
        word, place = (name.name, name.span) if name is not None else (None, None)
        given.append(Given(word, place, value, argument.value.span))
    if failed:
        report_unknown_options(arguments, frame.context, target)
        raise SilentError
    return tuple(given)


def is_word_of_unknown_option(
    error: DiagnosticError | SilentError, argument: tree.Argument, target: Declaration | Template | None
) -> bool:
    """Whether a word is unknown since its option is, which is reported: it may be one of that's choices."""
    known = option_names(target)
    is_unknown = known is not None and argument.name is not None and argument.name.name not in known
    is_word = isinstance(error, DiagnosticError) and error.diagnostic.code is name_codes.UNKNOWN_NAME
    return is_unknown and is_word


def choices_of(
    target: Declaration | Template | None, argument: tree.Argument, position: int
) -> tuple[str, ...]:
    """The bare words that the option of an argument takes."""
    if not isinstance(target, Declaration):
        return ()
    if argument.name is not None:
        option = target.option(argument.name.name)
    else:
        option = target.option(target.positional[position]) if position < len(target.positional) else None
    return words_of(option.kind) if option else ()
