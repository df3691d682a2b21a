"""Peak memory of a whole process that trains for an epoch and evaluates.

    python -m benchmarks.training.memory --data FOLDER

`netdsl train` on a folder that it has read before, and the tutorials' loop over one array of decoded images:
the resident memory of each at its highest, as the system counts it for a process that has ended (Linux,
macOS). Pages of a mapped file count.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.training.folders import uncached
from benchmarks.training.options import SPECS, either, make_parser
from benchmarks.training.report import compare, show
from benchmarks.training.startup import module

# This process must stay small: what it holds counts for those that it starts, until they have begun.
KIBIBYTE = 1 if sys.platform == "darwin" else 1024
MEBIBYTE = 2**20


def netdsl(net: str, folder: str, out: str) -> list[str]:
    """The command, for one epoch and the evaluation on the test images."""
    recipe = ["--epochs", "1", "--batch-size", "64", "--validation", "0"]
    augmentation = ["--crop-padding", "4", "--horizontal-flip"]
    spec = SPECS[net]
    command = [sys.executable, "-m", "netdsl", "train", spec, "--data", folder, "--out", out]
    return [*command, *recipe, *augmentation]


def peak(command: list[str]) -> float:
    """MiB of a process at its highest."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), command)
    return usage.ru_maxrss * KIBIBYTE / MEBIBYTE


def measure(net: str, data: Path, rounds: int) -> dict[str, list[float]]:
    """Both sides once a round, after one round in which the images are decoded."""
    peaks: dict[str, list[float]] = {"netdsl": [], "memory": []}
    with uncached(data) as folder, tempfile.TemporaryDirectory() as runs:
        for turn in range(rounds + 1):
            commands = {
                "netdsl": netdsl(net, str(folder), f"{runs}/{turn}"),
                "memory": module("tutorial_script", net, str(folder)),
            }
            for name, command in commands.items():
                value = peak(command)
                if turn:
                    peaks[name].append(value)
    return peaks


def main() -> None:
    """Measure and print."""
    options = make_parser(__doc__).parse_args()
    rounds = either(options.rounds, options.quick, 1, 1)
    comparisons = [compare(net, "MiB", measure(net, options.data, rounds)) for net in options.net or SPECS]
    show(comparisons, as_json=options.json)


if __name__ == "__main__":
    main()
