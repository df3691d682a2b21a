"""The figures of runs, as tables of texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from netdsl.report.canvas import percent
from netdsl.report.page.contents import RunContents, TableContents
from netdsl.training.progress.durations import duration
from netdsl.training.run_folder.records import Result

# A confusion matrix of more classes is no longer read; its most frequent mistakes are.
MOST_CLASSES = 26
MOST_MISTAKES = 20


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a confusion matrix: how many images, and their share of the row."""

    count: int
    share: float
    is_right: bool


@dataclass(frozen=True, slots=True)
class Confusion:
    """A confusion matrix, a row for each true class; or its most frequent mistakes where it is large."""

    classes: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    mistakes: TableContents | None


def summary(runs: Sequence[RunContents]) -> TableContents:
    """A row for each run; columns that would be empty are left out."""
    headings = ["run", "train", "validation", "test", "best epoch", "epochs", "parameters", "time"]
    rows = [[run.label, *_figures(run)] for run in runs]
    return TableContents(headings, [heading != "run" for heading in headings], rows).filled()


def _figures(run: RunContents) -> list[str]:
    result, facts = run.history.result, run.history.facts
    if result is None:
        parameters = f"{facts.parameters:,}" if facts is not None else ""
        return ["", "", "", "", f"{len(run.history.epochs)} so far", parameters, ""]
    accuracies = [result.train_accuracy, result.validation_accuracy, result.test_accuracy]
    return [
        *("" if each is None else percent(each, 2) for each in accuracies),
        # Without validation images, nothing chose between the epochs.
        "" if result.best_epoch is None or result.validation_accuracy is None else str(result.best_epoch),
        f"{result.epochs} (interrupted)" if result.interrupted else str(result.epochs),
        f"{result.parameters:,}",
        duration(result.seconds),
    ]


def run_facts(run: RunContents) -> list[tuple[str, str]]:
    """What a run was: names and texts."""
    facts, result = run.history.facts, run.history.result
    found = []
    if facts is not None:
        shape = "x".join(map(str, facts.image_shape))
        counts = ", ".join(f"{count:,} {part}" for part, count in facts.images.items())
        found += [("data", f"{facts.data}, {shape} ({counts})" if counts else f"{facts.data}, {shape}")]
        found += [("parameters", f"{facts.parameters:,}"), ("device", _device(facts.device, facts.processes))]
        found += [("begun", _moment(facts.started))]
        found += [("versions", ", ".join(f"{name} {version}" for name, version in facts.versions.items()))]
    if result is not None:
        found += [("time", duration(result.seconds))]
        if result.images_per_second is not None:
            found += [("speed", f"{result.images_per_second:,.0f} images a second")]
        if result.peak_memory_bytes is not None:
            found += [("memory", f"{result.peak_memory_bytes / 2**20:,.0f} MiB at most")]
    return found


def _moment(written: str) -> str:
    """A moment as people write it, in the zone that it was written down in; other texts as they are."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return written
    return f"{moment:%Y-%m-%d %H:%M} {moment.tzname() or ''}".rstrip()


def _device(device: str, processes: int) -> str:
    return device if processes == 1 else f"{device}, {processes} processes"


def by_class(run: RunContents) -> list[tuple[str, float]]:
    """The accuracy of each class that has images, the best first."""
    found = run.history.result.per_class_accuracy if run.history.result is not None else None
    known = [(name, value) for name, value in (found or {}).items() if value is not None]
    return sorted(known, key=lambda each: -each[1])


def confusion(run: RunContents) -> Confusion | None:
    """The confusion matrix of a run that has one."""
    result, classes = run.history.result, run.history.classes
    if result is None or result.confusion_matrix is None or classes is None:
        return None
    if len(classes) != len(result.confusion_matrix):
        return None
    if len(classes) > MOST_CLASSES:
        return Confusion(classes, (), _mistakes(classes, result))
    rows = []
    for true, counts in enumerate(result.confusion_matrix):
        seen = sum(counts)
        cells = tuple(Cell(count, count / seen if seen else 0, n == true) for n, count in enumerate(counts))
        rows.append((classes[true], cells))
    return Confusion(classes, tuple(rows), None)


def _mistakes(classes: tuple[str, ...], result: Result) -> TableContents:
    found = [
        (count, true, named)
        for true, row in enumerate(result.confusion_matrix or [])
        for named, count in enumerate(row)
        if count and true != named
    ]
    rows = [
        [classes[true], classes[named], f"{count:,}"] for count, true, named in sorted(found, reverse=True)
    ]
    return TableContents(["true", "taken for", "images"], [False, False, True], rows[:MOST_MISTAKES])
