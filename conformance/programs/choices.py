"""Where a drawn program's choices come from: a seeded generator, or Hypothesis, which can make it smaller."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Choices(Protocol):
    """Draws."""

    def integer(self, low: int, high: int) -> int:
        """An integer between two, both included."""
        ...

    def pick(self, options: Sequence[T]) -> T:
        """One of several."""
        ...

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred cases; Hypothesis takes False for the simpler one."""
        ...


class Seeded:
    """Draws from a generator: program n of a seed is the same on every machine."""

    def __init__(self, seed: int, number: int) -> None:
        self._random = random.Random(f"{seed}:{number}")

    def integer(self, low: int, high: int) -> int:
        """An integer between two, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def pick(self, options: Sequence[T]) -> T:
        """One of several."""
        return options[int(self._random.random() * len(options))]

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred cases."""
        return self._random.random() * 100 < percent
