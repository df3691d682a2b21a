"""The structure that a `.net` file has: steps in a row, merges of branches, and uses of blocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from netdsl.importing.model import Options, Place


@dataclass(frozen=True, slots=True)
class Step:
    """What all steps have.

    `entering` is the shape of what flows in; `label` the name that later
    steps know its value by.
    """

    options: Options = ()
    entering: tuple[int, ...] = ()
    label: str | None = None

    @property
    def channels(self) -> int:
        """The channels, or features, that flow in."""
        return self.entering[0] if self.entering else 0


@dataclass(frozen=True, slots=True)
class LayerStep(Step):
    """A layer; `path` is the module's in the model, or `parameter` its parameter's, if it is one."""

    layer: str = ""
    path: str = ""
    parameter: str = ""
    place: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch of a merge; `start` is the label of the value it begins with, if not with what flows."""

    body: Body = ()
    start: str | None = None


@dataclass(frozen=True, slots=True)
class MergeStep(Step):
    """Several values made one; without branches, the value that flows and the labelled ones.

    Or a further output in training, whose name is the label.
    """

    merge: str = ""
    branches: tuple[Branch, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BlockStep(Step):
    """A block: the class it comes from, and its own steps."""

    block: str = ""
    body: Body = ()
    is_chain: bool = False
    path: str = ""


@dataclass(frozen=True, slots=True)
class CallStep(Step):
    """A block that has been defined, with its arguments as options."""

    block: str = ""
    path: str = ""


Body = tuple[Step, ...]


def leaves(body: Body) -> list[LayerStep]:
    """Every layer, in the order in which they are written."""
    found: list[LayerStep] = []
    for step in body:
        if isinstance(step, LayerStep):
            found.append(step)
        elif isinstance(step, MergeStep):
            for place, branch in enumerate(step.branches):
                found += leaves(branch.body)
                if place == 0 and step.merge == "residual" and step.options:
                    # Dropping the body of a residual is a layer after it.
                    found.append(LayerStep(layer="drop_path"))
        elif isinstance(step, BlockStep):
            found += leaves(step.body)
    return found


def count(body: Body) -> int:
    """How many layers and merges there are, those in blocks too."""
    total = 0
    for step in body:
        total += 1
        if isinstance(step, MergeStep):
            total += sum(count(branch.body) for branch in step.branches)
        elif isinstance(step, BlockStep):
            total += count(step.body) - 1
    return total


def blocks_in(body: Body) -> list[BlockStep]:
    """Every block that is used, those inside others too."""
    found: list[BlockStep] = []
    for step in body:
        if isinstance(step, BlockStep):
            found += [step, *blocks_in(step.body)]
        elif isinstance(step, MergeStep):
            for branch in step.branches:
                found += blocks_in(branch.body)
    return found


def substitute(body: Body, chosen: Callable[[BlockStep], Body | None]) -> Body:
    """The same steps with some blocks replaced by others; the label of a block goes to its last step."""
    made: list[Step] = []
    for step in body:
        if isinstance(step, MergeStep):
            branches = tuple(replace(each, body=substitute(each.body, chosen)) for each in step.branches)
            made.append(replace(step, branches=branches))
        elif isinstance(step, BlockStep):
            instead = chosen(step)
            if instead is None:
                made.append(replace(step, body=substitute(step.body, chosen)))
            else:
                made += relabelled(substitute(instead, chosen), step.label)
        else:
            made.append(step)
    return tuple(made)


def relabelled(body: Body, label: str | None) -> Body:
    """Steps whose result has a label; an identity carries it where the last step has another."""
    if label is None or not body:
        return body
    if body[-1].label is None:
        return (*body[:-1], replace(body[-1], label=label))
    return (*body, LayerStep(label=label, layer="identity"))
