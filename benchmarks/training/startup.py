"""Process start to the end of the first training step.

    python -m benchmarks.training.startup --data FOLDER

Whole processes by turns: netdsl reading a folder that it has read before (`netdsl`) and one that it has not
(`netdsl, cold`); the tutorials' loop over one array of decoded images (`memory`) and over an image folder
with two workers (`folder`); importing torch and decoding every image (`decode`), which is what a cold start
can't do without.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.training.folders import uncached
from benchmarks.training.options import SPECS, either, make_parser
from benchmarks.training.report import compare, show

COLD = "netdsl, cold"

Commands = dict[str, list[str]]


def module(name: str, *arguments: str) -> list[str]:
    """A script of this package as a command."""
    return [sys.executable, "-m", f"benchmarks.training.{name}", *arguments]


def commands(net: str, folder: str) -> Commands:
    """One command a side; netdsl's finds the images decoded from its second time on."""
    return {
        "netdsl": module("netdsl_script", net, folder),
        "memory": module("tutorial_script", net, folder),
        "folder": module("tutorial_script", net, folder, "--files"),
    }


def seconds(command: list[str]) -> float:
    """What a process prints last: how long it took from its start to its first step."""
    began = repr(time.time())
    process = subprocess.run([*command, "--began", began], check=True, stdout=subprocess.PIPE, text=True)
    return next(float(line) for line in reversed(process.stdout.split("\n")) if is_number(line))


def is_number(line: str) -> bool:
    """Whether a line is the time, among what the console says."""
    return line.replace(".", "", 1).isdigit()


def cold(net: str, data: Path) -> dict[str, float]:
    """The sides that find nothing decoded, on a folder of their own."""
    with uncached(data) as folder:
        decoded = seconds(module("decode_script", str(folder)))
        return {COLD: seconds(module("netdsl_script", net, str(folder))), "decode": decoded}


def measure(net: str, data: Path, rounds: int) -> dict[str, list[float]]:
    """Every side once a round."""
    times: dict[str, list[float]] = {}
    with uncached(data) as folder:
        for _ in range(rounds):
            took = {name: seconds(command) for name, command in commands(net, str(folder)).items()}
            for name, value in (took | cold(net, data)).items():
                times.setdefault(name, []).append(value)
    return times


def main() -> None:
    """Measure and print."""
    options = make_parser(__doc__).parse_args()
    rounds = either(options.rounds, options.quick, 1, 5)
    warm_up = 0 if options.quick else 1
    comparisons = []
    for net in options.net or (["lenet5"] if options.quick else SPECS):
        times = measure(net, options.data, rounds + warm_up)
        times = {name: values[warm_up:] for name, values in times.items()}
        first = {name: times.pop(name) for name in (COLD, "decode")}
        comparisons.append(compare(net, "seconds", times))
        comparisons.append(compare(net, "seconds", first, COLD))
    show(comparisons, as_json=options.json)


if __name__ == "__main__":
    main()
