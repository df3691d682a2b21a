"""Ctrl-C and SIGTERM: a wish to stop, heard between steps."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from netdsl.training.machine.world import World


class StopRequest:
    """Whether someone asked the training to stop, and by which signal."""

    def __init__(self, at_once: bool = False) -> None:
        self.signal: signal.Signals | None = None
        self.outer: StopRequest | None = None
        self._at_once = at_once

    @property
    def is_set(self) -> bool:
        """Whether a signal came."""
        return self.signal is not None

    def receive(self, number: int, _frame: FrameType | None) -> None:
        """Note the first signal; a second one interrupts at once."""
        if self.signal is not None or self._at_once:
            raise KeyboardInterrupt
        self.hear(number)

    def hear(self, number: int) -> None:
        """Note a signal, and pass it on to the request that this one is inside of."""
        self.signal = signal.Signals(number)
        if self.outer is not None:
            self.outer.hear(number)


class Stop:
    """A wish to stop that every process of a training hears after the same step."""

    def __init__(self, request: StopRequest, world: World) -> None:
        self._request = request
        self._world = world
        self._answer: Callable[[], bool] | None = None
        self._agreed = False

    @property
    def is_set(self) -> bool:
        """Whether to stop; the same in every process."""
        return self._agreed if self._world.size > 1 else self._request.is_set

    def hear(self) -> bool:
        """Whether to stop after the step that was just made; to be asked once a step, in every process.

        Several processes tell each other what they have heard while the next
        step is made, so that nothing waits for it.
        """
        if self._world.size > 1:
            self._agreed = self._answer is not None and self._answer()
            self._answer = self._world.any_later(self._request.is_set)
        return self.is_set


@contextmanager
def stop_request(*, at_once: bool = False, request: StopRequest | None = None) -> Iterator[StopRequest]:
    """A request that Ctrl-C and SIGTERM set while the block runs; a second signal raises `KeyboardInterrupt`.

    Python hears signals in its main thread alone: elsewhere none sets the
    request. A request inside of another passes the signal on to it; one that
    is `at_once` is set in no other way, and a signal that comes between two
    inner ones interrupts. `request` is one that others set too, such as
    another thread.
    """
    request = request or StopRequest(at_once)
    if threading.current_thread() is not threading.main_thread():
        yield request
        return
    before = {number: signal.signal(number, request.receive) for number in (signal.SIGINT, signal.SIGTERM)}
    outer = getattr(before[signal.SIGINT], "__self__", None)
    request.outer = outer if isinstance(outer, StopRequest) else None
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
