"""What is said of arguments that a layer or block has no option for."""

from __future__ import annotations

from netdsl.checker.advice.option_names import ACTIVATIONS, meant_option
from netdsl.checker.scope.values import Given, LayerValue, show
from netdsl.diagnostics.catalogue import names as codes
from netdsl.diagnostics.diagnostic import Diagnostic, Edit, Fix
from netdsl.layers.declaration import Declaration, FromInput, Layer
from netdsl.layers.kinds import Integer, Integers, Size, UnfitError
from netdsl.layers.table import BUILT_IN
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netdsl.checker.scope.context import Context
    from netdsl.checker.scope.values import Template


def inferred(declaration: Declaration | None) -> FromInput | None:
    """The option of torch's that the checker takes from what flows in."""
    return declaration.from_input if isinstance(declaration, Layer) else None


def too_many(
    what: str,
    given: Sequence[Given],
    names: Sequence[str],
    by_position: Sequence[str],
    declaration: Declaration | None,
) -> Iterator[Diagnostic]:
    """An error for each argument that must be named, and one for all that no option is left for.

    `by_position` are the options that may be given so, and `declaration` is
    the layer's. One argument too many may be what torch takes besides the
    others, and this language from what flows in.
    """
    rest = [name for name in names if name not in by_position]
    surplus = [each for each in given if each.name is None][len(by_position) :]
    count = {0: "no argument", 1: "one argument"}.get(len(by_position), f"{len(by_position)} arguments")
    message = f"`{what}` takes {count} by position"
    from_input = inferred(declaration)
    if from_input is not None and len(surplus) == 1 and is_size(surplus[0]):
        size_option = next(iter(rest), None) if takes_sizes(declaration, rest) else None
        yield as_torch_has_it(what, message, given, from_input, size_option)
        return
    listed = ", ".join(rest[:4]) + (", ..." if len(rest) > 4 else "")
    for name, argument in zip(rest, surplus, strict=False):
        help_text = f"by name it takes {listed}"
        if fits(argument, declaration, name):
            help_text = f"give its name: {name}={show(argument.value)}; {help_text}"
        yield Diagnostic(
            codes.TOO_MANY_ARGUMENTS, message, argument.span, "which option is this?", help=help_text
        )
    if left := surplus[len(rest) :]:
        span = left[0].span.to(left[-1].span)
        yield Diagnostic(
            codes.TOO_MANY_ARGUMENTS, message, span, "takes no more", help=as_list(what, given, declaration)
        )


def as_list(what: str, given: Sequence[Given], declaration: Declaration | None) -> str | None:
    """What to write where the integers of a list were given one by one: `permute(2, 3, 1)`."""
    option = declaration.options[0] if declaration is not None and declaration.options else None
    if option is None or not isinstance(option.kind, Integers) or not all(map(is_size, given)):
        return None
    return f"write {what}([{', '.join(each.span.text for each in given)}])"


def fits(argument: Given, declaration: Declaration | None, name: str) -> bool:
    """Whether an option takes this value; those of blocks take any."""
    option = declaration.option(name) if declaration is not None else None
    if option is None:
        return True
    try:
        option.kind.accept(argument.value, None)
    except UnfitError:
        return False
    return True


def is_size(argument: Given) -> bool:
    """Whether an argument may be a number of channels or features."""
    return isinstance(argument.value, int) and not isinstance(argument.value, bool)


def takes_sizes(declaration: Declaration | None, rest: Sequence[str]) -> bool:
    """Whether the first of the options that need their names takes integers."""
    option = declaration.option(rest[0]) if declaration is not None and rest else None
    return option is not None and isinstance(option.kind, Integer | Size)


