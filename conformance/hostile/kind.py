"""What the campaign asks of a kind of input."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from random import Random


class Kind(ABC):
    """A kind of input: how one is drawn, and how netdsl is given it.

    `folder` is an empty folder, for inputs that are files.
    """

    name: str
    # Inputs of a part of a campaign.
    part = 1_000

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    def seeds(self) -> Sequence[bytes]:
        """Inputs to begin with, each as it should be or nearly so."""

    @abstractmethod
    def draw(self, random: Random, pool: Sequence[bytes]) -> bytes:
        """A spoiled input; `pool` are the seeds and what has led to something new."""

    @abstractmethod
    def run(self, data: bytes) -> frozenset[str]:
        """Give the input to netdsl; what kinds of things came of it.

        Raises `BrokenPromiseError` where a promise doesn't hold; whatever else
        it raises is a finding too.
        """
