"""A program to be compared: a file, one of its nets, and settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Program:
    """The text of a file, the net that is checked, and values of its parameters as texts.

    `mistakes` are the names of what was made wrong on purpose.
    """

    text: str
    net: str
    settings: Mapping[str, str] = field(default_factory=dict)
    mistakes: tuple[str, ...] = ()
