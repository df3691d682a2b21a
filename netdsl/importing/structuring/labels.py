"""Names for values that are read further down."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count as count_up

from netdsl.importing.model import Call


class Labels:
    """Names for values that are read further down."""

    def __init__(self, numbers: Iterator[int] | None = None) -> None:
        self.names: dict[Call, str] = {}
        self.numbers = numbers if numbers is not None else count_up(1)

    def of(self, call: Call) -> str:
        """The label of a value."""
        if call not in self.names:
            self.names[call] = f"skip{next(self.numbers)}"
        return self.names[call]

    def inside(self) -> Labels:
        """Labels of a scope within, whose names are others."""
        return Labels(self.numbers)
