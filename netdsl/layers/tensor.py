"""What flows between layers: a shape without the batch, and how its axes are laid out."""

from __future__ import annotations

from math import prod

from netdsl.record import Record

VECTOR = "vector"
MAP = "map"
TOKENS = "tokens"


class TensorType(Record):
    """The type of a value: its sizes without the batch, and its layout.

    A `vector` has one axis of features; a `map` has channels first and one
    to three spatial axes; `tokens` are a sequence whose last axis holds the
    features.
    """

    shape: tuple[int, ...]
    layout: str

    @property
    def channels(self) -> int:
        """Size of the axis that holds channels or features."""
        return self.shape[-1] if self.layout == TOKENS else self.shape[0]

    @property
    def spatial(self) -> tuple[int, ...]:
        """Sizes of the spatial axes of a map; empty for the other layouts."""
        return self.shape[1:] if self.layout == MAP else ()

    @property
    def size(self) -> int:
        """Number of elements of one sample."""
        return prod(self.shape)

    def __str__(self) -> str:
        return "x".join(map(str, self.shape))


def tensor(shape: tuple[int, ...]) -> TensorType:
    """The type of an input of this shape: one axis is a vector, more are a map."""
    return TensorType(shape, VECTOR if len(shape) == 1 else MAP)


def map_of(channels: int, spatial: tuple[int, ...]) -> TensorType:
    """A map of so many channels."""
    return TensorType((channels, *spatial), MAP)


def axes_of(value: TensorType) -> str:
    """The axes that a value has, in a message; the batch is 0."""
    rank = len(value.shape)
    return f"axes 1 to {rank}" if rank > 1 else "axis 1 alone"
