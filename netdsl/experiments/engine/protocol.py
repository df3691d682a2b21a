"""What carries out the runs of a sweep."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Protocol

from netdsl.experiments.outcome import Outcome
from netdsl.experiments.planned import PlannedRun
from netdsl.training.progress import Progress

if TYPE_CHECKING:
    from netdsl.training.machine.interrupt import StopRequest


class Train(Protocol):
    """Trains one run; never raises for what is wrong with the run itself. It can be pickled."""

    @property
    def progress(self) -> Callable[[str], Progress]:
        """Makes what shows a run to the person, from what the run is called."""
        ...

    def __call__(
        self, run: PlannedRun, progress: Progress | None = None, stop: StopRequest | None = None
    ) -> Outcome:
        """Train; `progress` hears of it in place of the person, `stop` may ask to end before the end."""
        ...


class Engine(Protocol):
    """Somewhere to train runs: in this process, in several, or on other machines."""

    def run(self, runs: Sequence[PlannedRun], train: Train) -> Generator[Outcome, None, None]:
        """Train the runs, and give each outcome as soon as it is there, in any order.

        Where someone asks to stop, the runs that are being trained save their
        state and their outcomes say that they were interrupted; those that were
        not begun have none. `KeyboardInterrupt` may be raised instead.
        """
        ...
