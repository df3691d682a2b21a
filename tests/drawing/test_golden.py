"""Pictures that must stay as they are, to the letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdsl.comparison import compare as compare_networks
from netdsl.comparison.picture import draw_difference
from netdsl.drawing import draw_svg, draw_volumes
from tests.drawing.nets import BRANCHES, CHAIN, RESIDUAL, checked

FOLDER = Path(__file__).parent / "golden"
NETS = {"chain": CHAIN, "residual": RESIDUAL, "branches": BRANCHES}


def compare(path: Path, drawn: str, bless: bool) -> None:
    if bless:
        path.write_text(drawn, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == drawn


@pytest.mark.parametrize("name", NETS)
def test_diagram(name: str, bless: bool) -> None:
    compare(FOLDER / f"{name}.svg", draw_svg(checked(NETS[name])), bless)


def test_difference(bless: bool) -> None:
    other = BRANCHES.replace("conv(2, 1) -> relu", "conv(3, 1)").replace("relu -> add", "gelu -> bn -> add")
    found = compare_networks(checked(BRANCHES), checked(other))
    compare(FOLDER / "difference.svg", draw_difference(found), bless)


def test_volumes(bless: bool) -> None:
    compare(FOLDER / "volumes.svg", draw_volumes(checked(CHAIN)), bless)
