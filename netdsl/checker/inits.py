"""`init` statements: how parameters start, by the schemes of torch.nn.init."""

from __future__ import annotations

from netdsl.checker.evaluate import evaluate
from netdsl.checker.values import Given, LayerValue, SilentError, describe
from netdsl.diagnostics.catalogue import names as name_codes
from netdsl.diagnostics.catalogue import structure as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError, Edit, Fix, Label
from netdsl.diagnostics.suggest import closest
from netdsl.layers.declaration import Declaration
from netdsl.layers.initialization import SCHEMES, Scheme
from netdsl.layers.kinds import Accepted, UnfitError, words_of
from netdsl.network.nodes import Initialization, LayerNode, Node, ScopeNode
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.context import Context
    from netdsl.checker.frame import Frame


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
    return Initialization(statement.span, kind.name, parameter, scheme.name, tuple(options))


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
        meant = closest(str(word), SCHEMES)
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


def check_dimensions(root: ScopeNode, context: Context) -> None:
    """Report schemes whose layers' parameters have too few axes (torch.nn.init raises on them)."""
    pending: list[tuple[Node, tuple[Initialization, ...]]] = [(root, ())]
    while pending:
        node, rules = pending.pop()
        if isinstance(node, ScopeNode):
            inner = (*rules, *node.initializations)
            pending.extend((each, inner) for each in node.nodes)
            continue
        assert isinstance(node, LayerNode)
        for rule in rules:
            if (
                rule.kind == node.kind
                and node.parameters
                and not {"weight", "bias"} & dict(node.parameters).keys()
            ):
                names = ", ".join(name for name, _ in node.parameters)
                context.report(
                    Diagnostic(
                        codes.BAD_INIT,
                        f"`{rule.kind}` has no weight of its own",
                        rule.span,
                        "an `init` would start nothing",
                        (Label(node.span, f"its parameters are {names}"),),
                    )
                )
            shape = dict(node.parameters).get(rule.parameter) if rule.kind == node.kind else None
            least, most = SCHEMES[rule.scheme].axes
            if shape is not None and not least <= len(shape) <= most:
                context.report(
                    Diagnostic(
                        codes.BAD_INIT,
                        f"`{rule.scheme}` can't start this {rule.parameter}",
                        rule.span,
                        f"it needs {least} axes or more"
                        if len(shape) < least
                        else f"it takes at most {most} axes",
                        (Label(node.span, f"the {rule.parameter} is {'x'.join(map(str, shape))}"),),
                    )
                )
