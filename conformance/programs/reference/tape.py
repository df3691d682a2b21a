"""What a run leaves behind: its steps, which can be run again on other inputs, and what they used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from conformance.programs.reference.bounds import MOST_IN_ALL, Spent, TooLargeError, products_of
from conformance.programs.reference.values import Flow, RefusedError, Value

# Samples in a batch: more than one, as some layers refuse to train on a single one.
BATCH = 2
MOST_ENTRIES = 1_000


class TooLongError(Exception):
    """The program has too many steps to be run at all."""


@dataclass(slots=True)
class Entry:
    """A step: a module with its name, the values that it takes, and the one that it makes."""

    name: str
    kind: str
    module: nn.Module
    inputs: tuple[int, ...]
    output: int
    shape: tuple[int, ...]
    in_training_alone: bool = False


@dataclass(slots=True)
class Use:
    """A use of a layer or merge: what flowed in, and the options that it was given."""

    layer: str
    layout: str
    rank: int
    options: Mapping[str, Value]


@dataclass(slots=True)
class Run:
    """What a program did. `parts` are the shapes that blocks, labelled merges and outputs made, by name.
    `further` are the numbers of the further outputs, `products` are those of all steps at the most.

    Unless it is `overwriting`, no layer overwrites its input.
    """

    device: str
    overwriting: bool = False
    entries: list[Entry] = field(default_factory=list)
    parts: dict[str, tuple[int, ...]] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    expressions: set[str] = field(default_factory=set)
    entered: set[str] = field(default_factory=set)
    input: Tensor | None = None
    result: int = 0
    further: list[int] = field(default_factory=list)
    refused: RefusedError | None = None
    products: int = 0
    spent: Spent = field(default_factory=Spent)

    def apply(self, name: str, kind: str, module: nn.Module, flows: list[Flow]) -> tuple[Tensor, int]:
        """Run a module in training, and note it; the value it makes and its number.

        What it draws is drawn again by the next: so the parameters of all are those that a seed gives.
        """
        if self.device == "meta":
            keep_counts_aside(module)
        state = torch.get_rng_state()
        made = module.train()(*[flow.tensor for flow in flows])
        torch.set_rng_state(state)
        if made.numel() == 0 or made.ndim < 2:
            raise ValueError("nothing is left")
        if len(self.entries) >= MOST_ENTRIES:
            raise TooLongError
        number = 1 + len(self.entries)
        inputs = tuple(flow.number for flow in flows)
        self.entries.append(Entry(name, kind, module, inputs, number, tuple(made.shape[1:])))
        return made, number

    def hold(self, layer: str, options: Mapping[str, Value], flow: Flow) -> None:
        """Raise `TooLargeError` where a step may take too long or too much on real tensors."""
        if self.device == "meta":
            return
        self.products += products_of(layer, options, flow)
        if self.products > MOST_IN_ALL:
            raise TooLargeError

    def replay(self, inputs: Tensor, *, training: bool) -> tuple[Tensor, ...]:
        """What the steps make of other inputs: the result, and in training the further outputs."""
        values = {0: inputs}
        for entry in self.entries:
            if entry.in_training_alone and not training:
                continue
            module = entry.module.train(training)
            values[entry.output] = module(*[values[number] for number in entry.inputs])
        return tuple(values[number] for number in (self.result, *(self.further if training else ())))

    def state(self) -> dict[str, Tensor]:
        """The state dict, by the names of the language's page."""
        return {
            f"{entry.name}.{key}": value
            for entry in self.entries
            for key, value in entry.module.state_dict().items()
        }


def keep_counts_aside(module: nn.Module) -> None:
    """Let batch normalizations weigh batches by a constant.

    Where they weigh them by their number, torch reads it from a tensor, and on its meta device there is none.
    """
    for each in module.modules():
        if isinstance(each, nn.modules.batchnorm._BatchNorm) and each.momentum is None:
            each.momentum = 0.1
