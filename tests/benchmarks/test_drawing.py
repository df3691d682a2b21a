from __future__ import annotations

import runpy
from pathlib import Path

import netdsl
from netdsl.api import check_file

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "drawing.py"


def test_what_is_drawn_can_be_checked_and_measured() -> None:
    """The long networks are near the bounds of a check, which may change."""
    script = runpy.run_path(str(SCRIPT))
    measured = script["drawn"](SCRIPT.parents[1])
    assert list(measured) == [name for name, _, _ in script["networks"]()]
    assert all(seconds > 0 for seconds in measured.values())
    counts = []
    for name, text, _ in script["networks"]():
        network = (netdsl.check(text) if text else check_file(name)).network
        assert network is not None
        counts.append(len(list(network.layers())))
    assert max(counts) >= 7_000
