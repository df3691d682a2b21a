"""A training in a thread of its own, which waits after each epoch until it is told to go on."""

from __future__ import annotations

import signal
import threading
from dataclasses import dataclass
from queue import SimpleQueue

from netdsl.experiments.engine.protocol import Train
from netdsl.experiments.outcome import Outcome
from netdsl.experiments.planned import PlannedRun
from netdsl.training.machine.interrupt import StopRequest
from netdsl.training.progress import Progress
from netdsl.training.run_folder.records import EpochMetrics, Result


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that a training told: the method of `Progress`, and its arguments."""

    method: str
    arguments: tuple[object, ...]

    def tell(self, progress: Progress) -> None:
        """Tell it again."""
        getattr(progress, self.method)(*self.arguments)


@dataclass(frozen=True, slots=True)
class Report:
    """What a training told since the report before; it can be pickled.

    `metrics` are those of the epoch that is over, if one is, of `epochs` in
    all. The last report has `ended` set, and the outcome where the run was
    begun.
    """

    heard: tuple[Heard, ...] = ()
    epochs: int = 0
    metrics: EpochMetrics | None = None
    ended: bool = False
    outcome: Outcome | None = None


class Talk:
    """A training of one run; each `listen` lets it go on to its next report."""

    def __init__(self, run: PlannedRun, train: Train) -> None:
        self.stop = StopRequest()
        self._run, self._train = run, train
        self._reports: SimpleQueue[Report] = SimpleQueue()
        self._turns = threading.Semaphore(0)
        self._waits = True
        self._thread = threading.Thread(target=self._work, daemon=True)

    def listen(self) -> Report:
        """Let the training begin or go on, and wait for its next report."""
        if self._thread.ident is not None:
            self._turns.release()
        elif self.stop.is_set:
            return Report(ended=True)
        else:
            self._thread.start()
        return self._reports.get()

    def leave(self) -> None:
        """Ask the training to stop, and wait until its state is saved."""
        self.stop.hear(signal.SIGINT)
        self._waits = False
        self._turns.release()
        if self._thread.ident is not None:
            self._thread.join()

    def say(self, report: Report) -> None:
        """Give a report from inside the training, and wait for the next turn."""
        self._reports.put(report)
        if self._waits:
            self._turns.acquire()

    def _work(self) -> None:
        teller = _Teller(self)
        outcome = None
        try:
            outcome = self._train(self._run, teller, self.stop)
        finally:
            self._reports.put(Report(teller.taken(), ended=True, outcome=outcome))


class _Teller(Progress):
    """Gathers what the training tells, and reports it at the beginning and after each epoch."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._epochs = 0
        self._heard: list[Heard] = []

    def taken(self) -> tuple[Heard, ...]:
        """What was told since the last report."""
        heard, self._heard = tuple(self._heard), []
        return heard

    def begin(self, headline: str, epochs: int) -> None:
        """Training begins."""
        self._epochs = epochs
        self._heard.append(Heard("begin", (headline, epochs)))
        self._talk.say(Report(self.taken(), epochs))

    def epoch(self, metrics: EpochMetrics) -> None:
        """An epoch is over."""
        self._heard.append(Heard("epoch", (metrics,)))
        self._talk.say(Report(self.taken(), self._epochs, metrics))

    def note(self, text: str) -> None:
        """Something the person should know."""
        self._heard.append(Heard("note", (text,)))

    def end(self, result: Result) -> None:
        """Training is over."""
        self._heard.append(Heard("end", (result,)))
