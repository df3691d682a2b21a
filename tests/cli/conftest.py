"""A small file to run commands on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.run import SMALL
from tests.cli.saved_run import saved_run, trained

__all__ = ["bad", "own_cache", "saved_run", "small", "trained"]


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps decoded images out of the user's cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture
def small(tmp_path: Path) -> str:
    """The path of a small clean file."""
    path = tmp_path / "small.net"
    path.write_text(SMALL, encoding="utf-8")
    return str(path)


@pytest.fixture
def bad(tmp_path: Path) -> str:
    """The path of a small file with two mistakes."""
    path = tmp_path / "bad.net"
    text = SMALL.replace("conv(width, 3, padding=1) }", "cnov(width, 3, padding=1) }")
    path.write_text(text.replace("linear(classes)", "linear(classes, bais=false)"), encoding="utf-8")
    return str(path)
