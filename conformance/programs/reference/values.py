"""Values of the language, and the ways in which a program is refused."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from netdsl.diagnostics.span import Span
from netdsl.syntax import tree

VECTOR, MAP, TOKENS = "vector", "map", "tokens"


class Word(str):
    """A bare word that is a choice of an option."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Given:
    """An argument: its name if it has one, and its value."""

    name: str | None
    value: Value


@dataclass(frozen=True, slots=True)
class LayerValue:
    """A layer, block or net as a value. `definition` is None for a layer of the table."""

    name: str
    definition: tree.Definition | None
    arguments: tuple[Given, ...] = ()


Value = int | float | bool | str | tuple["Value", ...] | LayerValue


@dataclass(slots=True)
class Flow:
    """What flows: a tensor with its batch, how its axes are laid out, and its number on the tape."""

    tensor: Tensor
    layout: str
    number: int

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape without the batch."""
        return tuple(self.tensor.shape[1:])

    @property
    def channels(self) -> int:
        """The size of the axis that holds channels or features."""
        return self.shape[-1] if self.layout == TOKENS else self.shape[0]

    @property
    def rank(self) -> int:
        """The number of spatial axes; 0 where there are none."""
        return len(self.shape) - 1 if self.layout == MAP else 0


class RefusedError(Exception):
    """The program can't run. `span` is where it stopped; `by` is `language` or `torch`."""

    def __init__(self, by: str, reason: str, span: Span) -> None:
        super().__init__(reason)
        self.by = by
        self.reason = reason
        self.span = span


def no(reason: str, node: tree.Node) -> RefusedError:
    """The language refuses what stands at a node."""
    return RefusedError("language", reason, node.span)


def is_number(value: Value) -> bool:
    """Whether a value takes part in arithmetic; a truth value does not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def same(left: Value, right: Value) -> bool:
    """Whether two values are the same: `true` is not 1, layers compare by name and arguments."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, LayerValue) and isinstance(right, LayerValue):
        return (
            (left.name, left.definition) == (right.name, right.definition)
            and [each.name for each in left.arguments] == [each.name for each in right.arguments]
            and same(*(tuple(given.value for given in each.arguments) for each in (left, right)))
        )
    if isinstance(left, LayerValue) or isinstance(right, LayerValue):
        return False
    return left == right
