"""What to do about values that don't go together, where the steps on their ways tell it."""

from __future__ import annotations

import re

from netdsl.checker.advice.meeting import Meeting
from netdsl.checker.advice.ways import Passage, way
from netdsl.diagnostics.diagnostic import Label
from netdsl.layers.geometry import times
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_POOLS = ("maxpool", "avgpool")
_WINDOWS = ("conv", "depthwise", *_POOLS)
_READS_INPUT = re.compile(r"\bin_(?:features|channels)\b")
_MOST_STEPS = 3


class Advice(Record):
    """What to do, and the places of the steps that are to blame."""

    help: str
    labels: tuple[Label, ...]


def advice(meeting: Meeting, numbers: list[int]) -> Advice | None:
    """What to do about the inputs of these numbers, if it can be told."""
    return _width_of_now(meeting, numbers) or _kept_size(meeting) or _rounded_size(meeting, numbers)


def _width_of_now(meeting: Meeting, numbers: list[int]) -> Advice | None:
    """A last layer as wide as what flows into it, where it was to be as wide as what flows into the merge."""
    if meeting.merge.name == "concat" or len({meeting.type(each).channels for each in numbers}) == 1:
        return None
    for number in numbers:
        for each in way(meeting.inputs[number], meeting.origin) or ():
            read = _READS_INPUT.search(each.node.span.text)
            before, around = each.before.channels, meeting.origin.type
            if read and around is not None and around.channels != before == each.after.channels:
                word, name = read[0], each.node.span.text.partition("(")[0]
                above = (
                    f"after `{meeting.labels[0][0]}`" if meeting.labels else f"above `{meeting.merge.name}`"
                )
                help = (
                    f"`{word}` is {before} here, what flows into this `{name}`; keep the earlier value "
                    f"{above}, `let width = {word}`"
                )
                return Advice(help, (Label(each.node.span, f"`{word}` is {before} here"),))
            if each.before.channels != each.after.channels:
                break
    return None


def _kept_size(meeting: Meeting) -> Advice | None:
    """The padding with which all inputs would have the size of what flows into the merge."""
    around = meeting.origin.type
    if around is None or not around.spatial:
        return None
    wanted: dict[Passage, str] = {}
    for number, flow in enumerate(meeting.inputs):
        if meeting.type(number).spatial == around.spatial:
            continue
        passed = way(flow, meeting.origin)
        for each in reversed(passed or ()):
            if each.resizes:
                options = _keeping(each)
                if options is None:
                    return None
                wanted[each] = options
        if passed is None:
            return None
    if not wanted:
        return None
    steps = dict.fromkeys(f"{options} in `{each.node.span.text}`" for each, options in wanted.items())
    help = f"{_listed(steps)} {'keeps' if len(steps) == 1 else 'keep'} the size"
    made = meeting.type(0).channels
    if meeting.is_residual and meeting.step.shortcut is None and made != around.channels:
        help += f"; and give it a shortcut of as many channels: shortcut {{ conv({made}, 1) }}"
    return Advice(help, tuple(_became(each) for each in wanted))


def _keeping(passage: Passage) -> str | None:
    """The options with which a window would keep the size, None where it has others or is none."""
    options, text = passage.options, passage.node.span.text
    kernel, dilation = options.get("kernel_size"), options.get("dilation", 1)
    is_pool = passage.kind in _POOLS
    stride = options.get("stride", None if is_pool else 1)
    if passage.kind not in _WINDOWS or not text.startswith(passage.kind) or "padding" in options:
        return None
    if not isinstance(kernel, int) or not isinstance(dilation, int) or kernel % 2 == 0:
        return None
    if stride not in (None, 1) or (is_pool and dilation != 1):
        return None
    padding = f"padding={dilation * (kernel - 1) // 2}"
    return f"stride=1, {padding}" if stride is None else padding


def _listed(parts: Iterable[str]) -> str:
    shown = list(parts)
    if len(shown) > _MOST_STEPS:
        shown = [*shown[: _MOST_STEPS - 1], "the like in the others"]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _rounded_size(meeting: Meeting, numbers: list[int]) -> Advice | None:
    """An input that can be halved as often as it is: what was halved is doubled again, but for a rest."""
    for number in numbers:
        if not meeting.labels or number == 0:
            continue
        tap = meeting.inputs[number]
        changes = [each for each in reversed(way(meeting.inputs[0], tap) or ()) if each.resizes]
        factors = [_factor(each) for each in changes]
        deepest, now = 1.0, 1.0
        for each in factors:
            now *= each
            deepest = max(deepest, now)
        rest = next((each for each, by in zip(changes, factors, strict=True) if _leaves_rest(each, by)), None)
        step = _step(meeting, number)
        if rest is None or step is None or now != 1 or 0 in factors:
            continue
        multiple = step * round(deepest)
        size = tuple(-(-each // multiple) * multiple for each in meeting.input_size)
        if size == meeting.input_size:
            continue
        help = f"make the input's sides multiples of {multiple}, such as {times(size)}"
        return Advice(help + _enlarged(meeting, number, changes[-1]), (_became(rest),))
    return None


def _factor(passage: Passage) -> float:
    """By what a step divides the size, a rest left out or made full; 0 where it is no such step."""
    if len(passage.before.spatial) != len(passage.after.spatial):
        return 0.0
    pairs = list(zip(passage.before.spatial, passage.after.spatial, strict=True))
    before, after = pairs[0]
    by = max(round(before / after), 1)
    if by > 1 and all(b // by <= a <= -(-b // by) for b, a in pairs):
        return float(by)
    by = max(round(after / before), 1)
    return 1 / by if by > 1 and all(a == b * by for b, a in pairs) else 0.0


def _leaves_rest(passage: Passage, by: float) -> bool:
    return by > 1 and any(size % round(by) for size in passage.before.spatial)


def _step(meeting: Meeting, number: int) -> int | None:
    """How many of the network's input are between neighbours of an input, where that is all of its size."""
    flow, sizes = meeting.inputs[number], meeting.type(number).spatial
    step = flow.view.step[0] if flow.view.step else 0.0
    if step < 1 or step != round(step) or len(sizes) != len(meeting.input_size):
        return None
    by = round(step)
    kept = all(n // by <= size <= -(-n // by) for n, size in zip(meeting.input_size, sizes, strict=True))
    return by if kept and set(flow.view.step) == {step} else None


def _enlarged(meeting: Meeting, number: int, last: Passage) -> str:
    """How the last step would make the size that is wanted, where it can."""
    wanted = meeting.type(number).spatial
    lacking = {a - b for a, b in zip(wanted, last.after.spatial, strict=True)}
    if last.kind == "conv_transpose" and len(lacking) == 1 and "output_padding" not in last.options:
        (more,) = lacking
        stride = last.options.get("stride", 1)
        if isinstance(stride, int) and 0 < more < stride:
            return f", or add output_padding={more} to `conv_transpose`"
    if last.kind == "upsample" and len(set(wanted)) == 1 and meeting.inputs[0].type is not None:
        return f", or write `upsample(size={wanted[0]})` in place of the factor"
    return ""


def _became(passage: Passage) -> Label:
    before, after = times(passage.before.spatial), times(passage.after.spatial)
    return Label(passage.node.span, f"{before} became {after} here")
