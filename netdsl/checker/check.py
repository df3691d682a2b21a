"""The check: a module, the name of a net and its settings to a network, or to what is wrong."""

from __future__ import annotations

from netdsl.checker.check_in_place import check_in_place
from netdsl.checker.check_inits import check_initializations
from netdsl.checker.chosen_nets import selected
from netdsl.checker.expressions.evaluate import evaluate
from netdsl.checker.loading.modules import load_module
from netdsl.checker.scope.builder import Flow, ScopeBuilder, unknown_flow
from netdsl.checker.scope.context import MOST_FINDINGS, Context, TooBigError
from netdsl.checker.scope.frame import Binding, Frame, Scope
from netdsl.checker.scope.module import Module
from netdsl.checker.scope.values import SilentError, Template, show
from netdsl.checker.settings import read_settings
from netdsl.checker.statements.templates import (
    bind_parameters,
    match_parameters,
    resolve_variant,
    run_body,
    snake_case,
)
from netdsl.diagnostics.catalogue import structure as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError, Severity
from netdsl.diagnostics.span import Source
from netdsl.network.nodes import Network, Node, ScopeNode
from netdsl.record import Record
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class CheckResult(Record):
    """The networks of a file that could be built, and everything that was found."""

    networks: tuple[Network, ...]
    diagnostics: tuple[Diagnostic, ...]
    # Whether the check ended at the most that it tells of, so that there may be more.
    is_cut: bool = False

    @property
    def ok(self) -> bool:
        """Whether there is no error."""
        return not any(each.severity == Severity.ERROR for each in self.diagnostics)

    @property
    def network(self) -> Network | None:
        """The network, if there is one and no error."""
        return self.networks[0] if self.networks and self.ok else None


def net_names(module: Module) -> list[str]:
    """The names of a file's nets, in order; the first is the default."""
    return [template.name for template in module.nets]


def check_source(
    source: Source,
    net: str | None = None,
    settings: Mapping[str, str] | None = None,
    folder: str | None = None,
    *,
    every: bool = False,
    loaded: tuple[Module, list[Diagnostic]] | None = None,
) -> CheckResult:
    """Check a text. See `check_module`; `loaded` is what `load_module` made of the text, if it did."""
    module, diagnostics = loaded if loaded is not None else load_module(source, folder)
    # Files that are used have mistakes of their own. Errors first: they decide.
    diagnostics = sorted(diagnostics, key=lambda each: each.severity != Severity.ERROR)[:MOST_FINDINGS]
    is_cut = len(diagnostics) == MOST_FINDINGS
    if diagnostics and not module.nets:
        # That there is no net would only repeat that it could not be read.
        return CheckResult((), tuple(diagnostics), is_cut)
    checked = check_module(module, net, settings, every=every)
    found = sorted(
        (*diagnostics, *checked.diagnostics),
        key=lambda each: (
            each.span is None,
            each.span.source is not source if each.span else True,
            each.span.start if each.span else 0,
        ),
    )
    networks = checked.networks if not diagnostics else ()
    return CheckResult(networks, tuple(found), is_cut or checked.is_cut)


def check_module(
    module: Module, net: str | None = None, settings: Mapping[str, str] | None = None, *, every: bool = False
) -> CheckResult:
    """Check one net of a module (the first if none is named), or `every` one, and the unused blocks.

    `settings` are texts of the language by parameter name.
    """
    context = Context()
    networks: list[Network] = []
    try:
        for template in selected(module, net, every, context):
            network = check_net(template, settings or {}, context)
            if network is not None:
                networks.append(network)
        if every or net is None:
            look_at_unused(module, context)
    except TooBigError:
        networks = []
    return CheckResult(tuple(networks), tuple(context.diagnostics), context.is_cut)


def check_net(
    template: Template, settings: Mapping[str, str], context: Context, record: list[Node] | None = None
) -> Network | None:
    """The network of a net with these settings, None where something is wrong.

    `record` is given the nodes that could be made, in any case.
    """
    before = len(context.diagnostics)
    builder = ScopeBuilder(record=record)
    frame = Frame(context, template.module, Scope(), builder, None)
    try:
        given = read_settings(template, settings, frame)
        base, arguments = resolve_variant(template, given, frame)
        frame = Frame(context, base.module, Scope(), builder, None)
        bind_parameters(base, match_parameters(base, arguments, frame), frame, base.definition.span)
    except (DiagnosticError, SilentError) as error:
        context.caught(error)
        return None
    bindings = dict(frame.scope.names)
    context.calls.append((base, base.definition.span))
    try:
        run_body(base, frame)
    finally:
        context.calls.pop()
    if frame.flow is None:
        report_no_input(base, context)
    if frame.flow is None or frame.flow.type is None or len(context.diagnostics) > before:
        return None
    shown = tuple((name, show(each.value)) for name, each in bindings.items() if each.value is not None)
    doc = template.definition.doc
    network = finish(template, base.name, doc, builder, frame.flow, shown)
    check_initializations(network.root, context)
    check_in_place(network.root, context)
    return network if len(context.diagnostics) == before else None


def report_no_input(template: Template, context: Context) -> None:
    """Report a net that never says what flows in."""
    if any(each.code is codes.NO_INPUT for each in context.diagnostics):
        return
    context.report(
        Diagnostic(
            codes.NO_INPUT,
            f"net `{template.name}` has no input",
            template.definition.span,
            "says nowhere what flows in",
            help="begin it with its input, such as `input 3x32x32`",
        )
    )


def finish(
    template: Template,
    base: str,
    doc: str,
    builder: ScopeBuilder,
    flow: Flow,
    settings: tuple[tuple[str, str], ...],
) -> Network:
    """The network of a finished builder."""
    outside = ScopeBuilder()
    span = template.definition.span
    made = outside.add_scope(snake_case(template.name), "net", span, builder, flow, base, doc)
    root = outside.nodes[0]
    assert isinstance(root, ScopeNode)
    assert made.type is not None
    return Network(template.name, doc, root.input_types[0], made.type, root, settings)


def look_at_unused(module: Module, context: Context) -> None:
    """Look for mistakes in blocks that no net uses: in their names and options, without shapes."""
    for template in module.own:
        if id(template.definition) in context.visited or template.definition.body is None:
            continue
        builder = ScopeBuilder(ScopeBuilder())
        span = template.definition.span
        frame = Frame(context, template.module, Scope(), builder, None)
        frame.flow = unknown_flow(builder, span)
        context.calls.append((template, span))
        try:
            for parameter in template.definition.parameters:
                look_at_default(parameter, frame)
                frame.scope.names[parameter.name.name] = Binding(None, parameter.span)
            run_body(template, frame)
        finally:
            context.calls.pop()


def look_at_default(parameter: tree.Parameter, frame: Frame) -> None:
    """Look for mistakes in a default, whose value is not needed."""
    if parameter.default is None:
        return
    try:
        evaluate(parameter.default, frame)
    except (DiagnosticError, SilentError) as error:
        frame.context.caught(error)
