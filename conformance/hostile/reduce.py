"""Makes an input smaller that shows a mistake."""

from __future__ import annotations

from collections.abc import Callable

from conformance.hostile.watch import watched

MOST_TRIES = 400


def reduce(data: bytes, what: str, run: Callable[[bytes], frozenset[str]]) -> bytes:
    """An input with parts left out that shows the same mistake; ever smaller parts are tried."""
    tries = 0
    size = len(data) // 2
    while size:
        start = 0
        while start < len(data):
            tries += 1
            if tries > MOST_TRIES:
                return data
            shorter = data[:start] + data[start + size :]
            finding = watched(run, shorter, timed=False).finding
            if finding is not None and finding.what == what:
                data = shorter
            else:
                start += size
        size //= 2
    return data
