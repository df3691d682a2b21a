"""What is compared: something that trains a network for an epoch at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

BATCH = 64
RATE = 0.001


@dataclass(frozen=True, slots=True)
class Epoch:
    """Seconds of one epoch: its training alone, all of it with the evaluation, and its steps."""

    training: float
    whole: float
    steps: int

    @property
    def step(self) -> float:
        """Seconds of a step, everything that the epoch's training costs shared among them."""
        return self.training / self.steps


class Side(Protocol):
    """One way to train a network, ready to go on whenever it has its turn."""

    def epoch(self) -> Epoch:
        """Train on every image once, then evaluate."""
        ...
