"""What is shown of a run while a sweep trains it; standard output is left to the table."""

from __future__ import annotations

from netdsl.plain_text import say
from netdsl.training.progress import Progress
from netdsl.training.progress.console import ConsoleProgress, percent
from netdsl.training.run_folder.records import EpochMetrics, Result


def shown_alone(label: str) -> Progress:
    """For a run that has the terminal to itself: its name, then what `train` shows, but no classes."""
    from rich.console import Console

    progress = ConsoleProgress(Console(stderr=True), by_class=False)
    progress.note(f"\n{label}")
    return progress


def shown_among_others(label: str) -> Progress:
    """For one of several runs side by side: a line an epoch, with the run's name."""
    return NamedLines(label)


class NamedLines(Progress):
    """Lines that begin with the run's name."""

    def __init__(self, label: str) -> None:
        from rich.console import Console

        self._label = label
        self._console = Console(stderr=True)
        self._epochs = 0

    def begin(self, headline: str, epochs: int) -> None:
        """Say what is trained on what."""
        self._epochs = epochs
        self.note(headline)

    def epoch(self, metrics: EpochMetrics) -> None:
        """The epoch's accuracies."""
        line = f"epoch {metrics.epoch}/{self._epochs}  train {percent(metrics.train_accuracy)}"
        if metrics.validation_accuracy is not None:
            line += f"  validation {percent(metrics.validation_accuracy)}"
        self.note(f"{line}  {metrics.seconds:.1f} s")

    def note(self, text: str) -> None:
        """Say it."""
        say(self._console, f"{self._label}: {text}", soft_wrap=True)

    def end(self, result: Result) -> None:
        """The test accuracy, where there is one."""
        if result.test_accuracy is not None:
            self.note(f"test {percent(result.test_accuracy)}")
