"""What a traced model is: calls in the order in which they ran, and the modules they ran in."""

from __future__ import annotations

from dataclasses import dataclass

from netdsl.diagnostics.span import Span

# What an option can hold; a `Word` is written without quotes.
Value = int | float | bool | str | tuple[int, ...] | None


Options = tuple[tuple[str, Value], ...]
# What makes a further output in training, as a merge of one branch that is named by its label.
OUTPUT = "output"
MERGES = ("add", "multiply", "concat", "residual")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happens: the path of the module, and the line of its Python source."""

    path: str = ""
    span: Span | None = None


@dataclass(eq=False, slots=True)
class Scope:
    """One run of a module of the user's: its class, its path, and the run it is inside."""

    kind: str
    path: str
    parent: Scope | None
    is_transparent: bool
    """A container such as `nn.Sequential`, which is no concept of its own."""
    is_chain_class: bool = False
    """A class that only makes an `nn.Sequential` of some layers."""

    def chain(self) -> list[Scope]:
        """This scope and those around it, the outermost first."""
        around = self.parent.chain() if self.parent else []
        return [*around, self]


@dataclass(eq=False, slots=True)
class Call:
    """One layer or merge that ran: what it read, and the shape of what it made, without the batch.

    `path` is that of the module, empty where a function was called; `parameter`
    that of a parameter that the model uses itself, as the layer's only one.
    """

    layer: str
    options: Options
    inputs: list[Call]
    shape: tuple[int, ...]
    scope: Scope | None
    place: Place
    path: str = ""
    parameter: str = ""

    @property
    def channels(self) -> int:
        """Channels of the map that it makes, or features."""
        return self.shape[0] if self.shape else 0

    @property
    def is_merge(self) -> bool:
        """Whether it makes one value of several."""
        return self.layer in MERGES

    @property
    def spatial(self) -> tuple[int, ...]:
        """Sizes of the axes after the channels."""
        return self.shape[1:]


@dataclass(frozen=True, slots=True)
class Output:
    """A further output in training: its name, its key in what the model gives then, and what makes it."""

    name: str
    key: str
    call: Call


@dataclass(frozen=True, slots=True)
class Trace:
    """A whole run: the input, every call, and the call whose value came out."""

    entry: Call
    calls: tuple[Call, ...]
    result: Call
    notes: tuple[str, ...] = ()
    outputs: tuple[Output, ...] = ()
