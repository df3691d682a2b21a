"""Arguments to options: by position or name, of the right kind, each once."""

from __future__ import annotations

import re

from netdsl.checker.advice.wrong_options import inferred, options_given, too_many, unknown_option
from netdsl.checker.advice.wrong_values import unfit
from netdsl.checker.scope.values import Given, SilentError, show
from netdsl.diagnostics.catalogue import names as codes
from netdsl.diagnostics.diagnostic import Diagnostic, Label
from netdsl.layers.arguments import Arguments
from netdsl.layers.declaration import Declaration, Option
from netdsl.layers.kinds import Accepted, UnfitError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdsl.checker.scope.context import Context
    from netdsl.checker.scope.frame import Scope
    from netdsl.diagnostics.span import Span


def match_arguments(
    context: Context,
    what: str,
    order: Sequence[str],
    names: Sequence[str],
    given: Sequence[Given],
    by_position: int,
    declaration: Declaration | None = None,
) -> dict[str, Given]:
    """Arguments by option. `order` are the options by position, of which `by_position` may be used so.

    A layer that is a value may bring named arguments along, which stand
    before those by position and take no place. Reports unknown, doubled and
    superfluous ones, and raises `SilentError` if there were any.
    """
    found: dict[str, Given] = {}
    failed = False
    taken = options_given(given, order[:by_position])
    position = -1
    for argument in given:
        position += argument.name is None
        if argument.name is None and position >= by_position:
            continue
        name = argument.name if argument.name is not None else order[position]
        if name not in names:
            context.report(unknown_option(what, argument, name, names, taken, inferred(declaration)))
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
    for each in too_many(what, given, names, order[:by_position], declaration):
        context.report(each)
        failed = True
    if failed:
        raise SilentError
    return found


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
    found = match_arguments(
        context,
        declaration.name,
        declaration.positional,
        names,
        given,
        by_position,
        declaration,
    )
    values: dict[str, Accepted] = {}
    failed = False
    for option in declaration.options:
        argument = found.get(option.name)
        if argument is None:
            if option.is_required:
                context.report(missing(declaration, option, span, scope))
                failed = True
                continue
            values[option.name] = spread(option, rank)
            continue
        try:
            values[option.name] = option.kind.accept(argument.value, rank)
        except UnfitError as error:
            origins = bindings_in(argument.span, scope) if argument.span.is_inside(span) else ()
            context.report(unfit(option, argument, str(error), origins, inferred(declaration)))
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


def missing(declaration: Declaration, option: Option, span: Span, scope: Scope) -> Diagnostic:
    """The error of a required option that is not given, with the place where a parameter got the layer."""
    name = re.match(r"\w*", span.text)
    assert name is not None
    return Diagnostic(
        codes.MISSING_ARGUMENT,
        f"`{declaration.name}` needs `{option.name}`",
        span,
        f"{option.doc} is missing" if option.doc else "missing here",
        bindings_in(span.replace(end=span.start + name.end()), scope),
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
