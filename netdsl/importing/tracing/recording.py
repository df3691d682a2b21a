"""What has been written down of a run: the calls, and which of them made which value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from torch import Tensor, nn

from netdsl.importing.model import Call, Options, Place, Scope
from netdsl.importing.tracing.use import Layers

# Two images, so that batch normalization can be run as in training.
BATCH = 2
UNKNOWN = "?"
INPUT = "input"


class SaysWhere(Protocol):
    """What knows where the run is."""

    def scope(self) -> Scope | None:
        """The innermost run of a module of the user's."""

    def place(self) -> Place:
        """The module, and the line of the source."""


class Recording:
    """The calls of a run so far."""

    def __init__(self, model: nn.Module, value: Tensor, where: SaysWhere) -> None:
        self.where = where
        self.calls: list[Call] = []
        self.values: dict[int, Call] = {}
        self.parameters: dict[int, str] = {id(each): name for name, each in model.named_parameters()}
        self.kept: list[Tensor] = []
        self.entry = Call(INPUT, (), [], tuple(value.shape[1:]), None, Place())
        self.bind(value, self.entry)

    def bind(self, value: Tensor, call: Call) -> None:
        """Remember which call made a value; it is kept, so that no other gets its identity."""
        self.values[id(value)] = call
        self.kept.append(value)

    def find(self, value: Tensor) -> Call | None:
        """The call that made a value."""
        return self.values.get(id(value))

    def bind_parameter(self, value: Tensor, name: str) -> None:
        """Remember that a value is a parameter of the model in another shape."""
        self.parameters[id(value)] = name
        self.kept.append(value)

    def add(
        self,
        layer: tuple[str, Options],
        inputs: list[Call],
        result: Tensor,
        path: str = "",
        parameter: str = "",
    ) -> Call:
        """Write a call down, and what it made."""
        name, options = layer
        shape = tuple(result.shape[1:])
        call = Call(name, options, inputs, shape, self.where.scope(), self.where.place(), path, parameter)
        self.calls.append(call)
        self.bind(result, call)
        return call

    def follow(self, layers: Layers, before: Call, result: object) -> None:
        """The layers of a function, one after the other."""
        for value in tensors_in([result]):
            if not layers:
                self.bind(value, before)
            made = before
            for place, layer in enumerate(layers):
                made = self.add(layer, [made], value)
                if place + 1 < len(layers):
                    # Only a whole map as one number a channel has a second layer, which flattens it.
                    made.shape = (value.shape[1], *(1 for _ in before.spatial))


def unknown(message: str) -> tuple[str, Options]:
    """A step that stays without a layer; it is an error only where its value is needed."""
    return UNKNOWN, (("message", message),)


def tensors_in(values: Sequence[object]) -> list[Tensor]:
    """The tensors among values, and in the lists among them."""
    found: list[Tensor] = []
    for value in values:
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, Mapping):
            found += tensors_in(list(value.values()))
        elif isinstance(value, tuple | list):
            found += tensors_in(value)
    return found
