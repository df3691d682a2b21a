"""One use of a function of torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from netdsl.importing.model import Options

Layers = list[tuple[str, Options]]


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a function: its name, the shapes in and out, and the arguments after the value."""

    name: str
    before: tuple[int, ...]
    after: tuple[int, ...]
    arguments: tuple[object, ...]
    keywords: Mapping[str, object]

    def given(self, position: int, name: str, default: object = None) -> object:
        """An argument by position, from 0, or name."""
        return (
            self.arguments[position] if position < len(self.arguments) else self.keywords.get(name, default)
        )
