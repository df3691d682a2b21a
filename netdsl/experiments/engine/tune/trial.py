"""A run as a trial of Ray Tune, in the worker that trains it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import ray
from ray import tune

from netdsl.experiments.engine.protocol import Train
from netdsl.experiments.engine.tune.talk import Report, Talk
from netdsl.experiments.planned import PlannedRun
from netdsl.training.run_folder.records import reached

# Keys of a trial's configuration and of its results.
NUMBER, REPORT, EPOCH, EPOCHS = "number", "report", "epoch", "epochs"


class RunTrial(tune.Trainable):
    """Trains the run of a number, a report a step; then another one, with the data that it has read."""

    def setup(
        self,
        config: Mapping[str, Any],
        runs: Sequence[PlannedRun] = (),
        train: Train | None = None,
        bell: Any = None,
    ) -> None:
        """Take up the first run."""
        assert train is not None
        self._runs, self._train = runs, train
        self._rung = threading.Event()
        self._talk = Talk(runs[config[NUMBER]], train)
        threading.Thread(target=self._hear, args=(bell,), daemon=True).start()

    def step(self) -> dict[str, Any]:
        """Train to the next report."""
        return as_result(self._talk.listen())

    def reset_config(self, new_config: Mapping[str, Any]) -> bool:
        """Take up another run; the one before is left where it is."""
        self._talk.leave()
        self._talk = Talk(self._runs[new_config[NUMBER]], self._train)
        if self._rung.is_set():
            self._talk.stop.hear(signal.SIGINT)
        return True

    def cleanup(self) -> None:
        """Leave the run where it is."""
        self._talk.leave()

    def _hear(self, bell: Any) -> None:
        """Wait for the bell, then have the run stop, and those after it not begin."""
        try:
            ray.get(bell.wait.remote())
        except ray.exceptions.RayError:
            # The sweep has ended.
            return
        self._rung.set()
        self._talk.stop.hear(signal.SIGINT)


def as_result(report: Report) -> dict[str, Any]:
    """A report as Tune takes it: an epoch's figures by their names, those that were not measured left out."""
    result: dict[str, Any] = {REPORT: report, "done": report.ended}
    if report.metrics is not None:
        figures = {name: reached(report.metrics, name) for name in asdict(report.metrics)}
        figures = {name: value for name, value in figures.items() if value is not None}
        result |= {**figures, EPOCHS: report.epochs}
    return result
