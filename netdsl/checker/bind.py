"""Arguments to options: by position or name, of the right kind, each once."""

from __future__ import annotations

import re

from netdsl.checker.values import Given, LayerValue, SilentError, describe, show
from netdsl.diagnostics.catalogue import names as codes
from netdsl.diagnostics.catalogue import values as value_codes
from netdsl.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label
from netdsl.diagnostics.suggest import closest
from netdsl.layers.declaration import Arguments, Declaration, Option
from netdsl.layers.kinds import LARGEST, Accepted, Integer, Size, UnfitError, words_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netdsl.checker.context import Context
    from netdsl.checker.frame import Scope
    from netdsl.checker.values import Template
    from netdsl.diagnostics.span import Span
    from netdsl.syntax import tree

NUMBER_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def match_arguments(
    context: Context,
    what: str,
    order: Sequence[str],
    names: Sequence[str],
    given: Sequence[Given],
    by_position: int,
) -> dict[str, Given]:
    """Arguments by option. `order` are the options by position, of which `by_position` may be used so.

    A layer that is a value may bring named arguments along, which stand
    before those by position and take no place. Reports unknown, doubled and
    superfluous ones, and raises `SilentError` if there were any.
    """
    found: dict[str, Given] = {}
    surplus: list[Given] = []
    failed = False
    position = -1
    for argument in given:
        position += argument.name is None
        if argument.name is None and position >= by_position:
            surplus.append(argument)
            continue
        name = argument.name if argument.name is not None else order[position]
        if name not in names:
            context.report(unknown_option(what, argument, name, names))
            failed = True
        elif name in found:
            context.report(
                Diagnostic(
                    codes.DOUBLED_ARGUMENT,
                    f"`{name}` is given twice",
                    argument.name_span or argument.span,
                    "given again here",
                    (Label(found[name].span, f"`{name}` is this"),),
                )
            )
            failed = True
        else:
            found[name] = argument
    for each in too_many(what, surplus, order, names, by_position):
        context.report(each)
    if failed or surplus:
        raise SilentError
    return found


def too_many(
    what: str, surplus: Sequence[Given], order: Sequence[str], names: Sequence[str], by_position: int
) -> Iterator[Diagnostic]:
    """An error for each argument that must be named, and one for all that no option is left for."""
    rest = [name for name in names if name not in order[:by_position]]
    count = {0: "no argument", 1: "one argument"}.get(by_position, f"{by_position} arguments")
    message = f"`{what}` takes {count} by position"
    listed = ", ".join(rest[:4]) + (", ..." if len(rest) > 4 else "")
    for name, argument in zip(rest, surplus, strict=False):
        help_text = f"give its name: {name}={show(argument.value)}; the options are {listed}"
        yield Diagnostic(
            codes.TOO_MANY_ARGUMENTS, message, argument.span, "which option is this?", help=help_text
        )
    if left := surplus[len(rest) :]:
        yield Diagnostic(codes.TOO_MANY_ARGUMENTS, message, left[0].span.to(left[-1].span), "takes no more")


def unknown_option(what: str, argument: Given, name: str, names: Sequence[str]) -> Diagnostic:
    """The error of a name that is no option."""
    meant = closest(
        name, names, {"kernel": "kernel_size", "channels": "out_channels", "features": "out_features"}
    )
    meant = meant if meant in names else None
    span = argument.name_span or argument.span
    known = ", ".join(names) if names else "none"
    return Diagnostic(
        codes.UNKNOWN_OPTION,
        f"`{what}` has no option `{name}`",
        span,
        f"did you mean `{meant}`?" if meant else "not an option",
        help=None if meant else f"its options are: {known}",
        fix=Fix(f"write `{meant}`", (Edit(span, meant),), safe=True) if meant else None,
    )


def report_unknown_options(
    arguments: tuple[tree.Argument, ...], context: Context, target: Declaration | Template | None
) -> None:
    """Report misspelt options of a call whose values are not all known: they are mistakes of their own."""
    if isinstance(target, Declaration):
        what, names = target.name, [option.name for option in target.options]
    elif target is not None and target.definition.base is None:
        what, names = target.name, [each.name.name for each in target.definition.parameters]
    else:
        return
    for argument in arguments:
        name = argument.name
        if name is not None and name.name not in names:
            given = Given(name.name, name.span, 0, argument.value.span)
            context.report(unknown_option(what, given, name.name, names))


