"""Medians, their ratios, and both on paper."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was taken of every side for one network, and how often netdsl's median goes into each median."""

    net: str
    unit: str
    medians: dict[str, float]
    ratios: dict[str, float]
    rounds: dict[str, list[float]]


def compare(net: str, unit: str, rounds: Mapping[str, Sequence[float]], ours: str = "netdsl") -> Comparison:
    """The medians of all sides; a ratio is a side's over netdsl's, so above 1 where netdsl needs less."""
    medians = {name: statistics.median(values) for name, values in rounds.items()}
    ratios = {name: value / medians[ours] for name, value in medians.items() if name != ours}
    return Comparison(net, unit, medians, ratios, {name: list(values) for name, values in rounds.items()})


def show(comparisons: Sequence[Comparison], *, as_json: bool) -> None:
    """Print a table a network, or everything as JSON."""
    if as_json:
        print(json.dumps({**machine(), "comparisons": [asdict(one) for one in comparisons]}, indent=2))
        return
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    for one in comparisons:
        print(f"\n{one.net:<24} {one.unit:>12} {'/ netdsl':>10} {'lowest':>10} {'highest':>10}")
        for name, median in one.medians.items():
            ratio = f"{one.ratios[name]:.3f}" if name in one.ratios else ""
            low, high = min(one.rounds[name]), max(one.rounds[name])
            print(f"{name:<24} {median:>12.2f} {ratio:>10} {low:>10.2f} {high:>10.2f}")


def machine() -> dict[str, object]:
    """What the figures depend on."""
    return {"cores": os.cpu_count(), "python": platform.python_version(), "torch": version("torch")}
