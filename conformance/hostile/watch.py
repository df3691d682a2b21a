"""Runs one input under watch: what it raises, its processor time and its memory."""

from __future__ import annotations

import resource
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from conformance.hostile.promises import BrokenPromiseError

# Of the processor, for one input.
MOST_SECONDS = 1.0
# By how much an input may raise the most memory that the process has had.
MOST_MEGABYTES = 300
# Real time: an input that waits for something that never comes takes no processor time. The time in which
# the process could have run, but others did, does not count.
STUCK_SECONDS = 120.0
SCHEDULED = Path("/proc/self/schedstat")
PACKAGE = "netdsl"


class StuckError(BaseException):
    """An input does not come to an end; no handler of ordinary errors catches it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was wrong with an input: `what` is the same for inputs that show the same mistake."""

    what: str
    told: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an input: the kinds of things that it led to, or what was wrong."""

    signs: frozenset[str]
    finding: Finding | None
    seconds: float


def watched(run: Callable[[bytes], frozenset[str]], data: bytes, *, timed: bool = True) -> Outcome:
    """Run one input; `timed` says whether a long time or much memory is a finding."""
    before, start = peak(), time.process_time()
    signs: frozenset[str] = frozenset()
    finding = None
    try:
        with stopped_when_stuck():
            signs = run(data)
    except BrokenPromiseError as error:
        finding = Finding(f"promise: {error}", "")
    except (Exception, StuckError) as error:
        finding = Finding(
            f"{type(error).__name__} at {place_of(error)}", "".join(traceback.format_exception(error)[-6:])
        )
    seconds = time.process_time() - start
    if timed and finding is None and seconds > MOST_SECONDS:
        finding = Finding("slow", f"{seconds:.2f} s")
    if timed and finding is None and peak() - before > MOST_MEGABYTES:
        finding = Finding("memory", f"{peak() - before:.0f} MB")
    return Outcome(signs, finding, seconds)


def peak() -> float:
    """The most memory that this process has had, in megabytes (Linux counts kilobytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def own_time() -> float:
    """Real time in seconds, without that in which this process waited for a processor (Linux counts it)."""
    try:
        waited = int(SCHEDULED.read_text().split()[1])
    except OSError:
        waited = 0
    return time.monotonic() - waited / 1e9


def place_of(error: BaseException) -> str:
    """The innermost place of netdsl's own that an error passed, or else where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [each for each in frames if f"/{PACKAGE}/" in each.filename]
    frame = (own or frames)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"


@contextmanager
def stopped_when_stuck() -> Iterator[None]:
    """Raise `StuckError` in what runs within it where it takes very long."""
    start = own_time()

    def stop(number: int, frame: FrameType | None) -> None:
        left = STUCK_SECONDS - (own_time() - start)
        if left <= 0:
            raise StuckError
        signal.setitimer(signal.ITIMER_REAL, left)

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, STUCK_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
