"""From a layer's refusal to a diagnostic: places, causes and fixes in the text."""

from __future__ import annotations

from netdsl.checker.advice.inputs import input_help
from netdsl.diagnostics.catalogue import shapes as codes
from netdsl.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label
from netdsl.diagnostics.span import Span
from netdsl.layers.refusal import Amend, InsertBefore, LayerError, Remove
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdsl.checker.scope.builder import Change, Flow
    from netdsl.checker.scope.values import Given
    from netdsl.syntax import tree


class Place(Record):
    """A step in its chain, for messages and fixes.

    `is_written` is false where the layer came in as a parameter's value, so
    that its options stand elsewhere.
    """

    chain: tree.Chain
    index: int
    is_written: bool

    @property
    def step(self) -> tree.Step:
        """The step."""
        return self.chain.steps[self.index]


def explain(
    error: LayerError, place: Place, found: Mapping[str, Given], flow: Flow, turns: tuple[int, ...] = ()
) -> Diagnostic:
    """The diagnostic of a layer that can't take what flows in, in these `turns` of the loops around it."""
    span = place.step.span
    blamed = found.get(error.option) if error.option and place.is_written else None
    if blamed is not None:
        span = Span(blamed.span.source, (blamed.name_span or blamed.span).start, blamed.span.end)
    labels: tuple[Label, ...] = ()
    help = None
    if error.shape_is_cause:
        change = cause(error, flow)
        help = input_help(error.code, change)
        if change is not None and change.span != place.step.span:
            labels = (Label(change.span, change.text),)
    # What would mend the step is beside the point where the input is to be written otherwise.
    fix = edit(error.fix, place, found) if place.is_written and help is None else None
    label = error.label
    if error.shape_is_cause and any(turn > 1 for turn in turns):
        several = "s" * (len(turns) > 1)
        label += f", in turn{several} {' and '.join(map(str, turns))} of the loop{several}"
    return Diagnostic(error.code, error.message, span, label, labels, help or error.help, fix)


def cause(error: LayerError, flow: Flow) -> Change | None:
    """The step that made the part of the shape which now fails."""
    if error.code is codes.WRONG_LAYOUT:
        return flow.laid_out
    if error.code is codes.NOT_DIVISIBLE:
        return flow.widened
    return flow.resized or flow.laid_out


def edit(fix: Amend | Remove | InsertBefore | None, place: Place, found: Mapping[str, Given]) -> Fix | None:
    """A layer's fix as edits of the text."""
    step = place.step
    if isinstance(fix, InsertBefore):
        at = Span(step.span.source, step.span.start, step.span.start)
        return Fix(fix.title, (Edit(at, f"{fix.step} -> "),))
    if isinstance(fix, Remove):
        return Fix(fix.title, (Edit(removal(place), ""),))
    if isinstance(fix, Amend):
        return Fix(fix.title, (amendment(fix, step, found),))
    return None


def amendment(fix: Amend, step: tree.Step, found: Mapping[str, Given]) -> Edit:
    """The edit that gives an option a value: in place of another, or as one more argument."""
    if fix.option in found:
        return Edit(found[fix.option].span, fix.value)
    source, end = step.span.source, step.span.end
    if step.arguments is None:
        return Edit(Span(source, end, end), f"({fix.option}={fix.value})")
    comma = ", " if step.arguments else ""
    return Edit(Span(source, end - 1, end - 1), f"{comma}{fix.option}={fix.value}")


def removal(place: Place) -> Span:
    """What to delete to leave a step out: the arrow beside it too, or the whole line."""
    steps, index = place.chain.steps, place.index
    source = place.step.span.source
    if index > 0:
        before = steps[index - 1]
        last = before.label or before.shortcut or before.body
        start = last.span.end if last else before.span.end
        return Span(source, start, (place.step.label or place.step).span.end)
    if len(steps) > 1:
        return Span(source, place.step.span.start, steps[1].span.start)
    line, _ = source.position(place.step.span.start)
    start = source.line_starts[line - 1]
    alone = source.line(line).strip() == place.step.span.text
    end = min(start + len(source.line(line)) + 1, len(source.text))
    return Span(source, start, end) if alone else place.step.span
