"""What a drawn statement may use: names and labels in scope, what flows in, the parts of the file so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from conformance.programs.choices import Choices
from conformance.programs.drawing.expressions import Expressions
from conformance.programs.drawing.values import Raw, Value
from netdsl.layers.tensor import TensorType


@dataclass(frozen=True, slots=True)
class LayerName:
    """A layer of the table as the value of a name, with options given already."""

    layer: str
    options: tuple[tuple[str, Value | Raw], ...] = ()


@dataclass(frozen=True, slots=True)
class PartName:
    """A block or net as the value of a name."""

    part: Part


@dataclass(frozen=True, slots=True)
class Part:
    """A block, or a net that is used as one: its text, and the arguments that were thought of for it."""

    name: str
    text: str
    parameters: tuple[tuple[str, object, bool], ...]
    takes: TensorType
    makes: TensorType


@dataclass(frozen=True, slots=True)
class State:
    """A place between two statements. `is_own` says that it is the network's own, where outputs stand."""

    value: TensorType
    names: dict[str, object] = field(default_factory=dict)
    labels: dict[str, TensorType] = field(default_factory=dict)
    depth: int = 0
    is_own: bool = False

    def behind(self, value: TensorType) -> State:
        """The place after a statement that makes another value."""
        return replace(self, value=value)

    def inner(self) -> State:
        """The place at the head of a pair of braces."""
        return replace(self, depth=self.depth + 1)

    def apart(self) -> State:
        """The place at the head of a part of its own."""
        return replace(self, depth=self.depth + 1, is_own=False)

    def named(self, name: str, value: object) -> State:
        """The same with one more name."""
        return replace(self, names={**self.names, name: value})

    def labelled(self, name: str) -> State:
        """The same with a label for what flows."""
        return replace(self, labels={**self.labels, name: self.value})


@dataclass(slots=True)
class Draft:
    """A file that is being drawn, of about `most` statements; that of number `mistake_at` is wrong."""

    choices: Choices
    parts: list[Part] = field(default_factory=list)
    counted: int = 0
    statements: int = 0
    mistake_at: int = -1
    mistakes: list[str] = field(default_factory=list)
    most: int = 16

    def fresh(self, *stems: str) -> str:
        """A name that nothing has yet."""
        self.counted += 1
        return f"{self.choices.pick(stems)}{self.counted}"

    def expressions(self, state: State) -> Expressions:
        """Writes values at a place."""
        return Expressions(self.choices, state.names, state.value)

    @property
    def is_full(self) -> bool:
        """Whether the file is long enough."""
        return self.statements > self.most


# Statements, and the place after them.
Drawn = tuple[list[str], State]
