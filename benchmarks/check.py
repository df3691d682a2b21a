"""How long a check takes: against importing torch, and by the size of the file.

    python benchmarks/check.py --rounds 11

Whole processes, interleaved; medians and the ratio of medians. Run it from
an environment with netdsl installed, so that its files are compiled.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LINES = ("conv(16, 3, padding=1)", "bn", "relu")


def seconds(command: list[str]) -> float:
    """Wall time of a process."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - began


def medians(commands: dict[str, list[str]], rounds: int) -> dict[str, float]:
    """The median of each command, all run once a round after one round of warming up."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            took = seconds(command)
            if turn:
                times[name].append(took)
    return {name: statistics.median(values) for name, values in times.items()}


def long_file(layers: int, folder: Path) -> Path:
    """A net of so many layers."""
    body = "".join(f"    {LINES[index % len(LINES)]}\n" for index in range(layers - 2))
    path = folder / f"layers{layers}.net"
    path.write_text(f"net Long {{\n    input 3x32x32\n{body}    flatten\n    linear(10)\n}}\n")
    return path


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11)
    rounds = parser.parse_args().rounds
    check = [sys.executable, "-m", "netdsl", "check"]
    took = medians(
        {
            "python -c pass": [sys.executable, "-c", "pass"],
            "netdsl check lenet5.net": [*check, "lenet5"],
            "python -c 'import torch'": [sys.executable, "-c", "import torch"],
        },
        rounds,
    )
    for name, value in took.items():
        print(f"{name:<28} {value * 1000:8.0f} ms")
    ratio = took["python -c 'import torch'"] / took["netdsl check lenet5.net"]
    print(f"a check takes 1/{ratio:.0f} of importing torch\n")
    with tempfile.TemporaryDirectory() as folder:
        sizes = (1_250, 2_500, 5_000, 10_000)
        files = {f"{size:,} layers": [*check, str(long_file(size, Path(folder)))] for size in sizes}
        for name, value in medians(files, max(3, rounds // 3)).items():
            print(f"{name:<28} {value * 1000:8.0f} ms")


if __name__ == "__main__":
    main()
