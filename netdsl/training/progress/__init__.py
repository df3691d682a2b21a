"""What a training tells while it goes on."""

from __future__ import annotations

from netdsl.training.run_folder.records import EpochMetrics, Result


class Progress:
    """Hears of a training's progress and says nothing; the console's subclass shows it.

    `due` is asked after every step: only where it says yes is the loss read
    from the device, which would otherwise wait for it each time.
    """

    def reading(self, done: int, total: int) -> None:
        """So many of the dataset's images have been decoded."""

    def begin(self, headline: str, epochs: int) -> None:
        """Training begins."""

    def due(self) -> bool:
        """Whether `step` should be called now."""
        return False

    def step(self, epoch: int, done: int, total: int, loss: float) -> None:
        """So many of the epoch's images have been trained on; `loss` is their mean."""

    def epoch(self, metrics: EpochMetrics) -> None:
        """An epoch is over."""

    def note(self, text: str) -> None:
        """Something the person should know."""

    def end(self, result: Result) -> None:
        """Training is over."""

    def close(self) -> None:
        """Reading or training has ended, well or not: leave the console as it was."""
