"""Options and fixtures of all tests."""

from __future__ import annotations

import os

import pytest

# Set before torch is imported: tests run side by side, where more threads only wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="write what is printed now as what must be printed")


@pytest.fixture
def bless(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are written rather than compared."""
    return bool(request.config.getoption("--bless"))
