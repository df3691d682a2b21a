from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from netdsl.cli.main import main

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Dark images and bright ones, which one linear layer tells apart."""
    root = tmp_path_factory.mktemp("images")
    for part, count in (("train", 40), ("test", 20)):
        for name, gray in (("dark", 40), ("light", 215)):
            (root / part / name).mkdir(parents=True)
            for number in range(count):
                pixels = np.full((8, 8, 3), gray + number % 7, dtype=np.uint8)
                Image.fromarray(pixels).save(root / part / name / f"{number}.png")
    return root


def accuracies(folder: Path, out: Path, steps: str) -> tuple[float, float]:
    """The test accuracy of a training in percent, and what the benchmark prints of the same weights."""
    net = out.with_suffix(".net")
    net.write_text(f"net Told {{\n    input 3x8x8\n    flatten\n    {steps}\n}}\n")
    options = ["--epochs", "4", "--learning-rate", "0.02", "--device", "cpu"]
    assert main(["train", str(net), "--data", str(folder), "--out", str(out), *options]) == 0
    command = [sys.executable, "-m", "benchmarks.in_training_mode", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    tested = json.loads((out / "result.json").read_text())["test_accuracy"]
    return 100 * tested, float(done.stdout.split()[1])


def test_a_network_of_one_mode_has_its_test_accuracy(folder: Path, tmp_path: Path) -> None:
    tested, in_training_mode = accuracies(folder, tmp_path / "plain", "linear(2)")
    assert tested == in_training_mode == 100


def test_dropout_stays_on(folder: Path, tmp_path: Path) -> None:
    tested, in_training_mode = accuracies(folder, tmp_path / "dropout", "linear(2) -> dropout(0.9)")
    assert tested == 100
    assert in_training_mode < 90


def test_batch_norm_takes_the_statistics_of_each_batch(folder: Path, tmp_path: Path) -> None:
    steps = "linear(2) -> bn"
    tested, in_training_mode = accuracies(folder, tmp_path / "norm", steps)
    assert tested == 100
    assert in_training_mode < 100
