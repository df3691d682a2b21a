"""A small file to run commands on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.run import SMALL


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
