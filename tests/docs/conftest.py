"""A folder in which a page's examples run, one after another, as a reader would run them."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from netdsl.training.data.shapes import draw_shapes
from tests.docs.reader import Reader


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Reader:
    """Someone who follows a page in an empty folder.

    Training takes too long for a test, so that `shapes` has 600 images
    rather than 12,000, and `Reader` makes every training one epoch long.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    monkeypatch.setattr(
        "netdsl.training.data.load.draw_shapes", lambda options=None: draw_shapes(0, 600, 200, options)
    )
    return Reader(tmp_path, capfd)
