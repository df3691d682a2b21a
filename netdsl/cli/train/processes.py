"""Several processes of one command on this machine, which are started, asked to stop and ended together."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType, TracebackType

from netdsl.training.machine.threads import MEETING

# With this exit code a process ends that has lost another one: the cause lies there.
LOST = 75

# How long the others have to end by themselves where one has ended badly.
_GRACE = 10.0

_SECONDS_BETWEEN_LOOKS = 0.05

# Ctrl-C, a cluster's wish, a terminal that is closed.
_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Processes:
    """Runs a command in `count` processes that know of each other as torchrun's do.

    Within the block, the first two signals that ask this process to stop are
    passed on; a third ends all of them. They are no part of this process's
    group, so that a terminal's Ctrl-C comes through here alone.
    """

    def __init__(self, command: Sequence[str], count: int) -> None:
        self._command = list(command)
        self._count = count
        self._processes: list[subprocess.Popen[bytes]] = []
        self._signals = 0
        self._handlers: dict[int, object] = {}

    def __enter__(self) -> Processes:
        if threading.current_thread() is threading.main_thread():
            self._handlers = {number: signal.signal(number, self._pass_on) for number in _SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        self._kill()

    @property
    def stopping(self) -> bool:
        """Whether someone asked to stop."""
        return self._signals > 0

    def run(self, environment: Mapping[str, str], meeting: Path, told: Path) -> str | None:
        """Start them, wait until all have ended, and say which one ended badly, if one did.

        `meeting` is a new file, in which they find each other. Where one ends
        badly, or the file `told` appears, the others have some seconds left.
        """
        self._start(environment, meeting)
        deadline: float | None = None
        while any(process.poll() is None for process in self._processes):
            if deadline is None and (told.exists() or self._badly_ended()):
                deadline = time.monotonic() + _GRACE
            if deadline is not None and time.monotonic() > deadline:
                break
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        bad = self._badly_ended()
        self._kill()
        # Those that lost another one are not to blame.
        blamed = [each for each in bad if each[1] != LOST] or bad
        return _words(*blamed[0]) if blamed else None

    def _start(self, environment: Mapping[str, str], meeting: Path) -> None:
        self._processes = []
        for rank in range(self._count):
            if self.stopping:
                return
            place = {"RANK": str(rank), "LOCAL_RANK": str(rank), MEETING: str(meeting)}
            size = {"WORLD_SIZE": str(self._count), "LOCAL_WORLD_SIZE": str(self._count)}
            self._processes.append(
                subprocess.Popen(
                    self._command,
                    env={**environment, **place, **size},
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )
            )

    def _badly_ended(self) -> list[tuple[int, int]]:
        """The numbers of the processes that have ended badly, with their exit codes."""
        ended = [(rank, process.poll()) for rank, process in enumerate(self._processes)]
        return [(rank, code) for rank, code in ended if code]

    def _pass_on(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1
        for process in self._processes:
            if self._signals > 2:
                process.kill()
            else:
                process.terminate()

    def _kill(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()


def _words(rank: int, code: int) -> str:
    if code > 0:
        return f"process {rank} ended with exit code {code}"
    return f"process {rank} was ended by {signal.Signals(-code).name}"
