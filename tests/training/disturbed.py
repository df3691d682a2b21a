"""Trainings that are stopped, killed and resumed: as processes, by the command line or by calling `train`."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from netdsl.cli.main import main
from netdsl.training import ImageDataset, Progress, Recipe, Run, Split, load_recipe, train
from netdsl.training.data.shapes import draw_shapes
from tests.cli.run import environment

# With batch norm and dropout.
NOISY = """net Noisy(classes = 10) {
    input 3x32x32
    conv(8, 3, stride=2, padding=1) -> bn -> relu
    maxpool(4) -> flatten
    dropout(0.2)
    linear(classes)
}
"""
# Without either: equal whether one process trains it or several.
QUIET = """net Quiet(classes = 10) {
    input 3x32x32
    conv(8, 3, stride=2, padding=1) -> relu
    maxpool(4) -> flatten
    linear(classes)
}
"""
TIMES = ("seconds", "images_per_second")
# Only a process that hangs is waited for so long.
PATIENCE = 600.0


def command(*arguments: str, cwd: Path) -> tuple[int, str]:
    """Exit code and output of `netdsl` with the arguments, run inside this process."""
    output = io.StringIO()
    torch.set_num_threads(1)
    with contextlib.chdir(cwd), contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        try:
            code = main(arguments)
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else -1
    return code, output.getvalue()


def succeeds(*arguments: str, cwd: Path) -> str:
    """The output of a command that must end well."""
    code, output = command(*arguments, cwd=cwd)
    assert code == 0, output
    return output


class Process:
    """A command as a process; with all that it starts, it ends with the block."""

    def __init__(self, *command: str, cwd: Path, **extra: str) -> None:
        self._mark = uuid.uuid4().hex
        self._log = cwd / f"log-{self._mark}.txt"
        with self._log.open("wb") as log:
            self.popen = subprocess.Popen(
                command,
                cwd=cwd,
                env=environment(NETDSL_TEST_MARK=self._mark, **extra),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def output(self) -> str:
        """What it has printed so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def wait_until(self, condition: Callable[[], object]) -> None:
        """Wait for a condition that the process brings about."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert self.popen.poll() is None, f"ended too early:\n{self.output}"
            assert time.monotonic() < deadline, f"waited too long:\n{self.output}"
            time.sleep(0.01)

    def end(self) -> int:
        """Wait for the end; the exit code."""
        try:
            return self.popen.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"did not end:\n{self.output}") from None

    def send(self, number: signal.Signals) -> None:
        """A signal to the process alone."""
        self.popen.send_signal(number)

    def send_to_all(self, number: signal.Signals) -> None:
        """A signal to it and its descendants, as a terminal sends Ctrl-C."""
        for process in (self.popen.pid, *self.descendants()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)

    def descendants(self) -> list[int]:
        """What it has started, in groups of their own too (known on Linux alone)."""
        mark = f"NETDSL_TEST_MARK={self._mark}".encode()
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (place / "environ").read_bytes() and int(place.name) != self.popen.pid:
                    found.append(int(place.name))
        return found

    def kill(self) -> None:
        """SIGKILL for it and for everything it has started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        for process in self.descendants():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.popen.wait()


def netdsl_process(*arguments: str, cwd: Path, **extra: str) -> Process:
    """`netdsl` with the arguments as a process."""
    return Process(sys.executable, "-m", "netdsl", *arguments, cwd=cwd, **extra)


def lines_of(folder: Path) -> list[dict[str, Any]]:
    """The metrics of a run, without what a clock says."""
    path = folder / "metrics.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [{key: value for key, value in json.loads(line).items() if key not in TIMES} for line in lines]


def epochs_done(folder: Path) -> int:
    """Lines of metrics, also while someone writes them."""
    path = folder / "metrics.jsonl"
    return path.read_bytes().count(b"\n") if path.exists() else 0


def assert_same_run(folder: Path, expected: Path) -> None:
    """Weights and metrics of both runs are equal to the bit, and neither has files that the other lacks."""
    for name in ("best.safetensors", "last.safetensors"):
        weights, others = load_file(folder / name), load_file(expected / name)
        assert weights.keys() == others.keys()
        unequal = [key for key in weights if not torch.equal(weights[key], others[key])]
        assert not unequal, f"{name}: {unequal}"
    assert lines_of(folder) == lines_of(expected)
    names, others_names = ({path.name for path in each.iterdir()} for each in (folder, expected))
    assert names == others_names


def write_figures(path: Path, train: int = 600, test: int = 60) -> None:
    """Drawn figures as a .npz file: quicker to test on than all the figures there are."""
    dataset = draw_shapes(train=train, test=test)
    arrays = {"classes": np.array(dataset.classes)}
    for name, split in (("train", dataset.train), ("test", dataset.test)):
        assert isinstance(split, Split)
        arrays[f"x_{name}"] = split.images.permute(0, 2, 3, 1).numpy()
        arrays[f"y_{name}"] = split.labels.numpy()
    np.savez(path, **arrays)  # type: ignore[arg-type]


def temporary_files(folder: Path) -> list[str]:
    """Files that were left unfinished."""
    return [path.name for path in folder.rglob("*") if "tmp" in path.name or ".next." in path.name]


class Notes(Progress):
    """Keeps what the person is told."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


class Noisy(nn.Module):
    """A small network with batch norm and dropout that calls `disturb` at a call in training mode."""

    def __init__(self, at: int = 0, disturb: Callable[[], object] = lambda: None) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.layers = nn.Sequential(
            nn.Conv2d(3, 8, 3, stride=2, padding=1),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.MaxPool2d(4),
            nn.Flatten(),
            nn.Dropout(0.2),
            nn.Linear(128, 10),
        )
        self.calls = 0
        self.at = at
        self.disturb = disturb

    def forward(self, images: Tensor) -> Tensor:
        if self.training:
            self.calls += 1
            if self.calls == self.at:
                self.disturb()
        output: Tensor = self.layers(images)
        return output


@dataclass(frozen=True)
class Called:
    """A training that is called from Python."""

    dataset: ImageDataset
    recipe: Recipe
    notes: list[str] = field(default_factory=list)

    def begin(self, out: Path, module: nn.Module | None = None, progress: Progress | None = None) -> Run:
        """Train a module from the beginning."""
        return train(
            module or Noisy(), self.dataset, self.recipe, out, device="cpu", deterministic=True,
            progress=progress,
        )  # fmt: skip

    def resume(self, out: Path, module: nn.Module | None = None) -> tuple[Run, list[str]]:
        """Go on with the recipe that the folder holds; the run and what was told."""
        recipe, wrong = load_recipe((out / "recipe.yaml").read_text(encoding="utf-8"), "recipe.yaml")
        assert recipe is not None, wrong
        heard = Notes()
        run = train(
            module or Noisy(), self.dataset, recipe, out, device="cpu", deterministic=True,
            progress=heard, resume=True,
        )  # fmt: skip
        return run, heard.notes


@contextlib.contextmanager
def own_cache(place: Path) -> Iterator[None]:
    """Nothing of the person's own cache is read or written within the block."""
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(place)
    try:
        yield
    finally:
        if before is None:
            del os.environ["XDG_CACHE_HOME"]
        else:
            os.environ["XDG_CACHE_HOME"] = before
