"""Runs merges: branches side by side, residuals, and references to labelled values."""

from __future__ import annotations

from netdsl.checker.advice.meeting import RESIDUAL, Meeting
from netdsl.checker.advice.meeting_problems import explain_branches
from netdsl.checker.advice.problems import Place, explain
from netdsl.checker.expressions.calls import evaluate_arguments
from netdsl.checker.scope.builder import Flow, ScopeBuilder
from netdsl.checker.scope.labels import find_labelled, indexed, label_name, remember
from netdsl.checker.scope.values import SilentError
from netdsl.checker.statements.bind import bind_layer
from netdsl.diagnostics.catalogue import names as name_codes
from netdsl.diagnostics.catalogue import structure as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError
from netdsl.diagnostics.span import Span
from netdsl.layers.arguments import Arguments
from netdsl.layers.declaration import Merge
from netdsl.layers.linear import drop_path_rule
from netdsl.layers.merges import BranchError
from netdsl.layers.refusal import LayerError
from netdsl.layers.table import BUILT_IN
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdsl.checker.scope.frame import Frame
    from netdsl.checker.scope.values import Given


def run_merge(place: Place, merge: Merge, stored: tuple[Given, ...], frame: Frame) -> Flow:
    """The value that a merge makes of its branches; a labelled one is a scope of its own.

    `stored` are the arguments that a parameter's merge brings along.
    """
    step, flow = place.step, frame.flow
    assert flow is not None
    given = (*stored, *evaluate_arguments(step.arguments or (), frame, merge))
    rank = len(flow.type.spatial) or None if flow.type is not None else None
    arguments, found = bind_layer(frame.context, merge, given, step.span, rank, frame.scope)
    label = label_name(step, frame)
    builder = ScopeBuilder(frame.builder) if label is not None else None
    inside = frame.inner(builder=builder)
    if builder is not None:
        inside.flow = builder.take_input(flow)
    branches = residual_branches(step, inside) if merge.name == RESIDUAL else merge_branches(step, inside)
    if len(branches) < 2:
        raise too_few(step, len(branches))
    if any(branch.type is None for branch in branches):
        raise SilentError
    if merge.name == RESIDUAL and arguments.number("drop_path") > 0:
        branches[0] = drop_path(branches[0], arguments.number("drop_path"), step, inside)
    made = combine(place, merge, arguments, found, branches, inside)
    if builder is None:
        return made
    assert label is not None
    assert step.label is not None
    frame.builder.name(merge.name, label, step.label.span)
    made = frame.builder.add_scope(label, merge.name, step.span, builder, made, merge.name)
    remember(step, made, frame)
    return made


def residual_branches(step: tree.Step, frame: Frame) -> list[Flow]:
    """The body of a residual and its shortcut, the identity where there is none."""
    from netdsl.checker.statements.run import run_braces

    assert step.body is not None
    assert frame.flow is not None
    around = frame.flow
    body = run_braces(step.body, frame)
    shortcut = run_braces(step.shortcut, frame) if step.shortcut is not None else around
    return [body, shortcut]


def merge_branches(step: tree.Step, frame: Frame) -> list[Flow]:
    """The values of the branches that stand in a merge's braces."""
    from netdsl.checker.statements.branches import collect_branches

    assert step.body is not None
    if step.shortcut is not None:
        raise DiagnosticError(
            Diagnostic(
                codes.BODY_MISPLACED,
                f"`{step.name.name}` takes no shortcut",
                step.shortcut.span.replace(end=step.shortcut.span.start + 1),
                "only `residual` does",
                help="write it as one more `branch { }`",
            )
        )
    return collect_branches(step.body, frame)


def too_few(step: tree.Step, count: int) -> DiagnosticError:
    """The error of a merge with nothing to merge."""
    return DiagnosticError(
        Diagnostic(
            codes.TOO_FEW_BRANCHES,
            f"`{step.name.name}` of {['no values', 'one value'][count]}",
            step.span,
            "needs two or more branches",
            help="an empty `branch { }` is the value that flows in",
        )
    )


