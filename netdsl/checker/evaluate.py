"""Expressions to values."""

from __future__ import annotations

from netdsl.checker.bind import report_unknown_options
from netdsl.checker.functions import FLOWING, FUNCTIONS, MisuseError
from netdsl.checker.operators import apply_binary, apply_unary, compare
from netdsl.checker.values import Given, LayerValue, SilentError, describe, show
from netdsl.diagnostics.catalogue import names as name_codes
from netdsl.diagnostics.catalogue import values as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError, Edit, Fix, Label
from netdsl.diagnostics.suggest import closest
from netdsl.layers.declaration import Declaration
from netdsl.layers.kinds import Word, words_of
from netdsl.layers.table import BUILT_IN, installed
from netdsl.layers.tensor import MAP
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.frame import Frame
    from netdsl.checker.values import Template, Value
    from netdsl.diagnostics.span import Span


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
            for operator, right_expression in rest:
                right_value = evaluate(right_expression, frame)
                if isinstance(right_value, tuple):
                    frame.context.count_evaluation(expression.span, len(right_value))
                if not compare(expression, operator, left_value, right_value):
                    return False
                left_value = right_value
            return True
        case tree.Index():
            return index(expression, frame)
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


def lookup(name: tree.Name, frame: Frame, choices: tuple[str, ...]) -> Value:
    """A bare word: a `let` or parameter, what flows in, a choice of the option, or a layer."""
    word = name.name
    binding = frame.scope.find(word)
    if binding is not None:
        if word in choices:
            raise DiagnosticError(
                Diagnostic(
                    name_codes.AMBIGUOUS_WORD,
                    f"`{word}` means two things here",
                    name.span,
                    f"a choice of this option, and a name whose value is {show_binding(binding.value)}",
                    (Label(binding.span, f"`{word}` is defined here"),),
                    help=f'rename one, or write the choice as a string: "{word}"',
                )
            )
        if binding.value is None:
            raise SilentError
        return binding.value
    if word in FLOWING:
        return flowing(name, frame)
    if word in choices:
        return Word(word)
    target = find_layer(word, frame)
    if target is not None:
        return LayerValue(target, (), name.span)
    raise unknown_name(name, frame, choices)


def show_binding(value: Value | None) -> str:
    """A binding's value in a message."""
    return "unknown" if value is None else show(value)


def find_layer(word: str, frame: Frame) -> Declaration | Template | None:
    """The layer of this name, or the block or net that the file sees."""
    return BUILT_IN.get(word) or frame.module.names.get(word) or installed_layer(word)


def installed_layer(word: str) -> Declaration | None:
    """A layer of an installed package; its names are lower case, as the built-in ones."""
    return installed().get(word) if word[:1].islower() else None


def flowing(name: tree.Name, frame: Frame) -> Value:
    """`in_channels`, `in_features` or `in_shape`."""
    flow = frame.flow
    if flow is None:
        raise DiagnosticError(
            Diagnostic(
                codes.NO_INPUT_YET, "nothing flows in here", name.span, "stands before the `input` statement"
            )
        )
    if flow.type is None:
        raise SilentError
    if name.name == "in_channels":
        return flow.type.channels
    if name.name == "in_shape":
        return flow.type.shape
    return flow.type.size if flow.type.layout == MAP else flow.type.channels


def unknown_name(name: tree.Name, frame: Frame, choices: tuple[str, ...]) -> DiagnosticError:
    """The error of a word that means nothing here, with what was probably meant."""
    word = name.name
    if word in FUNCTIONS:
        return DiagnosticError(
            Diagnostic(
                name_codes.UNKNOWN_NAME,
                f"`{word}` is a function",
                name.span,
                f"call it: {FUNCTIONS[word].signature}",
            )
        )
    known = [*choices, *frame.scope.all_names(), *FLOWING, *BUILT_IN, *frame.module.names]
    meant = closest(word, known)
    help = f"did you mean `{meant}`?" if meant else None
    if frame.scope.find_label(word) is not None:
        help = f"`{word}` is a label; only a merge takes it: add({word}), concat({word})"
    elif choices and not meant:
        help = "this option takes " + ", ".join(f"`{choice}`" for choice in choices)
    fix = Fix(f"write `{meant}`", (Edit(name.span, meant),)) if meant else None
    return DiagnosticError(
        Diagnostic(
            name_codes.UNKNOWN_NAME,
            f"`{word}` is not defined here",
            name.span,
            "no parameter, `let`, layer or choice of this name",
            help=help,
            fix=fix,
        )
    )


def call(expression: tree.Call, frame: Frame) -> Value:
    """A function's value, or a layer with arguments."""
    word = expression.name.name
    binding = frame.scope.find(word)
    if binding is None and word in FUNCTIONS:
        return call_function(expression, frame)
    if binding is not None:
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
    target = find_layer(word, frame)
    if target is None:
        meant = closest(word, [*FUNCTIONS, *BUILT_IN, *frame.module.names])
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
    return made


def index(expression: tree.Index, frame: Frame) -> Value:
    """`values[index]`."""
    values, position = evaluate(expression.value, frame), evaluate(expression.index, frame)
    if not isinstance(values, tuple):
        raise DiagnosticError(
            Diagnostic(
                codes.WRONG_TYPE,
                "only a list has items",
                expression.value.span,
                f"this is {describe(values)}",
            )
        )
    if not isinstance(position, int) or isinstance(position, bool):
        raise DiagnosticError(
            Diagnostic(
                codes.WRONG_TYPE,
                "an index is an integer",
                expression.index.span,
                f"this is {describe(position)}",
            )
        )
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


def evaluate_arguments(
    arguments: tuple[tree.Argument, ...], frame: Frame, target: Declaration | Template | None
) -> tuple[Given, ...]:
    """The values of a call's arguments; bare words are choices where the layer's option has them.

    Every argument is looked at, so that each mistake is reported; raises
    `SilentError` behind the last where there was one.
    """
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
