"""`init` statements: how parameters start, by the schemes of torch.nn.init."""

from __future__ import annotations

from netdsl.checker.expressions.evaluate import evaluate
from netdsl.checker.scope.values import Given, LayerValue, SilentError, describe
from netdsl.diagnostics.catalogue import names as name_codes
from netdsl.diagnostics.catalogue import structure as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError, Edit, Fix
from netdsl.diagnostics.suggest import closest
from netdsl.layers.declaration import Declaration
from netdsl.layers.initialization import SCHEMES, SPELLINGS, SYNONYMS, Scheme
from netdsl.layers.kinds import Accepted, UnfitError, words_of
from netdsl.network.nodes import Initialization
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.scope.frame import Frame


def run_init(statement: tree.Init, frame: Frame) -> None:
    """Keep an initialization for the scope that is being built."""
    try:
        frame.builder.initializations.append(read_init(statement, frame))
    except (DiagnosticError, SilentError) as error:
        frame.context.caught(error)


def read_init(statement: tree.Init, frame: Frame) -> Initialization:
    """The initialization that a statement asks for; raises `DiagnosticError` where it is none."""
    positional = [each for each in statement.arguments if each.name is None]
    named = tuple(each for each in statement.arguments if each.name is not None)
    if len(positional) != 2:
        raise bad(statement, "`init` takes a layer and a scheme", "for example init(conv, kaiming_normal)")
    kind = evaluate(positional[0].value, frame)
    if not isinstance(kind, LayerValue) or not isinstance(kind.target, Declaration):
        raise DiagnosticError(
            Diagnostic(
                codes.BAD_INIT,
                "the first argument of `init` is a kind of layer",
                positional[0].span,
                f"this is {describe(kind)}",
                help="name a built-in layer, such as conv, linear or bn",
            )
        )
    if kind.arguments:
        raise bad(
            positional[0], "`init` is about all layers of a kind", f"write {kind.name}, without options"
        )
    scheme = read_scheme(positional[1], frame)
    words = {word for _, option_kind, _ in scheme.options for word in words_of(option_kind)}
    given = evaluate_named(named, frame, tuple(words | {"weight", "bias"}))
    parameter = "weight"
    options: list[tuple[str, Accepted]] = []
    for each in given:
        if each.name == "parameter":
            if each.value not in ("weight", "bias"):
                raise bad(each, "`parameter` must be `weight` or `bias`", f"this is {describe(each.value)}")
            parameter = str(each.value)
        else:
            options.append(read_option(scheme, each))
    check_options(statement, scheme, dict(options))
    return Initialization(statement.span, kind.name, parameter, scheme.name, tuple(options))


def check_options(statement: tree.Init, scheme: Scheme, options: dict[str, Accepted]) -> None:
    """Raise `DiagnosticError` where a scheme lacks an option, or its range is empty."""
    for name in scheme.required:
        if name not in options:
            raise DiagnosticError(
                Diagnostic(
                    name_codes.MISSING_ARGUMENT,
                    f"`{scheme.name}` needs `{name}`",
                    statement.span,
                    f"`{name}` is missing",
                    help=f"for example init(conv, {scheme.name}, {name}=0.1)",
                )
            )
    if scheme.bounds is not None:
        low, high = options.get("a", scheme.bounds[0]), options.get("b", scheme.bounds[1])
        assert isinstance(low, int | float)
        assert isinstance(high, int | float)
        if low > high:
            raise bad(
                statement, f"`{scheme.name}` over an empty range", f"a={low:g} is greater than b={high:g}"
            )


def evaluate_named(arguments: tuple[tree.Argument, ...], frame: Frame, words: tuple[str, ...]) -> list[Given]:
    """The values of named arguments, of which some words are choices."""
    given = []
    for argument in arguments:
        assert argument.name is not None
        value = evaluate(argument.value, frame, words)
        given.append(Given(argument.name.name, argument.name.span, value, argument.value.span))
    return given


def read_scheme(argument: tree.Argument, frame: Frame) -> Scheme:
    """The scheme that an argument names."""
    value = evaluate(argument.value, frame, tuple(SCHEMES)) if _is_word(argument, frame) else None
    word = argument.span.text if value is None else value
    scheme = SCHEMES.get(word) if isinstance(word, str) else None
    if scheme is None:
        spelled = SPELLINGS.get(str(word).lower().replace("_", ""))
        meant = spelled or closest(str(word), SCHEMES, SYNONYMS)
        raise DiagnosticError(
            Diagnostic(
                codes.BAD_INIT,
                f"no scheme `{word}`"
                if isinstance(word, str)
                else "the second argument of `init` is a scheme",
                argument.span,
                f"did you mean `{meant}`?" if meant else "not a scheme",
                help="the schemes are: " + ", ".join(SCHEMES),
                fix=Fix(f"write `{meant}`", (Edit(argument.span, meant),)) if meant else None,
            )
        )
    return scheme


def _is_word(argument: tree.Argument, frame: Frame) -> bool:
    value = argument.value
    return (
        not isinstance(value, tree.Name) or value.name in SCHEMES or frame.scope.find(value.name) is not None
    )


def read_option(scheme: Scheme, given: Given) -> tuple[str, Accepted]:
    """An option of a scheme with its value."""
    kind = next((each for name, each, _ in scheme.options if name == given.name), None)
    if kind is None or given.name is None:
        names = [name for name, _, _ in scheme.options]
        raise DiagnosticError(
            Diagnostic(
                name_codes.UNKNOWN_OPTION,
                f"`{scheme.name}` has no option `{given.name}`",
                given.name_span or given.span,
                "not an option",
                help="its options are: " + (", ".join(names) or "none"),
            )
        )
    try:
        return given.name, kind.accept(given.value, None)
    except UnfitError as error:
        raise DiagnosticError(
            Diagnostic(
                name_codes.WRONG_VALUE,
                f"`{given.name}` must be {error}",
                given.span,
                f"this is {describe(given.value)}",
            )
        ) from None


def bad(where: tree.Node | Given, message: str, label: str) -> DiagnosticError:
    """The error of an `init` that can't be followed."""
    return DiagnosticError(Diagnostic(codes.BAD_INIT, message, where.span, label))
