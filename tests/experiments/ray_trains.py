"""Trainings that are disturbed from inside the process that trains them, at the end of an epoch."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from netdsl.experiments.engine.protocol import Train
from netdsl.experiments.outcome import Outcome
from netdsl.experiments.planned import PlannedRun
from netdsl.training.progress import Progress
from netdsl.training.run_folder.records import EpochMetrics

if TYPE_CHECKING:
    from netdsl.training.machine.interrupt import StopRequest

PATIENCE = 300.0

# What happens, to whom: the folder of the run, and the wish to stop that it hears.
Act = Callable[[Path, "StopRequest | None"], None]


class Disturbed(Progress):
    """Passes on what it hears, and does something after an epoch."""

    def __init__(self, inner: Progress, epoch: int, act: Callable[[], None]) -> None:
        self.inner, self.at, self.act = inner, epoch, act

    def begin(self, headline: str, epochs: int) -> None:
        self.inner.begin(headline, epochs)

    def epoch(self, metrics: EpochMetrics) -> None:
        self.inner.epoch(metrics)
        if metrics.epoch == self.at:
            self.act()

    def note(self, text: str) -> None:
        self.inner.note(text)


@dataclass(frozen=True)
class Disturbing:
    """Trains as `inner` does, without pictures; `act` happens after epoch 2 of every run."""

    inner: Train
    folder: Path
    act: Act | None = None

    @property
    def progress(self) -> Callable[[str], Progress]:
        """That of `inner`."""
        return self.inner.progress

    def __call__(
        self, run: PlannedRun, progress: Progress | None = None, stop: StopRequest | None = None
    ) -> Outcome:
        """Train."""
        told = progress or self.progress(run.label)
        act = self.act
        if act is not None:
            told = Disturbed(told, 2, lambda: act(self.folder / run.folder, stop))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("netdsl.report.after_training.write_pictures", lambda _: None)
            return self.inner(run, told, stop)


def die_once(place: Path, _stop: StopRequest | None) -> None:
    """Kill the first process that comes here, where its run has a checkpoint."""
    assert (place / "checkpoint.safetensors").exists()
    if _is_first(place.parents[1] / "killed"):
        os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class Interrupt:
    """Sends a process Ctrl-C once so many runs have come this far; each then waits to be stopped."""

    process: int
    runs: int

    def __call__(self, place: Path, stop: StopRequest | None) -> None:
        """Come this far."""
        assert stop is not None
        (place / "waits").touch()
        everyone = len(list(place.parents[1].glob("*/*/waits"))) == self.runs
        # Two that come at the same time both find everyone there.
        if everyone and _is_first(place.parents[1] / "sent"):
            os.kill(self.process, signal.SIGINT)
        deadline = time.monotonic() + PATIENCE
        while not stop.is_set:
            assert time.monotonic() < deadline, "nobody was asked to stop"
            time.sleep(0.01)


def _is_first(mark: Path) -> bool:
    """Whether nobody has left this mark before."""
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True
