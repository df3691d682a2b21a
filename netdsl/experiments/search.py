"""Trials that Optuna chooses; each is an ordinary run of the sweep, in a folder of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from statistics import fmean

from netdsl.diagnostics import DiagnosticError
from netdsl.experiments.engine.protocol import Engine, Train
from netdsl.experiments.expand import assignment, base
from netdsl.experiments.folder import STUDY
from netdsl.experiments.load import ExperimentFile
from netdsl.experiments.measured import not_measured
from netdsl.experiments.model import Search
from netdsl.experiments.outcome import Outcome
from netdsl.experiments.plan import Choices, PlannedVariant, plan_variant, shared
from netdsl.experiments.planned import PlannedRun
from netdsl.experiments.study import Study
from netdsl.experiments.sweep import Ending, Sweep, Told
from netdsl.training.run_folder.reading import read_metrics
from netdsl.training.run_folder.records import reached


@dataclass(frozen=True, slots=True)
class Best:
    """The best trial so far: what it is called, and what it reached of the metric."""

    name: str
    metric: str
    value: float


class Searcher:
    """Asks Optuna for trials, has them trained, and tells it what they reached."""

    def __init__(self, file: ExperimentFile, choices: Choices, sweep: Sweep) -> None:
        part = file.experiment.search
        assert part is not None
        self._part: Search = part
        self._file, self._choices, self._sweep = file, choices, sweep
        self._study = Study(part, sweep.folder / STUDY, self._key())

    def carry_out(self, engine: Engine, train: Train, at_once: int, told: Told) -> Ending:
        """Train all trials, so many at once; those that an interruption or a failure left open come first.

        Raises `DiagnosticError` where a folder holds another trial than the one planned.
        """
        planned = self._planned()
        self._check(planned)
        for number, each in enumerate(planned):
            self._tell(number, each.runs)
        # So that the table is told where nothing is left to do.
        self._sweep.carry_out(_runs(planned), (), engine, train, told)
        tried: set[int] = set()
        failed = False
        while batch := self._next(at_once, tried):
            tried.update(batch)
            planned = self._planned()
            chosen = [planned[number] for number in batch]
            self._check(chosen)
            ending = self._sweep.carry_out(_runs(planned), _runs(chosen), engine, train, told)
            if ending is Ending.INTERRUPTED:
                return ending
            failed = failed or ending is Ending.SOME_FAILED
            for number in batch:
                self._tell(number, planned[number].runs)
        return Ending.SOME_FAILED if failed else Ending.FINISHED

    @property
    def best(self) -> Best | None:
        """The best trial, if one has been finished."""
        found = self._study.best
        return Best(_name(found[0]), self._part.metric, found[1]) if found is not None else None

    def _next(self, at_once: int, tried: Collection[int]) -> list[int]:
        """The numbers of the next trials: open ones that have not been tried by this command, or new ones.

        The two are never mixed, so that new trials are chosen by as many
        earlier ones as if nothing had been interrupted.
        """
        left = [number for number in self._study.open if number not in tried]
        if left:
            return left[:at_once]
        count = min(at_once, self._part.trials - len(self._study.trials))
        return [self._study.ask() for _ in range(count)]

    def _planned(self) -> list[PlannedVariant]:
        """Every trial that has been chosen, with a run for each seed."""
        return shared(self._plan(number) for number in range(len(self._study.trials)))

    def _plan(self, number: int) -> PlannedVariant:
        given = [
            assignment(self._file, "search", key, *self._study.value(key, number)) for key in self._part.space
        ]
        variant = base(self._file).given(given, _name(number)).at(self._file.places[("search",)])
        planned, wrong = plan_variant(variant, self._file, self._choices)
        if wrong:
            raise DiagnosticError(wrong[0])
        return planned

    def _check(self, planned: Sequence[PlannedVariant]) -> None:
        wrong = self._sweep.check(_runs(planned))
        if wrong:
            raise DiagnosticError(wrong[0])

    def _tell(self, number: int, runs: Sequence[PlannedRun]) -> None:
        """Tell Optuna what a trial reached; one that failed stays open, to be tried again."""
        outcomes = self._sweep.known(runs)
        if all(each.is_finished for each in outcomes):
            self._study.tell(number, fmean(self._measure(each) for each in outcomes))
        elif any(each.stopped for each in outcomes):
            self._study.prune(number)

    def _measure(self, outcome: Outcome) -> float:
        """A run's figure: that of its best epoch."""
        metric, result = self._part.metric, outcome.result
        assert result is not None
        if metric.endswith("accuracy"):
            value = getattr(result, metric)
        else:
            epochs = read_metrics(self._sweep.folder / outcome.run.folder)
            value = next((reached(each, metric) for each in epochs if each.epoch == result.best_epoch), None)
        if value is None:
            raise DiagnosticError(not_measured(metric, self._file))
        return float(value)

    def _key(self) -> str:
        """Another space, metric or length is another search."""
        asked = f"{self._part.model_dump(exclude={'trials'})} {self._choices}"
        return hashlib.sha256(asked.encode()).hexdigest()[:16]


def _runs(planned: Sequence[PlannedVariant]) -> list[PlannedRun]:
    return [run for each in planned for run in each.runs]


def _name(number: int) -> str:
    return f"trial {number + 1}"
