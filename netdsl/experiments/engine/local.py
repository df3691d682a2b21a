"""Runs one after another, in this process."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from netdsl.experiments.engine.protocol import Train
from netdsl.experiments.outcome import Outcome
from netdsl.experiments.planned import PlannedRun
from netdsl.training.machine.interrupt import stop_request


class LocalEngine:
    """Trains the runs in order; a dataset is read once for all of them."""

    def run(self, runs: Sequence[PlannedRun], train: Train) -> Generator[Outcome, None, None]:
        """Train each run; after a wish to stop, no other one is begun."""
        with stop_request(at_once=True) as stop:
            for run in runs:
                outcome = train(run)
                yield outcome
                if outcome.is_interrupted or stop.is_set:
                    return
