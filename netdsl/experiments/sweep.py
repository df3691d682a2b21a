"""Carries the runs of an experiment out: what is not done yet, with a table after every run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import recipes as run_codes
from netdsl.experiments.agreement import check_agreement
from netdsl.experiments.engine.protocol import Engine, Train
from netdsl.experiments.model import Experiment
from netdsl.experiments.outcome import Outcome, found_outcome, keep_ending
from netdsl.experiments.planned import PlannedRun
from netdsl.experiments.table import Table

# Hears of the table after every run; the outcome is that of the run, or None at the beginning.
Told = Callable[[Table, "Outcome | None"], None]


class Ending(Enum):
    """How a sweep ended."""

    FINISHED = "finished"
    SOME_FAILED = "some failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Sweep:
    """An experiment that is carried out in a folder, on the data of that name."""

    experiment: Experiment
    data: str
    folder: Path

    def known(self, runs: Iterable[PlannedRun]) -> list[Outcome]:
        """What the folder holds of each run; a part gives way to a finished whole."""
        return [self._best_known(run) for run in runs]

    def _best_known(self, run: PlannedRun) -> Outcome:
        whole = found_outcome(run.in_full, self.folder)
        return whole if whole.is_finished else found_outcome(run, self.folder)

    def check(self, runs: Iterable[PlannedRun]) -> list[Diagnostic]:
        """What the folders hold that is not what is planned."""
        used = {outcome.run.folder: outcome.run for outcome in self.known(runs)}
        found = [check_agreement(run, self.folder, self.data) for run in used.values()]
        return [each for each in found if each is not None]

    def pending(self, outcomes: Iterable[Outcome], chosen: Iterable[PlannedRun]) -> list[PlannedRun]:
        """What of the chosen runs is still to be trained, each folder once."""
        folders = {run.folder for run in chosen}
        left: dict[str, PlannedRun] = {}
        for each in outcomes:
            if each.run.folder in folders and not self._is_over(each):
                left.setdefault(each.run.folder, each.run)
        return list(left.values())

    def carry_out(
        self,
        runs: Sequence[PlannedRun],
        chosen: Sequence[PlannedRun],
        engine: Engine,
        train: Train,
        told: Told,
    ) -> Ending:
        """Train those of the runs that are chosen and not finished.

        The table has all of them. It is saved, and told, at the beginning and
        after every run.
        """
        outcomes = self.known(runs)
        pending = self.pending(outcomes, chosen)
        self._tell(outcomes, None, told)
        ended: list[Outcome] = []
        try:
            with closing(engine.run(pending, train)) as arriving:
                for outcome in arriving:
                    ended.append(outcome)
                    outcomes = [_updated(each, outcome) for each in outcomes]
                    self._tell(outcomes, outcome, told)
        except KeyboardInterrupt:
            return Ending.INTERRUPTED
        if len(ended) < len(pending) or any(each.is_interrupted for each in ended):
            return Ending.INTERRUPTED
        return Ending.SOME_FAILED if any(each.failure for each in ended) else Ending.FINISHED

    def _is_over(self, outcome: Outcome) -> bool:
        """Whether nothing is left to train; a stopped run goes on where no scheduler is asked for."""
        was_stopped = outcome.stopped is not None and self.experiment.scheduler is not None
        return outcome.is_finished or was_stopped

    def _tell(self, outcomes: Sequence[Outcome], outcome: Outcome | None, told: Told) -> None:
        table = Table.of(self.experiment, self.data, outcomes)
        try:
            if outcome is not None:
                keep_ending(outcome, self.folder)
            table.save(self.folder)
        except OSError as error:
            raise DiagnosticError(_unwritable(self.folder, error)) from error
        told(table, outcome)


def _updated(before: Outcome, outcome: Outcome) -> Outcome:
    """An outcome, or what is now known of it; runs that share a folder share what came of it."""
    return replace(outcome, run=before.run) if before.run.folder == outcome.run.folder else before


def _unwritable(folder: Path, error: OSError) -> Diagnostic:
    return Diagnostic(
        run_codes.RUN_FOLDER,
        f"{folder} can't be written: {(error.strerror or str(error)).lower()}",
        file=str(folder),
        help="make room, or give a folder that can be written with `--out`",
    )
