"""What carries out the runs of a sweep."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Protocol

from netdsl.experiments.outcome import Outcome
from netdsl.experiments.planned import PlannedRun

# Trains one run; never raises for what is wrong with the run itself. It can be pickled.
Train = Callable[[PlannedRun], Outcome]


class Engine(Protocol):
    """Somewhere to train runs: in this process, in several, or on other machines."""

    def run(self, runs: Sequence[PlannedRun], train: Train) -> Generator[Outcome, None, None]:
        """Train the runs, and give each outcome as soon as it is there, in any order.

        Where someone asks to stop, the runs that are being trained save their
        state and their outcomes say that they were interrupted; those that were
        not begun have none. `KeyboardInterrupt` may be raised instead.
        """
        ...
