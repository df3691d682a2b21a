"""The error of values that meet in a merge and don't go together."""

from __future__ import annotations

from netdsl.checker.advice.meeting import Meeting
from netdsl.checker.advice.meeting_help import advice
from netdsl.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label
from netdsl.diagnostics.span import Span
from netdsl.layers.merges import BranchError
from netdsl.layers.tensor import TensorType

# More places than these are no help.
_MOST_LABELS = 4


def explain_branches(error: BranchError, meeting: Meeting) -> Diagnostic:
    """The error of inputs that differ: what each is, where it was made so, and what to do."""
    numbers = meeting.differing(error)
    texts = dict(zip(numbers, told_apart([meeting.type(each) for each in numbers]), strict=True))
    names: dict[str, list[str]] = {}
    for number in sorted(numbers, key=lambda each: each != error.first):
        names.setdefault(texts[number], []).append(meeting.called(number))
    label = ", ".join(f"{text} from {' and '.join(each)}" for text, each in names.items())
    fix = missing_shortcut(meeting) if meeting.is_residual else None
    help, found = error.help, advice(meeting, numbers)
    if found is not None:
        help, fix = found.help, None
    elif fix is not None:
        help = f"give it a shortcut of the same shape: {fix.edits[0].replacement.strip()}"
    labels: dict[Span, Label] = {meeting.step.span: Label(meeting.step.span, "")}
    made = [meeting.label(each, texts[each]) for each in numbers]
    for each in (*(found.labels if found is not None else ()), *made):
        labels.setdefault(each.span, each)
    return Diagnostic(
        error.code,
        error.args[0],
        meeting.step.span,
        label,
        tuple(labels.values())[1 : 1 + _MOST_LABELS],
        help,
        fix,
    )


def told_apart(types: list[TensorType]) -> list[str]:
    """Types in words; with their layouts where they have as many axes each, and so may look the same."""
    same_axes = len({len(each.shape) for each in types}) == 1
    if same_axes and len({each.layout for each in types}) > 1:
        return [f"{each} ({each.layout})" for each in types]
    return [str(each) for each in types]


def missing_shortcut(meeting: Meeting) -> Fix | None:
    """A 1x1 convolution that makes the input as the body makes it, where one can."""
    step, made, given = meeting.step, meeting.type(0), meeting.type(1)
    if step.shortcut is not None or step.body is None:
        return None
    if len(made.spatial) != len(given.spatial) or not made.spatial:
        return None
    strides = {-(-before // after) for before, after in zip(given.spatial, made.spatial, strict=True)}
    stride = strides.pop()
    if strides or any((b - 1) // stride + 1 != a for b, a in zip(given.spatial, made.spatial, strict=True)):
        return None
    options = f", stride={stride}" if stride > 1 else ""
    end = step.body.span.end
    at = Span(step.span.source, end, end)
    return Fix("add a shortcut", (Edit(at, f" shortcut {{ conv({made.channels}, 1{options}) }}"),))
