"""The pictures of the pages: each is shown, small, and what its command makes."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from tests.docs.markdown import PAGES, ROOT, links

PICTURES = ROOT / "docs" / "pictures"
LARGEST = 150_000


@pytest.fixture(scope="module")
def builder() -> dict[str, Any]:
    """tools/build_pictures.py."""
    return runpy.run_path(str(ROOT / "tools" / "build_pictures.py"))


def test_diagrams_are_what_their_commands_make(builder: dict[str, Any]) -> None:
    for name, words in builder["diagrams"]().items():
        shown = (PICTURES / name).read_text(encoding="utf-8")
        assert builder["drawn"](words) == shown, f"run python tools/build_pictures.py for {name}"


def test_the_page_of_diagrams_shows_them_all(builder: dict[str, Any]) -> None:
    diagrams = builder["diagrams"]()
    assert len(diagrams) >= 6
    assert {f"pictures/{name}" for name in diagrams} <= set(links(ROOT / "docs" / "drawing.md"))


@pytest.mark.parametrize("path", sorted(PICTURES.iterdir()), ids=lambda path: path.name)
def test_a_picture_is_shown_and_small(path: Path) -> None:
    assert any(f"pictures/{path.name}" in page.read_text(encoding="utf-8") for page in PAGES)
    assert path.stat().st_size < LARGEST
