"""One node while it runs: what it reads, its attributes, and the layer that it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from netdsl.importing.onnx.graph import Node
from netdsl.importing.onnx.numbers import shortest
from netdsl.importing.tracing.reading import NoLayerError

if TYPE_CHECKING:
    from netdsl.importing.onnx.network import OnnxNetwork

# Of values that are calculated from shapes.
MOST_ELEMENTS = 2**26


class Step:
    """A node with its values; operators take one and give a tensor, or several."""

    def __init__(
        self, network: OnnxNetwork, node: Node, values: dict[str, Tensor], *, is_folding: bool = False
    ) -> None:
        self.network = network
        self.is_folding = is_folding
        self.node = node
        self.values = values

    def name(self, place: int) -> str:
        """The name of an input, empty where it isn't given."""
        return self.node.inputs[place] if 0 <= place < len(self.node.inputs) else ""

    def has(self, place: int) -> bool:
        """Whether an input is given."""
        return bool(self.name(place))

    def value(self, place: int) -> Tensor:
        """An input; weights that no module has are parameters of the network."""
        name = self.name(place)
        if name in self.values:
            return self.values[name]
        if name not in self.network.constants:
            raise NoLayerError(
                f"`{name[:60]}` is read, which nothing makes" if name else "an input is missing"
            )
        constant = self.network.constants[name]
        if constant.is_floating_point() and constant.numel() > 1 and not self.is_folding:
            return self.network.learned(name)
        return constant

    def is_constant(self, place: int) -> bool:
        """Whether an input is in the file."""
        return self.name(place) in self.network.constants

    def weight(self, place: int) -> Tensor:
        """An input that must be in the file."""
        if not self.is_constant(place):
            raise NoLayerError(f"`{self.node.operator}` with a weight that is calculated")
        return self.network.constants[self.name(place)]

    def optional_weight(self, place: int) -> Tensor | None:
        """An input that must be in the file if it is given."""
        return self.weight(place) if self.has(place) else None

    def number(self, place: int, attribute: str, default: float | None = None) -> float | None:
        """A number that is an input in newer operator sets, and an attribute in older ones."""
        if self.has(place):
            tensor = self.weight(place)
            if tensor.numel() != 1:
                raise NoLayerError(f"`{self.node.operator}` with a number for each channel")
            found = tensor.reshape(()).item()
            return shortest(float(found)) if tensor.is_floating_point() else float(found)
        given = self.node.attributes.get(attribute, default)
        return float(given) if isinstance(given, int | float) else default

    def integers(self, place: int, attribute: str) -> tuple[int, ...] | None:
        """Integers that are an input in newer operator sets, and an attribute in older ones."""
        if place >= 0 and self.has(place):
            name = self.name(place)
            tensor = self.values.get(name, self.network.constants.get(name))
            if tensor is None or tensor.is_meta or tensor.is_floating_point() or tensor.numel() > 64:
                raise NoLayerError(
                    f"`{self.node.operator}` whose {attribute} depend on the numbers in a value"
                )
            return tuple(int(each) for each in tensor.reshape(-1).tolist())
        return self.sizes(attribute)

    def sizes(self, attribute: str) -> tuple[int, ...] | None:
        """An attribute of integers."""
        given = self.node.attributes.get(attribute)
        if given is None:
            return None
        if not isinstance(given, tuple) or not all(isinstance(each, int) for each in given):
            raise NoLayerError(f"`{self.node.operator}` whose {attribute} are no integers")
        return tuple(int(each) for each in given)

    def integer(self, attribute: str, default: int) -> int:
        """An attribute that is an integer."""
        given = self.node.attributes.get(attribute, default)
        if not isinstance(given, int):
            raise NoLayerError(f"`{self.node.operator}` whose {attribute} is no integer")
        return given

    def text(self, attribute: str, default: str) -> str:
        """An attribute that is a text."""
        given = self.node.attributes.get(attribute, default)
        return given if isinstance(given, str) else default

    def layer(self, x: Tensor, make: Callable[[], nn.Module]) -> Tensor:
        """The module that this node is, made when it first runs, and what it makes of a value."""
        made: Tensor = self.network.layer(self.node, make, x)
        return made

    def bounded(self, x: Tensor, shape: Sequence[int]) -> None:
        """Raise where what is calculated from the file alone becomes too large.

        What flows is bounded when it is known what flows.
        """
        if self.is_folding or not x.is_floating_point():
            self.sized(tuple(shape))

    def sized(self, shape: tuple[int, ...] | list[int]) -> tuple[int, ...]:
        """A shape that a value may be filled to."""
        if any(each < 0 for each in shape) or prod(shape) > MOST_ELEMENTS:
            raise NoLayerError(f"`{self.node.operator}` that makes too many numbers")
        return tuple(shape)


def with_weights(module: nn.Module, **weights: Tensor | None) -> nn.Module:
    """A module that was made without numbers, with these."""
    for name, value in weights.items():
        if value is None:
            continue
        there = getattr(module, name)
        if tuple(there.shape) != tuple(value.shape):
            said = f"{tuple(value.shape)} where {tuple(there.shape)} is needed"
            raise NoLayerError(f"a {name} of {said}")
        if isinstance(there, nn.Parameter):
            setattr(module, name, nn.Parameter(value.to(torch.float32), requires_grad=False))
        else:
            setattr(module, name, value.to(torch.float32))
    return module