def bind_layer(
    context: Context,
    declaration: Declaration,
    given: Sequence[Given],
    span: Span,
    rank: int | None,
    scope: Scope,
) -> tuple[Arguments, dict[str, Given]]:
    """The values of all options of a layer, and the arguments they came from.

    `rank` is the number of spatial axes of what flows in, None if unknown.
    Reports every mistake and raises `SilentError` if there was one.
    """
    names = [option.name for option in declaration.options]
    by_position = len(declaration.positional)
    found = match_arguments(context, declaration.name, declaration.positional, names, given, by_position)
    values: dict[str, Accepted] = {}
    failed = False
    for option in declaration.options:
        argument = found.get(option.name)
        if argument is None:
            if option.is_required:
                context.report(missing(declaration, option, span))
                failed = True
                continue
            values[option.name] = spread(option, rank)
            continue
        try:
            values[option.name] = option.kind.accept(argument.value, rank)
        except UnfitError as error:
            origins = bindings_in(argument.span, scope) if argument.span.is_inside(span) else ()
            context.report(unfit(option, argument, str(error), origins))
            failed = True
    if failed:
        raise SilentError
    return Arguments(declaration, values, frozenset(found)), found


def spread(option: Option, rank: int | None) -> Accepted:
    """The default, a size given once for each spatial axis."""
    default = option.default
    assert default is None or isinstance(default, int | float | bool | str | tuple)
    if isinstance(default, tuple) and len(default) == 1:
        return default * (rank or 1)
    return default


def missing(declaration: Declaration, option: Option, span: Span) -> Diagnostic:
    """The error of a required option that is not given."""
    return Diagnostic(
        codes.MISSING_ARGUMENT,
        f"`{declaration.name}` needs `{option.name}`",
        span,
        f"{option.doc} is missing" if option.doc else "missing here",
        help="for example: " + declaration.example.splitlines()[-1],
    )


def bindings_in(span: Span, scope: Scope) -> tuple[Label, ...]:
    """Where the names of an expression got their values."""
    labels: list[Label] = []
    for word in dict.fromkeys(re.findall(r"[A-Za-z_]\w*", span.text)):
        binding = scope.find(word)
        if binding is not None and binding.value is not None:
            labels.append(Label(binding.span, f"`{word}` is {show(binding.value)}"))
    return tuple(labels[:2])


def unfit(option: Option, argument: Given, wanted: str, origins: tuple[Label, ...]) -> Diagnostic:
    """The error of a value that its option does not take, with the value that was probably meant."""
    value = argument.value
    replacement = probably_meant(option, argument)
    fix = Fix(f"write {replacement}", (Edit(argument.span, replacement),)) if replacement else None
    code = codes.WRONG_VALUE
    help = f"write {replacement}" if replacement else None
    if isinstance(value, float) and isinstance(option.kind, Integer | Size):
        code = value_codes.NOT_AN_INTEGER
        help = "divide by `//` for an integer" if "/" in argument.span.text else help
        fix = divide_by_integer(argument) or fix
    return Diagnostic(
        code,
        f"`{option.name}` must be {wanted}",
        argument.span,
        f"this is {describe(value)}",
        origins,
        help=help,
        fix=fix,
    )


def divide_by_integer(argument: Given) -> Fix | None:
    """The fix of the only `/` of an expression."""
    text = argument.span.text
    if text.count("/") != 1:
        return None
    return Fix("divide by `//`", (Edit(argument.span, text.replace("/", "//")),))


def probably_meant(option: Option, argument: Given) -> str | None:
    """What to write instead, if the option takes it: a number for its name, a choice for its misspelling."""
    value = argument.value
    if isinstance(value, str):
        if value.lower() in NUMBER_WORDS and takes(option, NUMBER_WORDS.index(value.lower())):
            return str(NUMBER_WORDS.index(value.lower()))
        if value.strip().isdecimal() and len(value) < 10 and takes(option, int(value)):
            return str(int(value))
        meant = closest(value, words_of(option.kind))
        if meant is not None:
            return meant if meant.isidentifier() else f'"{meant}"'
    if isinstance(value, LayerValue) and not value.arguments:
        return closest(value.name, words_of(option.kind))
    if isinstance(value, float) and value.is_integer() and abs(value) < LARGEST and takes(option, int(value)):
        return str(int(value))
    return None


def takes(option: Option, value: int) -> bool:
    """Whether an option takes this number."""
    try:
        option.kind.accept(value, None)
    except UnfitError:
        return False
    return True
