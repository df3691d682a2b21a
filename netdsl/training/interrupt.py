"""Ctrl-C and SIGTERM: a wish to stop, heard between steps."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class StopRequest:
    """Whether someone asked the training to stop, and by which signal."""

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None

    @property
    def is_set(self) -> bool:
        """Whether a signal came."""
        return self.signal is not None

    def receive(self, number: int, _frame: FrameType | None) -> None:
        """Note the first signal; a second one interrupts at once."""
        if self.signal is not None:
            raise KeyboardInterrupt
        self.signal = signal.Signals(number)


@contextmanager
def stop_request(listen: bool = True) -> Iterator[StopRequest]:
    """A request that Ctrl-C and SIGTERM set while the block runs; a second signal raises `KeyboardInterrupt`.

    Python hears signals in its main thread alone: elsewhere, and with
    `listen` false, the request is never set.
    """
    request = StopRequest()
    if not listen or threading.current_thread() is not threading.main_thread():
        yield request
        return
    before = {number: signal.signal(number, request.receive) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
