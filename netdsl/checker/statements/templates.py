"""Runs nets and blocks: binds their parameters, builds their scope."""

from __future__ import annotations

import re

from netdsl.checker.advice.problems import Place
from netdsl.checker.expressions.calls import evaluate_arguments
from netdsl.checker.expressions.evaluate import evaluate
from netdsl.checker.expressions.functions import FLOWING, FUNCTIONS
from netdsl.checker.scope.builder import Flow, ScopeBuilder
from netdsl.checker.scope.context import DEEPEST
from netdsl.checker.scope.frame import Binding, Frame, Scope
from netdsl.checker.scope.labels import label_name, remember
from netdsl.checker.scope.values import Given, SilentError, Template
from netdsl.checker.statements.bind import match_arguments
from netdsl.diagnostics.catalogue import names as name_codes
from netdsl.diagnostics.catalogue import structure as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError, Label
from netdsl.layers.table import BUILT_IN
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netdsl.diagnostics.span import Span


def run_template(place: Place, template: Template, given: tuple[Given, ...], frame: Frame) -> Flow:
    """The value that a block, or a net used as one, makes; it becomes a submodule."""
    step, flow, context = place.step, frame.flow, frame.context
    assert flow is not None
    base, arguments = resolve_variant(template, given, frame)
    check_recursion(base, step.span, frame)
    bound = match_parameters(base, arguments, frame)
    if flow.type is None and id(base.definition) in context.visited:
        for parameter in base.definition.parameters:
            if parameter.default is None and parameter.name.name not in bound:
                missing_parameter(base, parameter, frame, step.span)
        raise SilentError
    label = label_name(step, frame)
    builder = ScopeBuilder(frame.builder)
    inside = Frame(context, base.module, Scope(), builder, builder.take_input(flow), (), frame.depth + 1)
    context.calls.append((base, step.span))
    try:
        bind_parameters(base, bound, inside, step.span)
        run_body(base, inside)
    finally:
        context.calls.pop()
    if inside.flow is None or inside.flow.type is None:
        raise SilentError
    kind = snake_case(template.name)
    name = frame.builder.name(kind, label, (step.label or step).span)
    doc = template.definition.doc
    made = frame.builder.add_scope(name, kind, step.span, builder, inside.flow, base.name, doc)
    remember(step, made, frame)
    return made


def run_body(template: Template, frame: Frame) -> None:
    """Run the statements of a net or block in its own frame."""
    from netdsl.checker.statements.run import run_statements

    frame.context.visited.add(id(template.definition))
    body = template.definition.body
    assert body is not None
    run_statements(body.statements, frame)


def snake_case(name: str) -> str:
    """`InvertedResidual` as `inverted_residual`, `VGG16` as `vgg16`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return words.lower()


def check_recursion(template: Template, span: Span, frame: Frame) -> None:
    """Raise `DiagnosticError` where a block is used inside itself."""
    definition = template.definition
    for active, first in frame.context.calls:
        if active.definition is not definition:
            continue
        raise DiagnosticError(
            Diagnostic(
                codes.RECURSION,
                f"`{template.name}` contains itself",
                span,
                "used here inside itself",
                (Label(first, "first used here"),) if first != span else (),
                help="use `repeat` or `for` for several of the same",
            )
        )
    if frame.depth >= DEEPEST:
        frame.context.too_big(span, f"{DEEPEST} levels of blocks and braces")


def resolve_variant(
    template: Template, given: Sequence[Given], frame: Frame
) -> tuple[Template, tuple[Given, ...]]:
    """The net that a variant stands for, and the arguments with its own added; itself if it is none."""
    arguments = tuple(given)
    root = root_of(template)
    if (last := root.definition.base) is not None and last.name.name in root.module.names:
        raise DiagnosticError(
            Diagnostic(
                codes.RECURSION,
                f"`{template.name}` is a variant of itself",
                template.definition.span,
                "in a circle",
                help="begin the chain of variants with a net that has a body",
            )
        )
    while (base := template.definition.base) is not None:
        target = template.module.names.get(base.name.name)
        if target is None and template.module.is_incomplete:
            raise SilentError
        if target is None or target.definition.kind != "net":
            raise variant_of_block(base, target)
        own_frame = Frame(frame.context, template.module, Scope(), frame.builder, frame.flow)
        own = evaluate_arguments(base.arguments, own_frame, target)
        order = parameter_names(root_of(target))
        arguments = named_arguments(own, order, frame, base.name.name, override=arguments)
        template = target
    return template, arguments


def root_of(template: Template) -> Template:
    """The net at the end of a chain of variants (the last one reached, where the chain is a circle)."""
    seen: set[int] = set()
    while template.definition.base is not None and id(template.definition) not in seen:
        seen.add(id(template.definition))
        following = template.module.names.get(template.definition.base.name.name)
        if following is None:
            break
        template = following
    return template


def named_arguments(
    own: Sequence[Given], order: Sequence[str], frame: Frame, what: str, override: Sequence[Given]
) -> tuple[Given, ...]:
    """A variant's arguments by name, replaced by those given in its use."""
    mine = match_arguments(frame.context, what, order, order, own, len(order))
    theirs = match_arguments(frame.context, what, order, order, override, len(order))
    merged = {**mine, **theirs}
    return tuple(
        given.replace(name=name, name_span=given.name_span or given.span) for name, given in merged.items()
    )


