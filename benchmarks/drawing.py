"""How long it takes to draw large networks, and how long it took before.

    python benchmarks/drawing.py --rounds 9
    python benchmarks/drawing.py --rounds 9 --against OTHER

OTHER is a folder that holds another netdsl, such as an earlier commit's.
Both draw in turns, in processes of their own; the figures are medians of the
processor time of the drawing alone, after one that warms up, and the ratio
is of medians.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parents[1]
DRAW = """
import json, sys, time
import netdsl
from netdsl.api import check_file
from netdsl.drawing import draw_svg

took = {}
for name, text, options in json.load(sys.stdin):
    result = netdsl.check(text) if text else check_file(name)
    assert result.network is not None
    for turn in range(2):
        began = time.process_time()
        draw_svg(result.network, **options)
        took[name] = time.process_time() - began
print(json.dumps(took))
"""
UNIT = "block Unit(k) { residual { conv(k, 1) -> relu -> conv(4, 1) } relu }\n"


def networks() -> list[tuple[str, str, dict[str, object]]]:
    """Names and texts (empty for packaged networks) with the options of the drawing."""
    flat = "conv(4, 3, padding=1) -> bn -> relu\n" * 1_600
    units = "".join(f"Unit({1 + number % 97})\n" for number in range(800))
    return [
        ("densenet:DenseNet201", "", {}),
        ("efficientnet:EfficientNetB7", "", {"expand": True}),
        (
            "4,800 layers in a row",
            f"net Long {{\ninput 4x16x16\n{flat}flatten -> linear(10)\n}}\n",
            {"depth": 9},
        ),
        ("800 blocks that differ", f"net Varied {{\ninput 4x8x8\n{units}}}\n{UNIT}", {"depth": 9}),
        (
            "1,400 blocks that are equal",
            f"net Deep {{\ninput 4x8x8\nrepeat 1400 {{ Unit(4) }}\n}}\n{UNIT}",
            {"depth": 9},
        ),
    ]


def drawn(folder: Path) -> dict[str, float]:
    """Seconds of the processor for each network, by the netdsl of a folder."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", DRAW],
        input=json.dumps(networks()),
        capture_output=True,
        check=True,
        text=True,
        env=environment,
        cwd=folder,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Print a row for each network."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--against", type=Path)
    options = parser.parse_args()
    sides = [HERE, *([options.against.resolve()] if options.against else [])]
    times: dict[Path, list[dict[str, float]]] = {side: [] for side in sides}
    for turn in range(options.rounds):
        for side in sides if turn % 2 else sides[::-1]:
            times[side].append(drawn(side))
    for name, _, _ in networks():
        medians = [statistics.median(each[name] for each in times[side]) for side in sides]
        ratio = (
            f"  {medians[1] * 1000:8.0f} ms before, {medians[1] / medians[0]:.2f}" if len(sides) > 1 else ""
        )
        print(f"{name:<30} {medians[0] * 1000:8.0f} ms{ratio}")


if __name__ == "__main__":
    main()
