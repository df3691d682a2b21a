"""Which uses of classes are written where they stand."""

from __future__ import annotations

from netdsl.importing.tree import (
    BlockStep,
    Body,
    CallStep,
    LayerStep,
    MergeStep,
    Step,
    blocks_in,
    count,
    substitute,
)

SHORT_CHAIN = 3


def inlined(body: Body) -> Body:
    """A body without the blocks that are used once, or are a short chain without a concept of its own."""
    while True:
        found = blocks_in(body)
        times: dict[str, int] = {}
        for step in found:
            times[step.block] = times.get(step.block, 0) + 1
        alike = {step.block for step in found}
        alike -= {step.block for step in found if not is_row_of_equals(step.body)}
        wrappers = {step.block for step in found} - {step.block for step in found if not is_wrapper(step)}
        needless = {
            id(step)
            for step in found
            if times[step.block] == 1 or is_plain(step) or step.block in alike or step.block in wrappers
        }
        if not needless:
            return body
        body = substitute(body, lambda step, ids=needless: step.body if id(step) in ids else None)  # type: ignore[misc]


def is_wrapper(step: BlockStep) -> bool:
    """Whether a use is nothing but another block, perhaps with a shortcut around it."""
    if len(step.body) != 1:
        return False
    only = step.body[0]
    if isinstance(only, MergeStep) and only.merge == "residual":
        body = only.branches[0].body
        return len(body) == 1 and isinstance(body[0], BlockStep) and not only.branches[1].body
    return isinstance(only, BlockStep)


def is_row_of_equals(body: Body) -> bool:
    """Whether a body is one block or merge several times over, so that the number would be a parameter."""
    if any(isinstance(step, LayerStep) for step in body):
        return False
    is_more = len(body) > 1 or all(isinstance(step, BlockStep) for step in body)
    return is_more and len({kind_of(step) for step in body}) == 1


def kind_of(step: Step) -> object:
    """What a step is, its numbers left out."""
    if isinstance(step, LayerStep):
        return step.layer
    if isinstance(step, MergeStep):
        return step.merge, tuple(tuple(kind_of(each) for each in branch.body) for branch in step.branches)
    assert isinstance(step, BlockStep | CallStep)
    return "block", step.block


def is_plain(step: BlockStep) -> bool:
    """Whether a use is written out as well as named."""
    if count(step.body) < 2:
        return True
    layers = all(isinstance(each, LayerStep) for each in step.body)
    return step.is_chain and layers and len(step.body) <= SHORT_CHAIN
