"""Outcomes to the rows of a table: a row for each run, over its seeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from netdsl.experiments.model import Reported
from netdsl.experiments.outcome import Outcome, Stopped
from netdsl.training.run_folder.repeat import Summary, summarise

ACCURACIES = ("train_accuracy", "validation_accuracy", "test_accuracy")
LOSSES = ("train_loss", "validation_loss")
FIGURES = (*ACCURACIES, *LOSSES)

# The state of a row of which no run has begun.
NOT_TRAINED = "not trained yet"


@dataclass(frozen=True, slots=True)
class Row:
    """A run over its seeds.

    `figures` are those of `FIGURES`. `differences` are what was reached minus
    what was reported, of accuracies in percentage points; a part of a run has
    none, since it is never compared as if it were whole. `partial` says how
    much of the run was trained, `state` what is missing or went wrong; both
    are empty where all is well.
    """

    name: str
    changes: tuple[str, ...]
    note: str | None
    outcomes: tuple[Outcome, ...]
    figures: dict[str, Summary | None]
    epochs: float | None
    best_epoch: float | None
    seconds: float | None
    parameters: int | None
    reported: Reported
    differences: dict[str, float]
    partial: str
    state: str

    @property
    def has_validation(self) -> bool:
        """Whether there were validation images, by which the best epoch was chosen; else it is the last."""
        return self.figures["validation_accuracy"] is not None


def figures_epoch(rows: Iterable[Row]) -> str:
    """Of which epoch the figures of rows are, in words."""
    validated = {row.has_validation for row in rows if row.epochs is not None}
    if validated == {False}:
        return "the last epoch"
    return (
        "the best epoch, or of the last without validation images" if False in validated else "the best epoch"
    )


def make_rows(outcomes: Iterable[Outcome]) -> list[Row]:
    """A row for each run in order; parts of a run and the whole are never in one row."""
    groups: dict[tuple[str, str | None], list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault((outcome.run.name, outcome.run.part), []).append(outcome)
    return [_row(group) for group in groups.values()]


def _row(outcomes: Sequence[Outcome]) -> Row:
    run = outcomes[0].run
    results = [each.result for each in outcomes if each.is_finished and each.result is not None]
    figures = {name: _summary([getattr(each, name) for each in results]) for name in FIGURES}
    return Row(
        run.name,
        run.changes,
        run.note,
        tuple(outcomes),
        figures,
        _mean([each.epochs for each in results]),
        _mean([each.best_epoch for each in results]),
        _mean([each.seconds for each in results]),
        results[0].parameters if results else None,
        run.reported,
        # The mean of those that a scheduler left is no mean of all.
        {} if run.part or any(each.stopped for each in outcomes) else _differences(figures, run.reported),
        f"partial: {run.part}" if run.part else "",
        _state(outcomes),
    )


def _differences(figures: dict[str, Summary | None], reported: Reported) -> dict[str, float]:
    found = {}
    for name, summary in figures.items():
        figure = getattr(reported, name)
        if summary is not None and figure is not None:
            found[name] = (100 if name in ACCURACIES else 1) * (summary.mean - figure)
    return found


def _summary(values: Sequence[float | None]) -> Summary | None:
    known = [value for value in values if value is not None]
    return summarise(known) if known else None


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _state(outcomes: Sequence[Outcome]) -> str:
    """What is missing, in words."""
    several = len(outcomes) > 1
    finished = sum(each.is_finished for each in outcomes)
    parts = []
    if 0 < finished < len(outcomes):
        parts.append(f"{finished} of {len(outcomes)} seeds")
    seeds: dict[str, list[str]] = {}
    for each in outcomes:
        what = _unfinished(each)
        if what:
            seeds.setdefault(what, []).append(str(each.run.seed))
    for what, which in seeds.items():
        parts.append(f"seed {', '.join(which)} {what}" if several else what)
    if not parts and finished == 0:
        parts.append(NOT_TRAINED)
    return "; ".join(parts)


def _unfinished(outcome: Outcome) -> str:
    if outcome.failure is not None:
        return f"failed: {outcome.failure.code} {outcome.failure.message}"
    if outcome.stopped is not None:
        return _stopped(outcome.stopped)
    return "interrupted" if outcome.is_interrupted else ""


def _stopped(stopped: Stopped) -> str:
    is_share = stopped.metric.endswith("accuracy")
    value = "not finite"
    if stopped.value is not None:
        value = f"{100 * stopped.value:.2f} %" if is_share else f"{stopped.value:.4g}"
    reached = f"{stopped.metric.replace('_', ' ')} {value}"
    return f"stopped early by the scheduler at epoch {stopped.epoch} of {stopped.epochs}, {reached}"
