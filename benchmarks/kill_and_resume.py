"""How often a training that is killed at a random moment, and resumed, ends as if it had not been: always.

    python benchmarks/kill_and_resume.py --kills 50 --seed 0

One deterministic training of a small network (batch norm, dropout,
augmentation, momentum, a moving average, a schedule) runs undisturbed. Then,
for each kill, it is begun again and killed with SIGKILL, with all its
processes, at a random moment between the appearance of its run.json and its
end; every third kill falls within 30 ms of the moment a file is being
written instead. `netdsl train --resume` goes on until it ends; a third of
these are killed too. The weights, the metrics (all but the times) and the
names of the files must be those of the undisturbed run to the bit.

Needs an environment with netdsl installed; the exit code is 0 where all
agree.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

NET = """net Killed(classes = 10) {
    input 3x32x32
    conv(16, 3, stride=2, padding=1) -> bn -> relu
    maxpool(2) -> flatten
    dropout(0.2)
    linear(256) -> relu
    linear(classes)
}
"""
RECIPE = (
    "--deterministic --device cpu --optimizer sgd --learning-rate 0.05 --momentum 0.9 --schedule cosine "
    "--warmup 0.5 --ema-decay 0.9 --crop-padding 2 --horizontal-flip --rotation 10 --cutout 4 --batch-size 32"
).split()
TIMES = ("seconds", "images_per_second")

# Whoever waits for a process longer than this has found a fault.
PATIENCE = 600.0


@dataclass(frozen=True, slots=True)
class Training:
    """A training as a command, to be run in any folder."""

    root: Path
    options: tuple[str, ...]

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """`netdsl train` with the arguments, as the leader of a group of processes."""
        log = (self.root / "log.txt").open("a", encoding="utf-8")
        with log:
            return subprocess.Popen(
                [sys.executable, "-m", "netdsl", "train", *arguments],
                cwd=self.root,
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )

    def begin(self, folder: Path) -> subprocess.Popen[str]:
        """The training from its beginning."""
        return self.start("killed.net", *self.options, "--out", str(folder))

    def resume(self, folder: Path) -> subprocess.Popen[str]:
        """The training from where it is."""
        return self.start("--resume", str(folder))


def kill(process: subprocess.Popen[str]) -> None:
    """SIGKILL for the process and all that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def finish(process: subprocess.Popen[str]) -> None:
    """Wait for the end, which must be a good one."""
    try:
        code = process.wait(PATIENCE)
    finally:
        kill(process)
    if code != 0:
        raise RuntimeError(f"netdsl train ended with exit code {code}")


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    """Wait until a file is there, or the process has ended."""
    deadline = time.monotonic() + PATIENCE
    while not path.exists() and process.poll() is None:
        if time.monotonic() > deadline:
            kill(process)
            raise RuntimeError(f"{path} did not appear")
        time.sleep(0.002)


def sleep_while_running(process: subprocess.Popen[str], seconds: float) -> None:
    """Sleep, but not longer than the process lives."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.002)


def wait_for_write(folder: Path, process: subprocess.Popen[str]) -> None:
    """Wait until a file of the folder is being written."""
    while process.poll() is None and not unfinished_files(folder):
        time.sleep(0.0005)


def unfinished_files(folder: Path) -> list[str]:
    """Files that wait to take the place of others."""
    return sorted(path.name for path in folder.iterdir() if ".tmp" in path.name or ".next." in path.name)


def fell(folder: Path, epochs: int) -> str:
    """What the training was doing when it was killed, by what it left."""
    if (folder / "result.json").exists():
        return "drawing"
    if unfinished_files(folder):
        return "saving"
    metrics = folder / "metrics.jsonl"
    done = len(metrics.read_text(encoding="utf-8").splitlines()) if metrics.exists() else 0
    return "testing" if done == epochs else f"epoch {done + 1}"


def differences(folder: Path, expected: Path) -> list[str]:
    """What of a run is not as in another, to the bit."""
    names, others = ({path.name for path in each.iterdir()} for each in (folder, expected))
    found = [f"{name} is there in one alone" for name in sorted(names ^ others)]
    for name in ("best.safetensors", "last.safetensors"):
        if (folder / name).read_bytes() != (expected / name).read_bytes():
            found.append(f"{name} differs")
    if untimed_metrics(folder) != untimed_metrics(expected):
        found.append("metrics.jsonl differs")
    return found


def untimed_metrics(folder: Path) -> list[dict[str, object]]:
    """The lines of metrics.jsonl without what a clock says."""
    lines = (folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    return [{key: value for key, value in json.loads(line).items() if key not in TIMES} for line in lines]


def run_disturbed(training: Training, folder: Path, kills: random.Random, aimed: bool, span: float) -> str:
    """Begin, kill and resume until the end; where the first kill fell."""
    process = training.begin(folder)
    wait_for(folder / "run.json", process)
    if aimed:
        sleep_while_running(process, kills.uniform(0, span * 0.8))
        wait_for_write(folder, process)
        sleep_while_running(process, kills.uniform(0, 0.03))
    else:
        sleep_while_running(process, kills.uniform(0, span))
    kill(process)
    where = fell(folder, int(training.options[training.options.index("--epochs") + 1]))
    while kills.random() < 1 / 3:
        process = training.resume(folder)
        # Whether it gets as far as to train, or is still starting, is chance too.
        sleep_while_running(process, kills.uniform(0, 2 * span))
        kill(process)
        where += "+"
    finish(training.resume(folder))
    return where


def main() -> int:
    """Print how many of the disturbed runs agree, and where the kills fell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=50, help="trainings that are killed (50)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the moments (0)")
    parser.add_argument("--epochs", type=int, default=6, help="epochs of each training (6)")
    parser.add_argument("--images", type=int, default=4000, help="training images (4000)")
    options = parser.parse_args()
    kills = random.Random(options.seed)
    places: Counter[str] = Counter()
    agreed = 0
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        (root / "killed.net").write_text(NET, encoding="utf-8")
        length = ("--epochs", str(options.epochs), "--subset", str(options.images))
        training = Training(root, (*RECIPE, *length))
        expected = root / "undisturbed"
        process = training.begin(expected)
        wait_for(expected / "run.json", process)
        began = time.monotonic()
        finish(process)
        span = time.monotonic() - began
        print(f"undisturbed: {span:.1f} s from its run.json to its end")
        for number in range(1, options.kills + 1):
            folder = root / f"killed-{number}"
            where = run_disturbed(training, folder, kills, number % 3 == 0, span)
            found = differences(folder, expected)
            agreed += not found
            places[where.rstrip("+")] += 1
            print(f"{number}: killed in {where}: {', '.join(found) or 'equal to the bit'}", flush=True)
    print(f"{agreed} of {options.kills} ended as the undisturbed run, to the bit")
    print("killed in " + ", ".join(f"{place}: {count}" for place, count in sorted(places.items())))
    return 0 if agreed == options.kills else 1


if __name__ == "__main__":
    raise SystemExit(main())
