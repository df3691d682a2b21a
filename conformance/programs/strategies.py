"""The drawn programs as strategies of Hypothesis, which makes those smaller that show a disagreement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import strategies as st

from conformance.programs.drawing.files import draw_program
from conformance.programs.program import Program

T = TypeVar("T")


class Drawn:
    """Draws of Hypothesis."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def integer(self, low: int, high: int) -> int:
        """An integer between two, both included."""
        return self._draw(st.integers(low, high))

    def pick(self, options: Sequence[T]) -> T:
        """One of several."""
        return options[self._draw(st.integers(0, len(options) - 1))]

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred cases."""
        return self._draw(st.integers(0, 99)) >= 100 - percent


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Whole files, right and nearly right."""
    return draw_program(Drawn(draw))
