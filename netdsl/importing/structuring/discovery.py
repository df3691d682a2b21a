"""Blocks of a network that names none: merges that are alike become uses of one block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from netdsl.importing.blocks.align import key
from netdsl.importing.model import Trace
from netdsl.importing.tree import BlockStep, Body, LayerStep, MergeStep, Step, count
from netdsl.layers.table import BUILT_IN

LEAST = 3
NAMES = {"residual": "Unit", "add": "Unit", "concat": "Cell", "multiply": "Gate"}


def names_blocks(trace: Trace) -> bool:
    """Whether the calls of a trace ran in modules that may become blocks."""
    return any(call.scope is not None and not call.scope.is_transparent for call in trace.calls)


def discovered(body: Body) -> Body:
    """A body in which merges that are alike, each with the activation after it, are blocks."""
    kinds: Counter[object] = Counter()
    visit(body, lambda merge, behind: kinds.update([kind_of(merge, behind)]))
    return wrapped(body, kinds)


def visit(body: Body, see: Callable[[MergeStep, LayerStep | None], None]) -> None:
    """Show every merge that may be a block, with the step after it that belongs to it."""
    for place, step in enumerate(body):
        if isinstance(step, MergeStep):
            if is_unit(step):
                see(step, behind(body, place))
            for branch in step.branches:
                visit(branch.body, see)


def wrapped(body: Body, kinds: Counter[object]) -> Body:
    """The same with the merges of a kind that there are several of as blocks, those inside others too."""
    made: list[Step] = []
    taken = False
    for place, step in enumerate(body):
        if taken:
            taken = False
            continue
        if not isinstance(step, MergeStep):
            made.append(step)
            continue
        after = behind(body, place)
        inner = replace(
            step, branches=tuple(replace(each, body=wrapped(each.body, kinds)) for each in step.branches)
        )
        if not is_unit(step) or kinds[kind_of(step, after)] < 2:
            made.append(inner)
            continue
        taken = after is not None
        parts: Body = (inner, after) if after is not None else (inner,)
        last = replace(parts[-1], label=None)
        name = NAMES[step.merge]
        made.append(BlockStep((), step.entering, parts[-1].label, name, (*parts[:-1], last)))
    return tuple(made)


def is_unit(step: MergeStep) -> bool:
    """Whether a merge is a concept: several layers between one value and another."""
    return step.merge in NAMES and not step.labels and count((step,)) > LEAST and not starts_elsewhere(step)


def starts_elsewhere(step: MergeStep) -> bool:
    """Whether a branch begins with a value from further up, which a block doesn't know."""
    return any(branch.start is not None for branch in step.branches)


def behind(body: Body, place: int) -> LayerStep | None:
    """The activation or shuffle after a merge, which belongs to it if nobody else reads the sum."""
    if place + 1 >= len(body) or body[place].label is not None:
        return None
    step = body[place + 1]
    is_part = isinstance(step, LayerStep) and (
        BUILT_IN[step.layer].family == "activation" or step.layer == "channel_shuffle"
    )
    return step if is_part and isinstance(step, LayerStep) else None


def kind_of(step: MergeStep, after: LayerStep | None) -> object:
    """What two merges have in common that can be one block."""
    return key(replace(step, label=None)), after.layer if after is not None else None
