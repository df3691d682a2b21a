"""Runs as trials of Ray Tune, on one machine or on several."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass

from netdsl.experiments.engine.protocol import Train
from netdsl.experiments.engine.tune.cluster import Cluster, lost, unreachable
from netdsl.experiments.engine.tune.events import Died, Ended, Event, Lost, Over, Reported
from netdsl.experiments.engine.tune.halving import Halving
from netdsl.experiments.engine.tune.reached import stopped_at, value_of
from netdsl.experiments.engine.tune.share import share_out
from netdsl.experiments.engine.tune.talk import Report
from netdsl.experiments.engine.tune.tuning import Tuning
from netdsl.experiments.model import Asha
from netdsl.experiments.outcome import Outcome
from netdsl.experiments.planned import PlannedRun
from netdsl.experiments.train_one import stopped
from netdsl.training.machine.interrupt import stop_request
from netdsl.training.progress import Progress

# How often a wish to stop is looked for.
_SECONDS_BETWEEN_LOOKS = 0.2

# How often a run whose worker died is taken up again.
_RESTARTS = 3


@dataclass(slots=True)
class _Watched:
    """A run that workers have had: what shows it, and its last report of an epoch."""

    progress: Progress
    latest: Report | None = None
    ended: bool = False


class RayEngine:
    """Trains so many runs at a time on a cluster; with `asha`, bad ones are stopped early.

    What was seen of earlier runs counts for later ones, as long as the engine lasts.
    """

    def __init__(
        self,
        jobs: int,
        cluster: Cluster,
        asha: Asha | None = None,
        *,
        with_gpus: bool = True,
        restarts: int = _RESTARTS,
    ) -> None:
        self.jobs = jobs
        self._restarts = restarts
        self._cluster = cluster
        self._asha = asha
        self._halving = Halving(asha) if asha is not None else None
        self._with_gpus = with_gpus

    def run(self, runs: Sequence[PlannedRun], train: Train) -> Generator[Outcome, None, None]:
        """Train the runs; where a worker dies, another one goes on from the run's last checkpoint."""
        if not runs:
            return
        self._cluster.connect()
        with stop_request() as stop, closing(self._tuning(runs, train)) as tuning:
            watched = [_Watched(train.progress(run.label)) for run in runs]
            tuning.begin(self._halving)
            while True:
                if stop.is_set:
                    tuning.ask_to_stop()
                event = tuning.next(_SECONDS_BETWEEN_LOOKS)
                if isinstance(event, Over):
                    if event.error is not None:
                        raise lost(event.error)
                    return
                outcome = self._take(event, runs, watched)
                if outcome is not None:
                    yield outcome

    def _tuning(self, runs: Sequence[PlannedRun], train: Train) -> Tuning:
        try:
            share = share_out(self._cluster.machines, self.jobs, self._with_gpus)
        except ValueError:
            raise unreachable(
                "the Ray cluster has no machine that can train",
                "add one to it: `ray start --address=...`, with cores and, if the head has any, GPUs",
            ) from None
        return Tuning(runs, train, self.jobs, share, self._restarts)

    def _take(
        self, event: Event | None, runs: Sequence[PlannedRun], watched: Sequence[_Watched]
    ) -> Outcome | None:
        """Show what has happened; the run's outcome, if that is it."""
        match event:
            case Reported(number, report):
                return self._hear(watched[number], report)
            case Lost(number):
                watched[number].progress.note("its worker died; another one goes on from the last checkpoint")
            case Died(number, reason):
                return Outcome(runs[number], failure=stopped(reason))
            case Ended(number) if not watched[number].ended:
                return self._stopped(runs[number], watched[number])
            case _:
                pass
        return None

    def _hear(self, run: _Watched, report: Report) -> Outcome | None:
        for each in report.heard:
            each.tell(run.progress)
        run.ended = report.ended
        if report.metrics is not None:
            run.latest = report
            if self._asha is not None:
                value_of(report.metrics, self._asha)
        return report.outcome

    def _stopped(self, run: PlannedRun, watched: _Watched) -> Outcome:
        """The outcome of a run that the scheduler has stopped."""
        assert self._asha is not None
        assert watched.latest is not None
        assert watched.latest.metrics is not None
        where = stopped_at(watched.latest.metrics, watched.latest.epochs, self._asha)
        watched.progress.note(f"stopped early by the scheduler at epoch {where.epoch} of {where.epochs}")
        return Outcome(run, stopped=where)
