"""The layers of a text beside those of the model, and how the ones are given the others' state."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor, nn

from netdsl.diagnostics.catalogue import importing as codes
from netdsl.importing.problems import fail
from netdsl.importing.tracing.where import Sourced
from netdsl.importing.tree import LayerStep
from netdsl.layers.table import BUILT_IN
from netdsl.network.nodes import LayerNode, Network

# Buffers that training changes; others are the same wherever they stand.
STATISTICS = ("running_mean", "running_var")


@dataclass(frozen=True, slots=True)
class Pair:
    """A layer of the text and the module that it stands for."""

    step: LayerStep
    node: LayerNode
    made: str


def paired(network: Network, steps: Sequence[LayerStep]) -> list[Pair]:
    """The layers of the text and of the model side by side."""
    layers = [(name, node) for name, node in network.layers() if BUILT_IN[node.kind].family != "merge"]
    kinds = [node.kind for _, node in layers]
    wanted = [step.layer for step in steps]
    if kinds != wanted:
        number = next(
            (place for place, (a, b) in enumerate(zip(kinds, wanted, strict=False)) if a != b),
            min(len(kinds), len(wanted)),
        )
        step = steps[min(number, len(steps) - 1)]
        fail(
            codes.NOT_EQUAL,
            "the layers of the text are not the model's",
            f"layer {number + 1} differs",
            step.place,
        )
    return [Pair(step, node, name) for step, (name, node) in zip(steps, layers, strict=True)]


def refuse_tied(model: nn.Module, pairs: Sequence[Pair]) -> None:
    """Raise where two layers of the text would learn what the model learns once."""
    owners: dict[int, tuple[str, Pair]] = {}
    for pair in pairs:
        for path, learned in learned_by(model, pair.step):
            other, first = owners.setdefault(id(learned), (path, pair))
            if first is not pair:
                fail(
                    codes.NO_LAYER,
                    tied(pair.step, path, first.step, other),
                    "this would be a layer of its own",
                    pair.step.place,
                    "in a `.net` file each step has parameters of its own",
                )


def learned_by(model: nn.Module, step: LayerStep) -> list[tuple[str, Tensor]]:
    """The parameters and running statistics of a layer of the model, each with its path."""
    if step.path:
        module = model.get_submodule(step.path)
        kept = [each for each in module.named_buffers() if each[0].rpartition(".")[2] in STATISTICS]
        return [(f"{step.path}.{name}", value) for name, value in (*module.named_parameters(), *kept)]
    if not step.parameter:
        return []
    value = model.get_parameter(step.parameter)
    # Exporters write vectors that are equal once, such as those of layers that were never trained.
    is_joined = isinstance(model, Sourced) and max(value.shape, default=1) == value.numel()
    return [] if is_joined else [(step.parameter, value)]


def tied(step: LayerStep, path: str, first: LayerStep, other: str) -> str:
    """What two layers have in common that they can't have."""
    if path != other:
        return f"`{path}` is the same parameter as `{other}`"
    if step.place is first.place:
        return f"two outputs share `{step.path or path}`"
    if step.path:
        return f"`{step.path}` runs twice with the same parameters"
    return f"the parameter `{path}` is used twice"


def give_state(model: nn.Module, made: nn.Module, pair: Pair) -> None:
    """Give a layer of the text what its layer of the model has."""
    target = made.get_submodule(pair.made)
    if pair.step.path:
        take_over(model.get_submodule(pair.step.path), target, pair.step)
    elif pair.step.parameter:
        value = model.get_parameter(pair.step.parameter)
        ((name, wanted),) = target.state_dict().items()
        target.load_state_dict({name: value.detach().reshape(wanted.shape)})


def take_over(source: nn.Module, made: nn.Module, step: LayerStep) -> None:
    """Give a layer the state of the module it stands for; both must have been made alike."""
    if type(source) is type(made) and described(source) != described(made):
        fail(
            codes.NOT_EQUAL,
            f"the text would make {described(made)}",
            f"the model has {described(source)}",
            step.place,
        )
    given = list(source.state_dict().values())
    wanted = made.state_dict()
    if [tuple(each.shape) for each in given] != [tuple(each.shape) for each in wanted.values()]:
        given = [each.reshape(other.shape) for each, other in zip(given, wanted.values(), strict=False)]
    made.load_state_dict(dict(zip(wanted, given, strict=True)))


def described(module: nn.Module) -> str:
    """A module's class and options, without what changes no result."""
    text = repr(module).replace(", inplace=True", "").replace("inplace=True", "")
    text = text.replace(", inplace=False", "").replace("inplace=False", "")
    # One number for each axis is as good as one for all.
    return re.sub(r"\((\d+)(?:, \1)+\)", r"\1", text)