def variant_of_block(base: tree.Call, target: Template | None) -> DiagnosticError:
    """The error of a variant whose base is no net."""
    what = "a block" if target is not None else "not defined"
    return DiagnosticError(
        Diagnostic(
            codes.VARIANT_OF_BLOCK,
            "a variant needs a net",
            base.name.span,
            f"`{base.name.name}` is {what}",
            (Label(target.definition.span, "defined here"),) if target is not None else (),
        )
    )


def parameter_names(template: Template) -> list[str]:
    """The names in a header, in order."""
    return [parameter.name.name for parameter in template.definition.parameters]


def match_parameters(template: Template, given: Sequence[Given], frame: Frame) -> Mapping[str, Given]:
    """Arguments by parameter; mistakes are reported, and raise `SilentError`."""
    order = parameter_names(template)
    return match_arguments(frame.context, template.name, order, order, given, len(order))


def bind_parameters(template: Template, bound: Mapping[str, Given], frame: Frame, use: Span) -> None:
    """Give each parameter its argument or its default, which may refer to earlier ones."""
    for parameter in template.definition.parameters:
        name = parameter.name.name
        if name in frame.scope.names:
            frame.context.report(
                Diagnostic(
                    name_codes.DUPLICATE_NAME,
                    f"`{name}` is the name of two parameters",
                    parameter.span,
                    "named again here",
                    (Label(frame.scope.names[name].span, "first here"),),
                )
            )
            continue
        report_built_in(parameter, frame)
        if name in bound:
            argument = bound[name]
            start = (argument.name_span or argument.span).start
            span = argument.span.replace(start=start)
            frame.scope.names[name] = Binding(argument.value, span)
        elif parameter.default is not None:
            try:
                value = evaluate(parameter.default, frame)
                frame.scope.names[name] = Binding(value, parameter.span)
            except (DiagnosticError, SilentError) as error:
                frame.context.caught(error)
                frame.scope.names[name] = Binding(None, parameter.span)
        else:
            missing_parameter(template, parameter, frame, use)
            frame.scope.names[name] = Binding(None, parameter.span)


def report_built_in(parameter: tree.Parameter, frame: Frame) -> None:
    """Report a parameter that has the name of a layer or function: `dropout(dropout)` would mean nothing."""
    name = parameter.name.name
    what = "a layer" if name in BUILT_IN else "built in" if name in FUNCTIONS or name in FLOWING else None
    if what is not None:
        frame.context.report(
            Diagnostic(
                name_codes.SHADOWED_NAME,
                f"`{name}` is already {what}",
                parameter.name.span,
                "a parameter needs another name",
                help=f"for example `{name}_value`, or a torch name such as `p` or `channels`",
            )
        )


def missing_parameter(template: Template, parameter: tree.Parameter, frame: Frame, use: Span) -> None:
    """Report a parameter that has neither an argument nor a default."""
    name = parameter.name.name
    if use == template.definition.span:
        frame.context.report(
            Diagnostic(
                codes.MISSING_PARAMETER,
                f"`{template.name}` needs `{name}`",
                parameter.span,
                "has no default",
                help=f"give it a value: --set {name}=..., or a default in the header",
            )
        )
        return
    frame.context.report(
        Diagnostic(
            name_codes.MISSING_ARGUMENT,
            f"`{template.name}` needs `{name}`",
            use,
            f"`{name}` is missing",
            (Label(parameter.span, "it has no default"),),
        )
    )
