"""Several uses of one class side by side: which of their steps are the same but for numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from netdsl.importing.tree import Body, CallStep, LayerStep, MergeStep, Step
from netdsl.layers.table import BUILT_IN

ACTIVATION = "activation"
MOST_OPTIONAL = 2


@dataclass(eq=False, slots=True)
class Row:
    """The same step of each use, None where a use lacks it; the branches of merges, side by side too."""

    steps: tuple[Step | None, ...]
    branches: tuple[Rows, ...] = ()

    @property
    def first(self) -> Step:
        """The step of the first use that has it."""
        return next(step for step in self.steps if step is not None)


@dataclass(eq=False, slots=True)
class Part:
    """Rows that only some of the uses have; `channels` flow in, in each use."""

    present: tuple[bool, ...]
    rows: list[Row]
    channels: tuple[int, ...]


Rows = list[Row | Part]


def key(step: Step) -> object:
    """What must be the same in two uses; numbers, activations and shortcuts may differ."""
    labelled = step.label is not None
    if isinstance(step, LayerStep):
        family = BUILT_IN[step.layer].family
        return ACTIVATION if family == ACTIVATION and step.layer != "prelu" else step.layer, labelled
    if isinstance(step, MergeStep):
        branches = step.branches[:1] if step.merge == "residual" else step.branches
        inner = tuple((keys(each.body), each.start is None) for each in branches)
        return step.merge, inner, len(step.labels), labelled
    assert isinstance(step, CallStep)
    return "block", step.block, labelled


def keys(body: Body) -> tuple[object, ...]:
    """The keys of all steps."""
    return tuple(key(step) for step in body)


def align(bodies: Sequence[Body | None], channels: Sequence[int]) -> Rows | None:
    """The steps of several uses in rows, None where they have different ones.

    `channels` are those that flow in, in each use.
    """
    base = max((body for body in bodies if body is not None), key=len)
    places = [places_in(body, base) if body is not None else () for body in bodies]
    rows: Rows = []
    flowing = list(channels)
    for number, _ in enumerate(base):
        steps: list[Step | None] = []
        for body, found in zip(bodies, places, strict=True):
            if found is None:
                return None
            steps.append(body[found.index(number)] if body is not None and number in found else None)
        row = with_branches(tuple(steps))
        if row is None:
            return None
        flowing = [
            step.channels if step is not None else old for step, old in zip(steps, flowing, strict=True)
        ]
        present = tuple(step is not None or body is None for step, body in zip(steps, bodies, strict=True))
        if all(present):
            rows.append(row)
        elif rows and isinstance(rows[-1], Part) and rows[-1].present == present:
            rows[-1].rows.append(row)
        else:
            rows.append(Part(present, [row], tuple(flowing)))
    return rows if sum(isinstance(row, Part) for row in rows) <= MOST_OPTIONAL else None


def places_in(body: Body, base: Body) -> tuple[int, ...] | None:
    """Where the steps of one use stand among those of a longer one, with the fewest gaps."""
    wanted, there = keys(body), keys(base)
    forward = subsequence(wanted, there)
    if forward is None:
        return None
    backward = subsequence(wanted[::-1], there[::-1])
    assert backward is not None
    mirrored = tuple(len(there) - 1 - place for place in reversed(backward))
    return min(forward, mirrored, key=lambda places: gaps(places, len(there)))


def subsequence(wanted: Sequence[object], there: Sequence[object]) -> tuple[int, ...] | None:
    """The first places at which a sequence is found in another."""
    places: list[int] = []
    for place, each in enumerate(there):
        if len(places) < len(wanted) and wanted[len(places)] == each:
            places.append(place)
    return tuple(places) if len(places) == len(wanted) else None


def gaps(places: Sequence[int], length: int) -> int:
    """How many runs of places are left out."""
    bounds = (-1, *places, length)
    return sum(after - before > 1 for before, after in pairwise(bounds))


def with_branches(steps: tuple[Step | None, ...]) -> Row | None:
    """A row with the branches of its merges."""
    row = Row(steps)
    first = row.first
    if not isinstance(first, MergeStep):
        return row
    merges = [step if isinstance(step, MergeStep) else None for step in steps]
    branches: list[Rows] = []
    for place in range(len(first.branches)):
        bodies = [each.branches[place].body if each is not None else None for each in merges]
        found = align(bodies, [each.channels if each is not None else 0 for each in merges])
        if found is None:
            return None
        branches.append(found)
    return Row(steps, tuple(branches))


def all_rows(rows: Rows) -> list[Row]:
    """Every row, those of branches and parts too, in the order of the text."""
    found: list[Row] = []
    for each in rows:
        for row in each.rows if isinstance(each, Part) else [each]:
            found.append(row)
            for branch in row.branches:
                found += all_rows(branch)
    return found
