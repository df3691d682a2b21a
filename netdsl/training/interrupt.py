"""Ctrl-C and SIGTERM: a wish to stop, heard between steps."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


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


@contextmanager
def stop_request(
    listen: bool = True, *, at_once: bool = False, request: StopRequest | None = None
) -> Iterator[StopRequest]:
    """A request that Ctrl-C and SIGTERM set while the block runs; a second signal raises `KeyboardInterrupt`.

    Python hears signals in its main thread alone: elsewhere, and with
    `listen` false, the request is never set. A request inside of another
    passes the signal on to it; one that is `at_once` is set in no other way,
    and a signal that comes between two inner ones interrupts. `request` is one
    that others set too, such as another thread.
    """
    request = request or StopRequest(at_once)
    if not listen or threading.current_thread() is not threading.main_thread():
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
