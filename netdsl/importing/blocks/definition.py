"""A block as text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from netdsl.importing.blocks.parameters import MISSING, Parameter, Text, as_value
from netdsl.importing.text.writing import literal


@dataclass(frozen=True, slots=True)
class Definition:
    """A block as text: its header's parameters, and its lines."""

    name: str
    parameters: tuple[Parameter, ...]
    lines: tuple[str, ...]

    @property
    def defaults(self) -> dict[str, object]:
        """The parameters with their defaults, in order."""
        return {each.name: each.default for each in self.parameters}

    @property
    def positional(self) -> tuple[str, ...]:
        """Those that a use gives by position."""
        return tuple(each.name for each in self.parameters if each.default is MISSING)

    def text(self) -> str:
        """The block as it stands in the file."""
        header = ", ".join(
            each.name if each.default is MISSING else f"{each.name} = {written(each.default)}"
            for each in self.parameters
        )
        return block_text("block", self.name, header, self.lines)


def block_text(kind: str, name: str, header: str, inner: Sequence[str]) -> str:
    """A definition with its braces."""
    return "\n".join([f"{kind} {name}{f'({header})' if header else ''} {{", *renumbered(inner), "}"])


def renumbered(inner: Sequence[str]) -> list[str]:
    """Lines with their labels numbered from 1; a single one has no number."""
    whole = "\n".join(inner)
    found = list(dict.fromkeys(re.findall(r"\bskip\d+\b", whole)))
    numbers = {name: f"skip{place}" if len(found) > 1 else "skip" for place, name in enumerate(found, 1)}
    return re.sub(r"\bskip\d+\b", lambda match: numbers[match.group()], whole).split("\n")


def written(value: object) -> str:
    """A default as text."""
    return str(value) if isinstance(value, Text) else literal(as_value(value))


def is_same(one: Definition, other: Definition) -> bool:
    """Whether two blocks differ in their names alone."""
    return one.lines == other.lines and one.defaults == other.defaults