def as_torch_has_it(
    what: str, message: str, given: Sequence[Given], from_input: FromInput, size_option: str | None
) -> Diagnostic:
    """The error of a call with one number too many, which `torch.nn` takes; or `size_option` was meant."""
    positional = [each for each in given if each.name is None]
    extra, last = positional[from_input.position], positional[-1]
    others = [each for each in given if each is not extra]
    kept = [each.span.text if each.name is None else f"{each.name}={each.span.text}" for each in others]
    call = f"{what}({', '.join(kept)})" if kept else what
    if size_option is None:
        label, span = f"if this is torch's `{from_input.name}`, leave it out", extra.span
        help_text = f"it is taken from what flows in: write {call}"
    else:
        label, span = "which option is this?", last.span
        help_text = (
            f"give its name: {size_option}={show(last.value)}; or, if {show(extra.value)} is torch's "
            f"`{from_input.name}`, leave that out: {call}"
        )
    return Diagnostic(codes.TOO_MANY_ARGUMENTS, message, span, label, help=help_text)


def unknown_option(
    what: str,
    argument: Given,
    name: str,
    names: Sequence[str],
    taken: set[str],
    from_input: FromInput | None = None,
) -> Diagnostic:
    """The error of a name that is no option.

    `taken` are the options that the call gives already, which are not
    offered; the one that this fix gives is added to them.
    """
    span = argument.name_span or argument.span
    message = f"`{what}` has no option `{name}`"
    if from_input is not None and name == from_input.name:
        return Diagnostic(
            codes.UNKNOWN_OPTION, message, span, "taken from what flows in", help=f"leave `{name}` out"
        )
    known = "its options are: " + (", ".join(names) if names else "none")
    meant = meant_option(name, names if from_input is None else [*names, from_input.name])
    if from_input is not None and meant == from_input.name:
        label = f"if it means `{meant}`, that is taken from what flows in"
        help_text = f"leave `{name}` out; {known}"
        return Diagnostic(codes.UNKNOWN_OPTION, message, span, label, help=help_text)
    if meant is None:
        help_text = activation_help(name, argument) or known
        return Diagnostic(codes.UNKNOWN_OPTION, message, span, "not an option", help=help_text)
    if meant in taken:
        label = f"if it means `{meant}`, that is given already"
        return Diagnostic(codes.UNKNOWN_OPTION, message, span, label, help=known)
    taken.add(meant)
    fix = Fix(f"write `{meant}`", (Edit(span, meant),), safe=True)
    return Diagnostic(codes.UNKNOWN_OPTION, message, span, f"did you mean `{meant}`?", fix=fix)


def activation_help(name: str, argument: Given) -> str | None:
    """What to write for an argument that names an activation, which is a layer of its own here."""
    word = argument.value if isinstance(argument.value, str) else argument.span.text
    is_layer = isinstance(argument.value, LayerValue) or word in BUILT_IN
    return f"write `-> {word}` after it" if name in ACTIVATIONS and is_layer else None


def options_given(arguments: Iterable[tree.Argument | Given], order: Sequence[str]) -> set[str]:
    """The options that arguments give, by name or by their place in `order`."""
    by_name: set[str] = set()
    by_position = 0
    for each in arguments:
        name = each.name.name if isinstance(each.name, tree.Name) else each.name
        by_position += name is None
        by_name |= {name} if name is not None else set()
    return by_name | set(order[:by_position])


def option_names(target: Declaration | Template | None) -> Sequence[str] | None:
    """The names of the options of a layer or block; None of a variant, which has those of its net."""
    if isinstance(target, Declaration):
        return [option.name for option in target.options]
    if target is None or target.definition.base is not None:
        return None
    return [each.name.name for each in target.definition.parameters]


def report_unknown_options(
    arguments: tuple[tree.Argument, ...], context: Context, target: Declaration | Template | None
) -> None:
    """Report unknown options and surplus arguments of a call whose values are not all known."""
    names = option_names(target)
    if target is None or names is None:
        return
    what, order, from_input = target.name, names, None
    if isinstance(target, Declaration):
        order, from_input = target.positional, inferred(target)
    taken = options_given(arguments, order)
    for argument in arguments:
        name = argument.name
        if name is not None and name.name not in names:
            given = Given(name.name, name.span, 0, argument.value.span)
            context.report(unknown_option(what, given, name.name, names, taken, from_input))
    if not isinstance(target, Declaration):
        by_position = [Given(None, None, 0, each.span) for each in arguments if each.name is None]
        for found in too_many(what, by_position, names, names, None):
            context.report(found)
