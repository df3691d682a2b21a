"""Trials that Optuna chooses; each is an ordinary run of the sweep, in a folder of its own."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from statistics import fmean
from typing import TYPE_CHECKING

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import experiments as codes
from netdsl.diagnostics.catalogue import runs as run_codes
from netdsl.experiments.engine.protocol import Engine, Train
from netdsl.experiments.expand import assignment, base
from netdsl.experiments.load import ExperimentFile
from netdsl.experiments.model import Search
from netdsl.experiments.outcome import Outcome
from netdsl.experiments.plan import Choices, plan_variant
from netdsl.experiments.planned import PlannedRun
from netdsl.experiments.space import Distribution, rounded
from netdsl.experiments.sweep import Ending, Sweep, Told
from netdsl.training.stored import read_metrics

if TYPE_CHECKING:
    from optuna import Study
    from optuna.distributions import BaseDistribution

STORAGE = "search.db"


@dataclass(frozen=True, slots=True)
class Best:
    """The best trial so far: what it is called, and what it reached of the metric."""

    name: str
    metric: str
    value: float


class Searcher:
    """Asks Optuna for trials and tells it what they reached.

    The study lies in the sweep's folder, so that a search can be interrupted
    and repeated. Each trial is chosen with a seed of its own: a search in two
    parts chooses as one in a single part does.
    """

    def __init__(self, file: ExperimentFile, choices: Choices, sweep: Sweep) -> None:
        part = file.experiment.search
        assert part is not None
        self._part: Search = part
        self._file, self._choices, self._sweep = file, choices, sweep
        _require_optuna()
        self._study = self._open_study()

    def carry_out(self, engine: Engine, train: Train, at_once: int, told: Told) -> Ending:
        """Train all trials, so many at once; those that an interruption left open come first."""
        failed = False
        # So that the table is told where nothing is left to do.
        self._sweep.carry_out(self._all_runs(), (), engine, train, told)
        while batch := self._next(at_once):
            planned = {number: self._plan(number) for number in batch}
            runs = [run for each in planned.values() for run in each]
            wrong = self._sweep.check(runs)
            if wrong:
                raise DiagnosticError(wrong[0])
            chosen = [run.folder for run in runs]
            ending = self._sweep.carry_out(self._all_runs(), chosen, engine, train, told)
            if ending is Ending.INTERRUPTED:
                return ending
            failed = failed or ending is Ending.SOME_FAILED
            for number, each in planned.items():
                self._tell(number, each)
        return Ending.SOME_FAILED if failed else Ending.FINISHED

    @property
    def best(self) -> Best | None:
        """The best trial, if one has been finished."""
        try:
            trial = self._study.best_trial
        except ValueError:
            return None
        assert trial.value is not None
        return Best(_name(trial.number), self._part.metric, trial.value)

    def _next(self, at_once: int) -> list[int]:
        """The numbers of the next trials."""
        from optuna.samplers import TPESampler

        trials = self._study.trials
        batch = [trial.number for trial in trials if not trial.state.is_finished()][:at_once]
        for number in range(len(trials), min(self._part.trials, len(trials) + at_once - len(batch))):
            seed = random.Random(f"{self._part.seed} {number}").randrange(2**32)
            self._study.sampler = TPESampler(seed=seed)
            batch.append(self._study.ask(self._distributions()).number)
        return batch

    def _distributions(self) -> dict[str, BaseDistribution]:
        return {key: _distribution(space) for key, space in self._part.space.items()}

    def _plan(self, number: int) -> tuple[PlannedRun, ...]:
        """The runs of a trial: one for each seed."""
        values = self._study.trials[number].params
        given = []
        for key, space in self._part.space.items():
            value, index = _value(space, values[key])
            given.append(assignment(self._file, "search", key, value, index))
        variant = base(self._file).given(given, _name(number)).at(self._file.places[("search",)])
        planned, wrong = plan_variant(variant, self._file, self._choices)
        if wrong:
            raise DiagnosticError(wrong[0])
        return planned.runs

    def _all_runs(self) -> list[PlannedRun]:
        return [run for trial in self._study.trials for run in self._plan(trial.number)]

    def _tell(self, number: int, runs: Sequence[PlannedRun]) -> None:
        from optuna.trial import TrialState

        outcomes = list(self._sweep.known(runs).values())
        if all(each.is_finished for each in outcomes):
            self._study.tell(number, fmean(self._measure(each) for each in outcomes))
        elif any(each.stopped for each in outcomes):
            self._study.tell(number, state=TrialState.PRUNED)
        else:
            self._study.tell(number, state=TrialState.FAIL)

    def _measure(self, outcome: Outcome) -> float:
        """A run's figure: that of its best epoch."""
        metric, result = self._part.metric, outcome.result
        assert result is not None
        if metric.endswith("accuracy"):
            value = getattr(result, metric)
        else:
            epochs = read_metrics(self._sweep.folder / outcome.run.folder)
            value = next((getattr(each, metric) for each in epochs if each.epoch == result.best_epoch), None)
        if value is None:
            raise DiagnosticError(_not_measured(metric, self._file))
        return float(value)

    def _open_study(self) -> Study:
        import optuna

        folder = self._sweep.folder
        folder.mkdir(parents=True, exist_ok=True)
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        higher = self._part.metric.endswith("accuracy")
        return optuna.create_study(
            storage=f"sqlite:///{(folder / STORAGE).absolute()}",
            study_name=self._study_name(),
            direction="maximize" if higher else "minimize",
            load_if_exists=True,
        )

    def _study_name(self) -> str:
        """Another space, metric or length is another study."""
        asked = f"{self._part.model_dump(exclude={'trials'})} {self._choices}"
        return hashlib.sha256(asked.encode()).hexdigest()[:16]


def _distribution(space: Distribution) -> BaseDistribution:
    """A space as Optuna knows it."""
    from optuna import distributions

    if space.integer is not None:
        return distributions.IntDistribution(*space.integer)
    if space.choice is not None:
        # By their numbers: choices may be lists and mappings, which Optuna can't keep.
        return distributions.CategoricalDistribution(tuple(range(len(space.choice))))
    assert space.range is not None
    return distributions.FloatDistribution(*space.range, log=space.log_uniform is not None)


def _value(space: Distribution, chosen: int | float) -> tuple[object, int | None]:
    """What Optuna chose, and its number among the choices where it is one of these."""
    if space.choice is not None:
        return space.choice[int(chosen)], int(chosen)
    if space.integer is not None or space.range is None:
        return int(chosen), None
    return rounded(chosen, *space.range), None


def _name(number: int) -> str:
    return f"trial {number + 1}"


def _require_optuna() -> None:
    if find_spec("optuna") is None:
        raise DiagnosticError(
            Diagnostic(
                run_codes.MISSING_EXTRA,
                "a search needs Optuna, which is not installed",
                help="pip install 'netdsl[search]'",
            )
        )


def _not_measured(metric: str, file: ExperimentFile) -> Diagnostic:
    place = file.places.get(("search", "metric"), file.places[("search",)])
    return Diagnostic(
        codes.NOT_MEASURED,
        f"the runs have no {metric}",
        place.value if ("search", "metric") in file.places else place.key,
        "the search goes by it",
        help="set some images aside with `validation`, or go by `metric: test_accuracy`"
        if metric.startswith("validation")
        else "use data that has test images",
    )
