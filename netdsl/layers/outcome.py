"""What a layer does to its input."""

from __future__ import annotations

from netdsl.layers.kinds import Accepted
from netdsl.layers.tensor import TensorType
from netdsl.record import Record


class Constructor(Record):
    """The call that makes the module: an importable class, positional and keyword arguments."""

    target: str
    arguments: tuple[Accepted, ...] = ()
    keywords: tuple[tuple[str, Accepted], ...] = ()

    @property
    def call(self) -> str:
        """The call as Python has it: `Conv2d(3, 18, 5)`."""
        words = [repr(each) for each in self.arguments] + [f"{name}={each!r}" for name, each in self.keywords]
        return f"{self.target.rpartition('.')[2]}({', '.join(words)})"


class Window(Record):
    """What one output position sees of the input, by spatial axis.

    `extent` is the reach of the (dilated) kernel; `stride` the step between
    neighbouring outputs, a fraction where the map grows. `whole` means that
    every output sees every position.
    """

    extent: tuple[int, ...] = ()
    stride: tuple[float, ...] = ()
    whole: bool = False


class Outcome(Record):
    """What a layer does to its input.

    `parameters` are the learned tensors by name and shape. `multiply_adds`
    counts one sample. A `view` shares its input's memory. A layer `mixes`
    where what it makes of a position depends on all channels or features
    there. One that moves elements says of each axis that it makes which
    `axes` of its input, from 0, are in it.
    """

    output: TensorType
    constructor: Constructor
    parameters: tuple[tuple[str, tuple[int, ...]], ...] = ()
    multiply_adds: int = 0
    window: Window | None = None
    view: bool = False
    mixes: bool = False
    axes: tuple[tuple[int, ...], ...] = ()
