"""Runs the steps of a chain: each takes the value that flows and makes the next."""

from __future__ import annotations

from netdsl.checker.advice.problems import Place, explain
from netdsl.checker.expressions.calls import evaluate_arguments
from netdsl.checker.expressions.lookup import find_layer
from netdsl.checker.scope.builder import unknown_flow
from netdsl.checker.scope.labels import label_name, remember
from netdsl.checker.scope.values import Given, LayerValue, SilentError, Template, describe
from netdsl.checker.statements.bind import bind_layer
from netdsl.checker.statements.unknown_layers import unknown_layer
from netdsl.diagnostics.catalogue import names as name_codes
from netdsl.diagnostics.catalogue import structure as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError, Label
from netdsl.layers.declaration import Declaration, Layer, Merge
from netdsl.layers.refusal import LayerError
from netdsl.layers.table import BUILT_IN
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.scope.builder import Flow
    from netdsl.checker.scope.frame import Frame
    from netdsl.checker.scope.values import Value
    from netdsl.diagnostics.span import Span


def run_chain(chain: tree.Chain, frame: Frame) -> None:
    """Run each step; a mistake in one makes the value unknown and the next ones are only looked at."""
    for index in range(len(chain.steps)):
        place = Place(chain, index, is_written=True)
        frame.context.count_step(place.step.span)
        try:
            frame.flow = run_step(place, frame)
        except (DiagnosticError, SilentError) as error:
            frame.context.caught(error)
            if isinstance(error, DiagnosticError) and error.diagnostic.code is codes.NO_INPUT:
                # Said once: the next steps are only looked at.
                frame.flow = unknown_flow(frame.builder, place.step.span)
            if frame.flow is not None:
                frame.flow = frame.flow.replace(type=None)
                # A reference to it is no mistake of its own.
                remember(place.step, frame.flow, frame)


def run_step(place: Place, frame: Frame) -> Flow:
    """The value that a step makes of the one that flows in."""
    from netdsl.checker.statements.merge import run_merge, run_taps
    from netdsl.checker.statements.templates import run_template

    step = place.step
    target, stored = resolve(step, frame)
    if frame.flow is None:
        raise no_input(step)
    if isinstance(target, Merge):
        place = Place(place.chain, place.index, not stored)
        if step.body is None and step.shortcut is None:
            return run_taps(place, target, stored, frame)
        return run_merge(place, target, stored, frame)
    if step.body is not None:
        raise body_misplaced(step)
    given = (*stored, *evaluate_arguments(step.arguments or (), frame, target))
    if isinstance(target, Template):
        return run_template(place, target, given, frame)
    assert isinstance(target, Layer)
    return run_layer(Place(place.chain, place.index, not stored), target, given, frame)


def no_input(step: tree.Step) -> DiagnosticError:
    """The error of a step into which nothing flows."""
    return DiagnosticError(
        Diagnostic(
            codes.NO_INPUT,
            "nothing flows into the first step",
            step.span,
            "there is no `input` before it",
            help="begin the net with its input, such as `input 3x32x32`",
        )
    )


def body_misplaced(step: tree.Step) -> DiagnosticError:
    """The error of braces after a layer."""
    assert step.body is not None
    opening = step.body.span.replace(end=step.body.span.start + 1)
    return DiagnosticError(
        Diagnostic(
            codes.BODY_MISPLACED,
            f"`{step.name.name}` takes no braces",
            opening,
            "only merges and `residual` do",
            help="join steps by `->`, or put each on a line of its own",
        )
    )


def resolve(step: tree.Step, frame: Frame) -> tuple[Declaration | Template, tuple[Given, ...]]:
    """What a step uses, and the arguments that a parameter's layer brings along."""
    word = step.name.name
    binding = frame.scope.find(word)
    if binding is not None:
        value = frame.lookup(word)
        if isinstance(value, LayerValue):
            return value.target, value.arguments
        # A name that takes a layer's has been reported; what stands after it is right.
        if word not in BUILT_IN:
            raise not_a_layer(step, value, binding.span)
    target = find_layer(step.name, frame)
    if target is None:
        raise unknown_layer(step, frame)
    return target, ()


def not_a_layer(step: tree.Step, value: Value | None, given: Span) -> DiagnosticError:
    """The error of a step that names a value of another kind, which it got at `given`."""
    known = describe(value) if value is not None else "unknown"
    return DiagnosticError(
        Diagnostic(
            name_codes.NOT_A_LAYER,
            f"`{step.name.name}` is no layer",
            step.name.span,
            "a layer is wanted here",
            (Label(given, f"its value is {known}"),),
            help="give it a layer, such as relu",
        )
    )


def run_layer(place: Place, layer: Layer, given: tuple[Given, ...], frame: Frame) -> Flow:
    """The value that a layer of the table makes."""
    step, flow = place.step, frame.flow
    assert flow is not None
    label = label_name(step, frame)
    rank = len(flow.type.spatial) or None if flow.type is not None else None
    arguments, found = bind_layer(frame.context, layer, given, step.span, rank, frame.scope)
    if flow.type is None:
        raise SilentError
    try:
        outcome = layer.rule(arguments, flow.type)
    except LayerError as error:
        raise DiagnosticError(explain(error, place, found, flow, frame.iteration)) from None
    name = frame.builder.name(layer.name, label, (step.label or step).span)
    made = frame.builder.add_layer(
        name, layer.name, step.span, [flow], outcome, arguments, frame.context.input_size
    )
    remember(step, made, frame)
    return made
