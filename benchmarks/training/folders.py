"""Folders of images, `train/<class>/*` and `test/<class>/*`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PARTS = ("train", "test")


@contextmanager
def uncached(folder: Path) -> Iterator[Path]:
    """The same images under a new path.

    netdsl keeps decoded images beside a folder; so the first to read this one
    finds none, and nothing is left behind.
    """
    with tempfile.TemporaryDirectory() as temporary:
        linked = Path(temporary) / "images"
        linked.mkdir()
        for part in PARTS:
            (linked / part).symlink_to((folder / part).resolve(), target_is_directory=True)
        yield linked
