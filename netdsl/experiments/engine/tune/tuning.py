"""Ray Tune at work on the runs of a sweep, in a thread of its own."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Sequence
from queue import Empty, SimpleQueue
from typing import Any

import ray
from ray import tune
from ray.tune.experiment import Trial

from netdsl.experiments.engine.protocol import Train
from netdsl.experiments.engine.tune.bell import BellActor
from netdsl.experiments.engine.tune.events import Died, Ended, Event, Lost, Over, Reported, Started
from netdsl.experiments.engine.tune.halving import Halving
from netdsl.experiments.engine.tune.share import Share
from netdsl.experiments.engine.tune.trial import NUMBER, REPORT, RunTrial
from netdsl.experiments.planned import PlannedRun

# How long the end of what no one waits for any more may take.
_SECONDS_TO_END = 10


class Tuning:
    """Starts the runs, so many at a time, and says what becomes of them.

    A run whose worker died is taken up again, `restarts` times at most. Once it
    was asked to stop, the runs that workers have save their state, and no other
    is begun.
    """

    def __init__(
        self, runs: Sequence[PlannedRun], train: Train, jobs: int, share: Share, restarts: int
    ) -> None:
        self._runs, self._train = runs, train
        self._jobs, self._share, self._restarts = jobs, share, restarts
        self._events: SimpleQueue[Event] = SimpleQueue()
        self._at_work: set[int] = set()
        self._bell: Any = BellActor.remote()
        self._end = _End()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def begin(self, halving: Halving | None) -> None:
        """Begin with the first runs; `halving` may stop some of them."""
        self._thread = threading.Thread(target=self._work, args=(halving,), daemon=True)
        self._thread.start()

    def next(self, seconds: float) -> Event | None:
        """What happens next; None where nothing does for so long."""
        try:
            event = self._events.get(timeout=seconds)
        except Empty:
            return None
        match event:
            case Started():
                self._at_work.add(event.number)
            case Lost() | Ended() | Died():
                self._at_work.discard(event.number)
            case _:
                pass
        self._end_if_idle()
        return event

    def ask_to_stop(self) -> None:
        """Have the runs that workers have save their state; ask once or more."""
        if not self._stopping:
            self._stopping = True
            self._bell.ring.remote()
        self._end_if_idle()

    def close(self) -> None:
        """Leave what is still at work."""
        self.ask_to_stop()
        self._end.has_come = True
        if self._thread is not None:
            self._thread.join(_SECONDS_TO_END)
        ray.kill(self._bell)

    def _end_if_idle(self) -> None:
        """After a wish to stop, runs that wait for a worker are not waited for."""
        if self._stopping and not self._at_work:
            self._end.has_come = True

    def _work(self, halving: Halving | None) -> None:
        try:
            with tempfile.TemporaryDirectory(prefix="netdsl-", ignore_cleanup_errors=True) as folder:
                self._tune(folder, halving)
        except Exception as error:
            self._events.put(Over(error))
        else:
            self._events.put(Over())

    def _tune(self, folder: str, halving: Halving | None) -> None:
        tune.run(
            tune.with_parameters(RunTrial, runs=self._runs, train=self._train, bell=self._bell),
            config={NUMBER: tune.grid_search(list(range(len(self._runs))))},
            resources_per_trial={"cpu": self._share.cores, "gpu": self._share.gpus},
            max_concurrent_trials=self._jobs,
            scheduler=halving,
            stop=self._end,
            callbacks=[_Listener(self._events)],
            max_failures=self._restarts,
            reuse_actors=True,
            raise_on_failed_trial=False,
            storage_path=folder,
            name="sweep",
            verbose=0,
        )


class _End(tune.Stopper):
    """Ends everything, once it has come."""

    def __init__(self) -> None:
        self.has_come = False

    def __call__(self, trial_id: str, result: dict[str, Any]) -> bool:
        """No single run is ended."""
        return False

    def stop_all(self) -> bool:
        """Whether to end."""
        return self.has_come


class _Listener(tune.Callback):
    """Passes on what Tune says."""

    def __init__(self, events: SimpleQueue[Event]) -> None:
        self._events = events

    def on_trial_start(self, iteration: int, trials: list[Trial], trial: Trial, **info: Any) -> None:
        """A worker has the run."""
        self._events.put(Started(_number(trial)))

    def on_trial_result(
        self, iteration: int, trials: list[Trial], trial: Trial, result: dict[str, Any], **info: Any
    ) -> None:
        """The run is a step further."""
        self._events.put(Reported(_number(trial), result[REPORT]))

    def on_trial_recover(self, iteration: int, trials: list[Trial], trial: Trial, **info: Any) -> None:
        """The worker died."""
        self._events.put(Lost(_number(trial)))

    def on_trial_complete(self, iteration: int, trials: list[Trial], trial: Trial, **info: Any) -> None:
        """The worker has left the run."""
        self._events.put(Ended(_number(trial)))

    def on_trial_error(self, iteration: int, trials: list[Trial], trial: Trial, **info: Any) -> None:
        """The last worker died."""
        self._events.put(Died(_number(trial), _reason(trial)))


def _number(trial: Trial) -> int:
    return int(trial.config[NUMBER])


def _reason(trial: Trial) -> str:
    """Why there is no use in trying again."""
    error = trial.get_pickled_error()
    if isinstance(error, ray.exceptions.RayTaskError):
        cause = error.cause
        return f"{type(cause).__name__}: {cause}"
    why = ", for want of memory" if isinstance(error, ray.exceptions.OutOfMemoryError) else ""
    return f"its worker died {trial.num_failures} times{why}"
