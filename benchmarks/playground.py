"""How long the playground's checks take in the browser's Python, and in that of this machine.

    python -m benchmarks.playground --rounds 11

Node.js runs the Pyodide of editors/playground (`npm ci` there) with the
archive that an exported page has. Each round makes a change of a text, so
that nothing is known of it, and asks what the page asks: the check of the
shown net, and then that of the others. The first check of a file, then
medians and the lowest of the shown net, and of all nets.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.playground.in_pyodide import run_in_pyodide

# By file and net. The third is the largest packaged file, the last the largest packaged network.
SHOWN = [
    ("lenet5", "LeNet5"),
    ("resnet", "ResNet50"),
    ("efficientnet", "EfficientNetB0"),
    ("preact_resnet", "PreActResNet1001"),
]
SCRIPT = """
import json, statistics, time
begun = time.perf_counter()
from netdsl.playground.packed import packed_service
service = packed_service()
imported = 1000 * (time.perf_counter() - begun)

def times(name, net):
    text = service.answer({"method": "open", "name": name})["text"]
    taken = []
    for number in range(ROUNDS + 1):
        request = {"name": name, "text": f"{text}# {number}\\n", "net": net}
        begun = time.perf_counter()
        assert service.answer({"method": "check", "whole": False, **request})["network"]
        shown = time.perf_counter()
        assert service.answer({"method": "check", **request})["complete"]
        taken.append((1000 * (shown - begun), 1000 * (time.perf_counter() - begun)))
    # Of the first, much is the work of what is imported and compiled once.
    return [taken[0][0], *((statistics.median(each), min(each)) for each in zip(*taken[1:]))]

nets = {net: times(name, net) for name, net in SHOWN}
json.dumps({"loaded": milliseconds_to_load, "imported": imported, "nets": nets})
"""


def script(rounds: int) -> str:
    """The Python that is measured."""
    return f"ROUNDS = {rounds}\nSHOWN = {SHOWN!r}\n{SCRIPT}"


def on_this_machine(text: str) -> object:
    """The same in this machine's Python."""
    *lines, last = text.rstrip().split("\n")
    whole = "\n".join(["milliseconds_to_load = 0", *lines, f"print({last})"])
    done = subprocess.run([sys.executable, "-c", whole], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def main() -> None:
    """Measure, and print tables of Markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=11)
    options = parser.parse_args()
    text = script(options.rounds)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "measured.py"
        path.write_text(text, encoding="utf-8")
        in_browser = run_in_pyodide(path, None, Path(folder))
    here = on_this_machine(text)
    assert isinstance(here, dict)
    for title, found in (("Pyodide", in_browser), ("this machine", here)):
        print(f"\n{title}: {found['loaded']:.0f} ms to load, {found['imported']:.0f} ms to import netdsl\n")
        print("| net | first check | shown net | all nets |\n| --- | --- | --- | --- |")
        for net, (first, *others) in found["nets"].items():
            cells = " | ".join(f"{median:.1f} ms, {lowest:.1f} ms" for median, lowest in others)
            print(f"| `{net}` | {first:.1f} ms | {cells} |")


if __name__ == "__main__":
    main()