def drop_path(flow: Flow, p: float, step: tree.Step, frame: Frame) -> Flow:
    """Stochastic depth after a residual's body."""
    layer = BUILT_IN["drop_path"]
    assert flow.type is not None
    arguments = Arguments(layer, {"p": p}, frozenset())
    outcome = drop_path_rule(arguments, flow.type)
    name = frame.builder.name(layer.name, None, step.span)
    return frame.builder.add_layer(
        name, layer.name, step.span, [flow], outcome, arguments, frame.context.input_size
    )


def combine(
    place: Place,
    merge: Merge,
    arguments: Arguments,
    found: Mapping[str, Given],
    inputs: list[Flow],
    frame: Frame,
) -> Flow:
    """The merged value; raises `DiagnosticError` where the inputs don't go together."""
    types = tuple(flow.type for flow in inputs if flow.type is not None)
    try:
        outcome = merge.rule(arguments, types)
    except BranchError as error:
        assert frame.flow is not None
        size = frame.context.input_size
        meeting = Meeting(place.step, merge, arguments, tuple(inputs), frame.flow, size)
        raise DiagnosticError(explain_branches(error, meeting)) from None
    except LayerError as error:
        raise DiagnosticError(explain(error, place, found, inputs[0])) from None
    name = frame.builder.name(merge.name, None, place.step.span)
    return frame.builder.add_layer(
        name, merge.name, place.step.span, inputs, outcome, arguments, frame.context.input_size
    )


def run_taps(place: Place, merge: Merge, stored: tuple[Given, ...], frame: Frame) -> Flow:
    """A merge of the value that flows in and labelled ones: `concat(skip)`."""
    step, flow = place.step, frame.flow
    assert flow is not None
    if merge.name == RESIDUAL:
        raise DiagnosticError(
            Diagnostic(
                codes.TOO_FEW_BRANCHES,
                "`residual` without a body",
                step.span,
                "needs braces",
                help="write residual { ... }, or add(label) for a labelled value",
            )
        )
    named = tuple(each for each in step.arguments or () if each.name is not None)
    taps = [find_tap(each, frame) for each in step.arguments or () if each.name is None]
    given = (*stored, *evaluate_arguments(named, frame, merge))
    arguments, found = bind_layer(frame.context, merge, given, step.span, None, frame.scope)
    inputs = [flow, *taps]
    if any(each.type is None for each in inputs):
        raise SilentError
    if not taps:
        raise too_few(step, 1)
    types = tuple(each.type for each in inputs if each.type is not None)
    try:
        outcome = merge.rule(arguments, types)
    except BranchError as error:
        size, labels = frame.context.input_size, labels_of(step, frame)
        meeting = Meeting(step, merge, arguments, tuple(inputs), flow, size, labels)
        raise DiagnosticError(explain_branches(error, meeting)) from None
    except LayerError as error:
        raise DiagnosticError(explain(error, place, found, flow)) from None
    name = frame.builder.name(merge.name, label_name(step, frame), (step.label or step).span)
    made = frame.builder.add_layer(
        name, merge.name, step.span, inputs, outcome, arguments, frame.context.input_size
    )
    remember(step, made, frame)
    return made


def labels_of(step: tree.Step, frame: Frame) -> tuple[tuple[str, Span], ...]:
    """The labels that a merge names, and where they were given."""
    words = [
        each.value.name
        for each in step.arguments or ()
        if isinstance(each.value, tree.Name) and each.name is None
    ]
    found = [(word, frame.scope.find_label(word)) for word in words]
    return tuple((word, label[1]) for word, label in found if label is not None)


def find_tap(argument: tree.Argument, frame: Frame) -> Flow:
    """The value of a label; raises `DiagnosticError` where an argument is none, or there is none above."""
    if isinstance(argument.value, tree.Name):
        return find_labelled(argument.value, frame)
    if isinstance(argument.value, tree.Index) and isinstance(argument.value.value, tree.Name):
        raise DiagnosticError(indexed(argument.value, argument.value.value, frame))
    raise DiagnosticError(
        Diagnostic(
            name_codes.UNKNOWN_LABEL,
            "a merge without braces takes labels",
            argument.span,
            "not the label of a step",
            help="label a step above with `as name`, and write the name here; "
            "layers on the way stand in braces: branch(name) { ... }",
        )
    )
