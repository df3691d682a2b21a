"""Shows a training on the console: a bar on a terminal, a line an epoch elsewhere."""

from __future__ import annotations

import time
from statistics import median

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table

from netdsl.plain_text import add_row, say
from netdsl.training.progress import Progress
from netdsl.training.progress.durations import duration
from netdsl.training.run_folder.records import EpochMetrics, Result

_SECONDS_BETWEEN_UPDATES = 0.5


class ConsoleProgress(Progress):
    """Writes to a rich console; `Console(stderr=True)` keeps standard output free.

    With `by_class` false, the accuracies of the classes are left out at the end.
    """

    def __init__(self, console: Console | None = None, *, by_class: bool = True) -> None:
        self.console = console or Console()
        self._by_class = by_class
        self._epochs = 0
        self._bar: Bar | None = None
        self._task = TaskID(0)
        self._next_update = 0.0
        self._epoch_began = 0.0
        self._seconds: list[float] = []

    def reading(self, done: int, total: int) -> None:
        """Show how many images are decoded."""
        if self.console.is_terminal:
            self._show("decoding", done, total, "")

    def begin(self, headline: str, epochs: int) -> None:
        """Say what is trained on what."""
        self._print(headline)
        self._epochs = epochs
        self._epoch_began = time.monotonic()

    def due(self) -> bool:
        """Twice a second, on a terminal."""
        return self.console.is_terminal and time.monotonic() >= self._next_update

    def step(self, epoch: int, done: int, total: int, loss: float) -> None:
        """Move the bar."""
        now = time.monotonic()
        self._next_update = now + _SECONDS_BETWEEN_UPDATES
        speed = done / max(now - self._epoch_began, 1e-9)
        self._show(f"epoch {epoch}/{self._epochs}", done, total, f"loss {loss:.4f}  {speed:,.0f} images/s")

    def epoch(self, metrics: EpochMetrics) -> None:
        """A line for the epoch, in place of its bar."""
        self.close()
        width = len(str(self._epochs))
        line = f"epoch {metrics.epoch:>{width}}/{self._epochs}  "
        line += f"train loss {metrics.train_loss:.4f} accuracy {percent(metrics.train_accuracy)}"
        if metrics.validation_accuracy is not None:
            loss = "not finite" if metrics.validation_loss is None else f"{metrics.validation_loss:.4f}"
            line += f"  validation loss {loss} accuracy {percent(metrics.validation_accuracy)}"
        line += f"  lr {metrics.lr:.3g}  {metrics.images_per_second:,.0f} images/s  {metrics.seconds:.1f} s"
        self._seconds.append(metrics.seconds)
        left = (self._epochs - metrics.epoch) * median(self._seconds)
        self._print(line + (f"  {duration(left)} left" if left >= 1 else ""))
        self._epoch_began = time.monotonic()

    def note(self, text: str) -> None:
        """Say it."""
        self._print(text)

    def end(self, result: Result) -> None:
        """The accuracies, of each class and over all."""
        self.close()
        if self._by_class and result.per_class_accuracy is not None:
            self.console.print(_per_class(result.per_class_accuracy))
        self._print(_summary(result))

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _show(self, text: str, done: int, total: int, more: str) -> None:
        if self._bar is None:
            columns = (
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[more]}", markup=False),
                TimeRemainingColumn(),
            )
            self._bar = Bar(*columns, console=self.console, transient=True, auto_refresh=False)
            self._task = self._bar.add_task(text, total=total, more=more)
            self._bar.start()
        self._bar.update(self._task, description=text, completed=done, total=total, more=more, refresh=True)

    def _print(self, text: str) -> None:
        say(self.console, text, soft_wrap=True)


def percent(fraction: float | None) -> str:
    """A fraction from 0 to 1 as a person reads it: 69.44 %."""
    return "-" if fraction is None else f"{100 * fraction:.2f} %"


def _summary(result: Result) -> str:
    if result.best_epoch is None:
        return "no epoch was finished"
    train = f"train {percent(result.train_accuracy)}"
    if result.validation_accuracy is None:
        # Nothing chose between the epochs, and the weights are the last.
        parts = [f"last epoch, {result.best_epoch} of {result.epochs}: {train}"]
        last = ""
    else:
        parts = [f"best epoch {result.best_epoch} of {result.epochs}: {train}"]
        parts.append(f"validation {percent(result.validation_accuracy)}")
        last = f" (last weights {percent(result.last_test_accuracy)})"
    if result.test_accuracy is not None:
        parts.append(f"test {percent(result.test_accuracy)}{last}")
    return ", ".join(parts) + f"; {result.seconds:.1f} s"


def _per_class(accuracies: dict[str, float | None]) -> Table:
    table = Table(title="accuracy by class", title_justify="left", box=None)
    table.add_column("class")
    table.add_column("accuracy", justify="right")
    for name, accuracy in accuracies.items():
        add_row(table, name, percent(accuracy))
    return table
