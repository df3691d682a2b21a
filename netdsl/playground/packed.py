"""The service of a page that has no server: what the archive of an exported page holds besides netdsl."""

from __future__ import annotations

import os

from netdsl.playground.service import START, Service

# Beside the package in the archive: the folder of files, and the name of the one to begin with.
FILES = "files"
FIRST = "first.txt"


def packed_service() -> Service:
    """The service of the archive that this package was unpacked from."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    beside = os.path.dirname(package)
    folder, first = os.path.join(beside, FILES), os.path.join(beside, FIRST)
    start = START
    if os.path.isfile(first):
        with open(first, encoding="utf-8") as file:
            start = file.read()
    return Service(folder if os.path.isdir(folder) else None, start)
