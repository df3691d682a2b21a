"""The service of a page that has no server: what the archive of an exported page holds besides netdsl."""

from __future__ import annotations

import json
import os

from netdsl.playground.service import Service

# Beside the package in the archive: the folder of files, and which one to begin with.
FILES = "files"
FIRST = "first.json"


def packed_service() -> Service:
    """The service of the archive that this package was unpacked from."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    beside = os.path.dirname(package)
    folder = os.path.join(beside, FILES)
    with open(os.path.join(beside, FIRST), encoding="utf-8") as file:
        first = json.load(file)
    return Service(folder if os.path.isdir(folder) else None, first["name"], first["net"])


def first_of(service: Service) -> str:
    """What `packed_service` reads of the text to begin with."""
    return json.dumps({"name": service.start, "net": service.net})
