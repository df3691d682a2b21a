"""Runs side by side, in several processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from netdsl.experiments.engine.protocol import Train
from netdsl.experiments.outcome import Outcome
from netdsl.experiments.planned import PlannedRun
from netdsl.experiments.train_one import stopped
from netdsl.training.machine.interrupt import stop_request
from netdsl.training.machine.threads import shared_out

# How often a wish to stop is looked for.
_SECONDS_BETWEEN_LOOKS = 0.2


@dataclass(slots=True)
class _Worker:
    """A process that trains one run after another, and the run that it trains now."""

    process: SpawnProcess
    connection: Connection
    run: PlannedRun


class ProcessEngine:
    """Trains in so many processes, among which the cores are shared out; each reads the data for itself."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs

    def run(self, runs: Sequence[PlannedRun], train: Train) -> Generator[Outcome, None, None]:
        """Train the runs; where a process dies, its run has failed and another process goes on."""
        waiting = deque(runs)
        workers: list[_Worker] = []
        told = False
        try:
            with stop_request() as stop:
                while True:
                    while waiting and len(workers) < self.jobs and not stop.is_set:
                        workers.append(self._start(train, waiting.popleft()))
                    if not workers:
                        return
                    if stop.is_set and not told:
                        told = True
                        _ask_to_stop(workers)
                    for worker in _ready(workers):
                        outcome = _receive(worker, stop.is_set)
                        alive = outcome is not None and not worker.connection.closed
                        if alive and waiting and not stop.is_set:
                            _give(worker, waiting.popleft())
                        else:
                            workers.remove(worker)
                            worker.connection.close()
                        if outcome is not None:
                            yield outcome
        finally:
            for worker in workers:
                worker.process.terminate()
                worker.connection.close()
            for worker in workers:
                worker.process.join()

    def _start(self, train: Train, run: PlannedRun) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, train, shared_out(self.jobs)))
        with _deaf():
            process.start()
        theirs.close()
        worker = _Worker(process, ours, run)
        _give(worker, run)
        return worker


@contextmanager
def _deaf() -> Iterator[None]:
    """Blocks Ctrl-C in the processes that are started meanwhile.

    It reaches every process of a terminal, but only the first may say when to stop.
    """
    if sys.platform == "win32":
        yield
        return
    # Where the tracker is started by the first process, it lets Ctrl-C through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _give(worker: _Worker, run: PlannedRun) -> None:
    worker.run = run
    # A process that has just died is noticed when its answer is waited for.
    try:
        worker.connection.send(run)
    except OSError:
        return


def _ready(workers: Sequence[_Worker]) -> list[_Worker]:
    """Those that have an outcome, or have died."""
    ready = wait([worker.connection for worker in workers], _SECONDS_BETWEEN_LOOKS)
    return [worker for worker in workers if worker.connection in ready]


def _receive(worker: _Worker, stopping: bool) -> Outcome | None:
    """A worker's outcome; None where it was stopped before it had one."""
    try:
        outcome: Outcome = worker.connection.recv()
    except (EOFError, OSError):
        worker.connection.close()
        worker.process.join()
        return None if stopping else Outcome(worker.run, failure=stopped(_death(worker.process.exitcode)))
    return outcome


def _death(code: int | None) -> str:
    """How a process ended, in words."""
    if code is not None and code < 0:
        return f"its process was killed by {signal.Signals(-code).name}"
    return f"its process ended with exit code {code}"


def _ask_to_stop(workers: Sequence[_Worker]) -> None:
    """Have each worker save its run."""
    for worker in workers:
        # By its process, which knows whether it has ended: its number may be another one's by now.
        worker.process.terminate()


def _work(connection: Connection, train: Train, threads: dict[str, str]) -> None:
    """What a worker does until nothing more is sent."""
    os.environ.update(threads)
    # The connection ends when nothing is left to do, or when the first process does.
    with suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            connection.send(train(connection.recv()))
