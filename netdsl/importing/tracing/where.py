"""Modules that were made of something else than Python, and say where in it they run."""

from __future__ import annotations

from abc import ABC, abstractmethod

from torch import nn

from netdsl.importing.model import Place, Scope


class Sourced(nn.Module, ABC):
    """A module that knows where it runs, better than its lines of Python do.

    `batch` is how many values it takes at once, None where that is open.
    """

    batch: int | None

    @abstractmethod
    def scope(self) -> Scope | None:
        """The module that what runs now belonged to."""

    @abstractmethod
    def place(self) -> Place:
        """What runs now."""
