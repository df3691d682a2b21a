"""What a run folder's files say of the run, put together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from netdsl.training.run_folder.files import FACTS, RESULT
from netdsl.training.run_folder.reading import read_facts, read_metrics, read_result, require_run
from netdsl.training.run_folder.records import EpochMetrics, Result, RunFacts


@dataclass(frozen=True, slots=True)
class History:
    """A run: how it began, its finished epochs, and how it ended.

    `facts` and `result` are None where the folder has none (yet): a run that
    is still going on has no result.
    """

    folder: Path
    facts: RunFacts | None
    epochs: tuple[EpochMetrics, ...]
    result: Result | None

    @property
    def name(self) -> str:
        """What was trained, as the run calls it."""
        told = self.result or self.facts
        return told.name if told is not None else self.folder.name

    @property
    def data(self) -> str | None:
        """What it was trained on."""
        told = self.result or self.facts
        return told.data if told is not None else None

    @property
    def best(self) -> EpochMetrics | None:
        """The epoch that was the best on the validation images; None without these or before the end."""
        if self.result is None or self.result.validation_accuracy is None:
            return None
        number = self.result.best_epoch
        return next((epoch for epoch in self.epochs if epoch.epoch == number), None)

    @property
    def classes(self) -> tuple[str, ...] | None:
        """The names of the classes, in the order of the confusion matrix."""
        if self.facts is not None:
            return self.facts.classes
        by_class = self.result.per_class_accuracy if self.result is not None else None
        return tuple(by_class) if by_class is not None else None


def read_history(folder: Path) -> History:
    """Read a run folder, finished or not.

    A last line of `metrics.jsonl` that is cut short is left out. Raises
    `DiagnosticError` where the folder holds no run or a file of it is broken.
    """
    require_run(folder)
    return History(
        folder=folder,
        facts=read_facts(folder) if (folder / FACTS).exists() else None,
        epochs=read_metrics(folder),
        result=read_result(folder) if (folder / RESULT).exists() else None,
    )
