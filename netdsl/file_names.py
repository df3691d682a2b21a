"""Which names files can have."""

from __future__ import annotations

import os


def can_name_file(name: str) -> bool:
    """Whether the system can be asked for a file of this name: it may have a zero or half a character."""
    try:
        return b"\0" not in os.fsencode(name)
    except UnicodeEncodeError:
        return False
