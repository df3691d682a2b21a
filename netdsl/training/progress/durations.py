"""Times as texts."""

from __future__ import annotations


def duration(seconds: float) -> str:
    """Seconds as a person reads them: 42 s, 3:05, 1:02:10."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02}:{rest:02}"
    return f"{minutes}:{rest:02}" if minutes else f"{rest} s"
