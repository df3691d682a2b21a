"""A training's figures as TensorBoard shows them, beside what the console says."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import runs as codes
from netdsl.training.progress import Progress
from netdsl.training.run_folder.making import reported
from netdsl.training.run_folder.records import EpochMetrics, Result

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter


class TensorBoardProgress(Progress):
    """Writes losses, accuracies, learning rate and speed of each epoch into a folder.

    `tensorboard --logdir FOLDER` shows them. A run that is resumed goes on in
    the same folder: what an earlier process wrote of the epochs that now come
    again is no longer shown. Raises `DiagnosticError` where tensorboard is
    not installed, and each method where the folder can't be written.
    """

    def __init__(self, folder: Path) -> None:
        if find_spec("tensorboard") is None:
            raise DiagnosticError(
                Diagnostic(
                    codes.MISSING_EXTRA,
                    "writing for TensorBoard needs tensorboard, which is not installed",
                    help="pip install 'netdsl[tensorboard]'",
                )
            )
        self.folder = folder
        self._writer: SummaryWriter | None = None

    def epoch(self, metrics: EpochMetrics) -> None:
        """The epoch's figures; what can be compared stands in one chart."""
        figures = {
            "loss/train": metrics.train_loss,
            "loss/validation": metrics.validation_loss,
            "accuracy/train": metrics.train_accuracy,
            "accuracy/validation": metrics.validation_accuracy,
            "learning_rate": metrics.lr,
            "images_per_second": metrics.images_per_second,
        }
        self._write(figures, metrics.epoch)

    def end(self, result: Result) -> None:
        """The test's figures, at the epoch whose weights were tested."""
        if result.best_epoch is not None:
            self._write(
                {"accuracy/test": result.test_accuracy, "loss/test": result.test_loss}, result.best_epoch
            )

    def close(self) -> None:
        """Write what is not yet in the file."""
        if self._writer is not None:
            with reported(self.folder):
                self._writer.close()
            self._writer = None

    def _write(self, figures: dict[str, float | None], epoch: int) -> None:
        with reported(self.folder):
            writer = self._opened(epoch)
            for name, value in figures.items():
                if value is not None:
                    writer.add_scalar(name, value, epoch)
            # So that the charts grow while the training goes on.
            writer.flush()

    def _opened(self, epoch: int) -> SummaryWriter:
        if self._writer is None:
            from torch.utils.tensorboard import SummaryWriter

            self._writer = SummaryWriter(self.folder, purge_step=epoch)
        return self._writer


class Progresses(Progress):
    """Tells several of a training's progress, in their order."""

    def __init__(self, *each: Progress) -> None:
        self.each = each

    def reading(self, done: int, total: int) -> None:
        """So many of the dataset's images have been decoded."""
        for progress in self.each:
            progress.reading(done, total)

    def begin(self, headline: str, epochs: int) -> None:
        """Training begins."""
        for progress in self.each:
            progress.begin(headline, epochs)

    def due(self) -> bool:
        """Whether one of them wants to hear of the step."""
        return any(progress.due() for progress in self.each)

    def step(self, epoch: int, done: int, total: int, loss: float) -> None:
        """So many of the epoch's images have been trained on."""
        for progress in self.each:
            progress.step(epoch, done, total, loss)

    def epoch(self, metrics: EpochMetrics) -> None:
        """An epoch is over."""
        for progress in self.each:
            progress.epoch(metrics)

    def note(self, text: str) -> None:
        """Something the person should know."""
        for progress in self.each:
            progress.note(text)

    def end(self, result: Result) -> None:
        """Training is over."""
        for progress in self.each:
            progress.end(result)

    def close(self) -> None:
        """Reading or training has ended, well or not."""
        for progress in self.each:
            progress.close()
