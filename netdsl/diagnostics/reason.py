"""What an error of Python or of a library says, as a part of a message."""

from __future__ import annotations


def first_line(error: BaseException) -> str:
    """The first line of what an error says; its kind where it says nothing."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
