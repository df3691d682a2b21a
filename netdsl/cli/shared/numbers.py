"""Numbers on the command line."""

from __future__ import annotations

from argparse import ArgumentTypeError

_MOST_DIGITS = 9


def positive(text: str) -> int:
    """An integer of at least 1; raises `ArgumentTypeError`, which argparse reports."""
    if not text.isdecimal() or len(text) > _MOST_DIGITS or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is no positive integer")
    return int(text)
