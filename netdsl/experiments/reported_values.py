"""What was meant where a reported figure is written as sources print it: in percent, as h:mm:ss."""

from __future__ import annotations

import re
from decimal import Decimal

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?) ?%?")
_CLOCK = re.compile(r"(\d+):([0-5]\d):([0-5]\d)")


def meant_by(name: str, text: str) -> str | None:
    """The value to write for the key `name` of `reported` in place of a YAML text, if that is clear."""
    bare = text.strip("'\"")
    if name == "seconds":
        return _seconds(bare)
    return _fraction(bare) if name.endswith("_accuracy") else None


def _fraction(text: str) -> str | None:
    """71.99 and 71.99 % to 0.7199; numbers up to 1 might be of either kind."""
    found = _PERCENT.fullmatch(text)
    if found is None or not 1 < Decimal(found[1]) <= 100:
        return None
    return f"{Decimal(found[1]).scaleb(-2).normalize():f}"


def _seconds(text: str) -> str | None:
    """1:09:24 to 4164; two numbers might be hours and minutes, or minutes and seconds."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hours, minutes, seconds = map(int, found.groups())
    return str(3600 * hours + 60 * minutes + seconds)
