"""Trainings that take no time: what a run reaches follows from its recipe and settings alone."""

from __future__ import annotations

import json
import math
import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from netdsl.experiments.outcome import Failure, Outcome
from netdsl.experiments.planned import PlannedRun
from netdsl.training.machine.interrupt import stop_request
from netdsl.training.progress import Progress
from netdsl.training.run_folder.records import EpochMetrics, Result

if TYPE_CHECKING:
    from netdsl.training.machine.interrupt import StopRequest

PATIENCE = 60.0


def accuracy(run: PlannedRun) -> float:
    """Best at a learning rate of 0.01; a little different for each seed and each setting."""
    rate = math.log10(run.recipe.base_rate)
    share = sum(float(value) for value in run.settings.values())
    return round(0.8 - 0.1 * (rate + 2) ** 2 - 0.05 * share + 0.01 * run.seed, 6)


def result_of(run: PlannedRun, *, interrupted: bool = False) -> Result:
    """What a run reaches."""
    reached = accuracy(run)
    return Result(
        name="net",
        data="shapes",
        device="cpu",
        parameters=1234,
        epochs=run.recipe.epochs,
        best_epoch=max(1, run.recipe.epochs - 1),
        train_loss=round(1.5 - reached, 6),
        train_accuracy=round(reached + 0.05, 6),
        validation_loss=round(1.7 - reached, 6),
        validation_accuracy=round(reached - 0.01, 6),
        test_accuracy=reached,
        test_loss=1.0,
        last_test_accuracy=reached,
        per_class_accuracy=None,
        confusion_matrix=None,
        seconds=60.0 + run.seed,
        images_per_second=100.0,
        peak_memory_bytes=None,
        interrupted=interrupted,
    )


def outcome_of(run: PlannedRun, *, interrupted: bool = False) -> Outcome:
    """A run that came to its end, or was interrupted."""
    return Outcome(run, result_of(run, interrupted=interrupted))


def begun(folder: Path) -> list[str]:
    """The runs that were begun in a sweep's folder, in order, each as often as it was."""
    path = folder / "begun.txt"
    return path.read_text().split("\n")[:-1] if path.exists() else []


@dataclass(frozen=True)
class FakeTrain:
    """Writes results in a sweep's folder; `acts` says what else happens to the runs of a label, and in order.

    `fails`: it fails; `breaks`: Ctrl-C between two steps; `stops`: someone
    has asked to stop, and it saves; `dies`: its process is killed; `waits`:
    it goes on until it is asked to stop; `calls`: the same, and it has
    everyone stopped as soon as all have begun.
    """

    folder: Path
    acts: Mapping[str, str] = field(default_factory=dict)

    @property
    def progress(self) -> Callable[[str], Progress]:
        """Nobody looks."""
        return lambda _: Progress()

    def __call__(
        self, run: PlannedRun, progress: Progress | None = None, stop: StopRequest | None = None
    ) -> Outcome:
        """Train at once, or do what is to happen."""
        place = self.folder / run.folder
        place.mkdir(parents=True, exist_ok=True)
        act = self.acts.get(run.label)
        if act in ("waits", "calls"):
            self._wait(run, everyone=act == "calls")
        else:
            self._begin(run)
        if act == "fails":
            return Outcome(run, failure=Failure("E720", "the loss is not finite", "lower the learning rate"))
        if act == "breaks":
            raise KeyboardInterrupt
        if act == "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        outcome = outcome_of(run, interrupted=act in ("stops", "waits", "calls"))
        assert outcome.result is not None
        self._write(place, outcome.result)
        return outcome

    def _begin(self, run: PlannedRun) -> None:
        with (self.folder / "begun.txt").open("a") as file:
            file.write(f"{run.label}\n")

    def _wait(self, run: PlannedRun, everyone: bool) -> None:
        deadline = time.monotonic() + PATIENCE
        with stop_request() as stop:
            self._begin(run)
            if everyone:
                while len(begun(self.folder)) < len(self.acts):
                    assert time.monotonic() < deadline
                    time.sleep(0.01)
                os.kill(os.getppid(), signal.SIGINT)
            while not stop.is_set:
                assert time.monotonic() < deadline
                time.sleep(0.01)

    def _write(self, place: Path, result: Result) -> None:
        metrics = EpochMetrics(
            epoch=result.best_epoch or 1,
            train_loss=2 - (result.train_accuracy or 0),
            train_accuracy=result.train_accuracy or 0,
            validation_loss=2 - (result.validation_accuracy or 0),
            validation_accuracy=result.validation_accuracy,
            lr=0.1,
            seconds=1.0,
            images_per_second=100.0,
        )
        (place / "metrics.jsonl").write_text(json.dumps(asdict(metrics)) + "\n")
        (place / "result.json").write_text(json.dumps(asdict(result)))
