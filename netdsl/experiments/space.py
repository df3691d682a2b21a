"""Spaces of values: what may be drawn, or chosen by a search."""

from __future__ import annotations

import math
import random
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from netdsl.experiments.values import refuse
from netdsl.training.recipe.values import Settings, Takes

# Drawn numbers are cut to so many digits: they stand in tables and in names.
_DIGITS = 6

_Number = Annotated[float, Field(allow_inf_nan=False)]
_Range = Annotated[
    tuple[_Number, _Number] | None,
    Field(strict=False),
    Takes("two numbers, the smaller first, such as [0, 0.8]", "PAIR"),
]


class Distribution(Settings):
    """The values of one key: exactly one of the four."""

    called: ClassVar[str] = "a space"

    uniform: _Range = Field(default=None, description="any number between two")
    log_uniform: _Range = Field(
        default=None, description="any number between two above 0, every power of ten as likely"
    )
    integer: Annotated[
        tuple[int, int] | None,
        Field(strict=False),
        Takes("two whole numbers, the smaller first, such as [16, 64]", "PAIR"),
    ] = Field(default=None, description="any whole number from one to another, both included")
    choice: Annotated[
        tuple[object, ...] | None,
        Field(strict=False, min_length=1),
        Takes("a list of values, such as [32, 64]", "LIST"),
    ] = Field(default=None, description="one of a list of any values")

    @property
    def range(self) -> tuple[float, float] | None:
        """The least and the largest number, where it is one of numbers."""
        return self.uniform or self.log_uniform or self.integer

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise refuse(
                "a space is one of uniform, log_uniform, integer and choice",
                "write for example {uniform: [0, 0.8]} or {choice: [32, 64]}",
            )
        if self.range is not None and not self.range[0] < self.range[1]:
            raise refuse("a range goes from the smaller number to the larger", "swap the two numbers")
        if self.log_uniform is not None and self.log_uniform[0] <= 0:
            raise refuse("the logarithm of a number needs it to be above 0", "begin above 0, such as 1.0e-5")
        return self

    def draw(self, source: random.Random) -> tuple[object, int | None]:
        """A value, and its number among the choices where it is one of these."""
        share = source.random()
        if self.choice is not None:
            number = int(share * len(self.choice))
            return self.choice[number], number
        return self._at(share), None

    def examples(self) -> list[tuple[object, int | None]]:
        """Its choices, or the ends of its range: what is checked before a search begins."""
        if self.choice is not None:
            return [(value, number) for number, value in enumerate(self.choice)]
        return [(self._at(0.0), None), (self._at(1.0), None)]

    def _at(self, share: float) -> float | int:
        """The number at a share of the range."""
        if self.integer is not None:
            low, high = self.integer
            return min(low + int(share * (high - low + 1)), high)
        assert self.range is not None
        first, last = self.range
        if self.log_uniform is not None:
            return rounded(first * math.exp(share * math.log(last / first)), first, last)
        return rounded(first + share * (last - first), first, last)


def rounded(value: float, least: float, most: float) -> float:
    """A number with few digits, still between two others."""
    return min(max(float(f"{value:.{_DIGITS}g}"), least), most)


_OneSpace = Annotated[
    Distribution, Takes("a space, such as {uniform: [0, 0.8]} or {choice: [32, 64]}", "MAP")
]
Space = Annotated[
    dict[str, _OneSpace],
    Field(min_length=1),
    Takes("spaces by `set.NAME`, `recipe.KEY` or `net`", "MAP"),
]


def draw(space: dict[str, Distribution], seed: int, number: int) -> dict[str, tuple[object, int | None]]:
    """The draw of a number: the same whatever other draws there are, and whatever other keys."""
    return {key: each.draw(random.Random(f"{seed} {number} {key}")) for key, each in space.items()}
