from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two classes of small pictures: two batches and a bit to train on."""
    root = tmp_path_factory.mktemp("images")
    random = np.random.default_rng(0)
    for part, count in (("train", 65), ("test", 4)):
        for name in ("cat", "dog"):
            (root / part / name).mkdir(parents=True)
            for number in range(count):
                pixels = random.integers(0, 256, (32, 32, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(root / part / name / f"{number}.jpg")
    return root


def run(script: str, folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", f"benchmarks.training.{script}", "--data", str(folder), "--quick"]
    done = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def comparisons(text: str) -> list[dict[str, Any]]:
    found = json.loads(text)
    assert found["cores"] >= 1
    for one in found["comparisons"]:
        assert all(value > 0 for value in (*one["medians"].values(), *one["ratios"].values()))
    return found["comparisons"]


def test_steps_are_compared(folder: Path) -> None:
    found = comparisons(run("steps", folder, "--json", "--sides", "eager,fused,memory"))
    assert [one["net"] for one in found] == ["lenet5", "six_conv"]
    for one in found:
        assert set(one["medians"]) == {"eager", "fused", "memory", "netdsl"}
        assert set(one["ratios"]) == {"eager", "fused", "memory"}
        assert {len(values) for values in one["rounds"].values()} == {2}


def test_a_table_is_printed(folder: Path) -> None:
    text = run("epochs", folder, "--net", "lenet5", "--sides", "memory")
    rows = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line}
    assert rows["lenet5"][:5] == ["s", "an", "epoch", "/", "netdsl"]
    assert len(rows["memory"]) == 4
    assert len(rows["netdsl"]) == 3


def test_starts_are_compared(folder: Path) -> None:
    warm, cold = comparisons(run("startup", folder, "--net", "lenet5", "--json"))
    assert set(warm["ratios"]) == {"memory", "folder"}
    assert set(cold["ratios"]) == {"decode"}
    assert not list(folder.parent.glob("*netdsl-cache*"))


def test_the_networks_by_hand_are_netdsls() -> None:
    import netdsl
    from benchmarks.training.networks import NETWORKS

    for network in NETWORKS.values():
        compiled = netdsl.load(network.spec, classes=7)
        by_hand = network.build(7)
        assert [str(part) for part in by_hand] == [str(part) for part in compiled.children()]
