"""`netdsl train`: several seeds, what a run folder keeps, pictures of batches, and what is refused."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import signal
import statistics
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from netdsl.training import ConsoleProgress, EpochMetrics, Statistics, load_recipe
from netdsl.training.data.shapes import draw_shapes
from tests.cli.run import run
from tests.cli.saved_run import HEAD, NET
from tests.training.disturbed import write_figures
from tests.training.folders import write_split

Capture = pytest.CaptureFixture[str]

OPTIONS = (
    "--data",
    "figures.npz",
    "--device",
    "cpu",
    "--deterministic",
    "--batch-size",
    "32",
    "--epochs",
    "2",
)
TRAIN = ("train", "tiny.net", *OPTIONS)


@pytest.fixture(scope="session")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("figures") / "figures.npz"
    write_figures(path, train=120, test=40)
    return path


@pytest.fixture(autouse=True)
def place(tmp_path: Path, figures: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with tiny.net, the file that it uses, and images of ten classes of figures."""
    torch.set_num_threads(1)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "parts").mkdir()
    (tmp_path / "tiny.net").write_text(NET)
    (tmp_path / "parts" / "head.net").write_text(HEAD)
    shutil.copy(figures, tmp_path)
    return tmp_path


def read(path: str) -> Any:
    return json.loads(Path(path).read_text())


def succeeds(capsys: Capture, *arguments: str) -> tuple[str, str]:
    """Standard output and standard error of a command that ends well."""
    code, out, err = run(capsys, *arguments)
    assert code == 0, err
    return out, err


# Several seeds.


def row(table: str, name: str) -> list[str]:
    """The cells of the row of that name, after it."""
    (line,) = (line.strip() for line in table.splitlines() if line.strip().startswith(name))
    return re.split(r"\s{2,}", line.removeprefix(name).strip())


def test_several_seeds_have_a_mean_a_deviation_and_an_interval(capsys: Capture) -> None:
    out, _ = succeeds(capsys, *TRAIN, "--runs", "3", "--seed", "5", "--out", "three")
    results = {seed: read(f"three/seed-{seed}/result.json") for seed in (5, 6, 7)}
    kept = read("three/runs.json")
    assert [each["seed"] for each in kept["runs"]] == [5, 6, 7]
    means, intervals = row(out, "mean ± sd"), row(out, "95 % interval")
    for column, figure in enumerate(("validation_accuracy", "test_accuracy")):
        values = [result[figure] for result in results.values()]
        mean, deviation = statistics.fmean(values), statistics.stdev(values)
        # Student's 97.5 % quantile for two degrees of freedom.
        half = 4.3027 * deviation / 3**0.5
        assert means[column] == f"{100 * mean:.2f} ± {100 * deviation:.2f} %"
        assert intervals[column] == f"{100 * (mean - half):.2f} to {100 * (mean + half):.2f} %"
        assert [each[figure] for each in kept["runs"]] == values
        assert kept[figure]["mean"] == pytest.approx(mean)
        for seed, value in zip(results, values, strict=True):
            assert row(out, f"{seed} ")[column] == f"{100 * value:.2f} %"
    recipes = [load_recipe(Path(f"three/seed-{seed}/recipe.yaml").read_text(), "x")[0] for seed in results]
    assert [recipe.seed for recipe in recipes if recipe is not None] == [5, 6, 7]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (("--learning-rate", "0.5"), "learning_rate 0.001, now 0.5"),
        (("--epochs", "9"), "epochs 2, now 9"),
        (("--set", "classes=12"), "another network"),
    ],
)
def test_seeds_of_another_training_are_not_taken(other: tuple[str, str], said: str, capsys: Capture) -> None:
    succeeds(capsys, *TRAIN, "--runs", "1", "--out", "one")
    before = read("one/runs.json")
    code, out, err = run(capsys, *TRAIN, *other, "--runs", "2", "--out", "one")
    assert (code, out) == (1, "")
    assert f"one/seed-0 holds a run with {said}" in err
    assert read("one/runs.json") == before
    assert not Path("one/seed-1").exists()


def test_classes_are_told_of_a_single_run_alone(capsys: Capture) -> None:
    title = "accuracy by class"
    assert title in succeeds(capsys, *TRAIN, "--out", "one")[0]
    out, _ = succeeds(capsys, *TRAIN, "--runs", "2", "--out", "two")
    assert title not in out
    assert len([line for line in out.splitlines() if line.startswith("best epoch")]) == 2
    assert title in succeeds(capsys, *TRAIN, "--runs", "1", "--out", "first")[0]


def interrupt_at(monkeypatch: pytest.MonkeyPatch, epoch: int) -> None:
    """Ctrl-C after so many epochs from now on."""
    told = ConsoleProgress.epoch
    left = iter(range(epoch - 1, -1, -1))

    def tell(self: ConsoleProgress, metrics: EpochMetrics) -> None:
        told(self, metrics)
        if next(left, None) == 0:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(ConsoleProgress, "epoch", tell)


def test_interrupted_seeds_go_on_where_they_were(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    command = (*TRAIN, "--runs", "3", "--out", "three")
    with monkeypatch.context() as patch:
        interrupt_at(patch, epoch=3)
        code, _, err = run(capsys, *command)
    assert code == 130
    assert "repeat the command with --out three to go on" in err
    assert read("three/seed-1/result.json")["interrupted"] is True
    assert not Path("three/seed-2").exists()
    assert not Path("three/runs.json").exists()
    before = {path: path.stat().st_mtime_ns for path in Path("three/seed-0").rglob("*")}
    out, _ = succeeds(capsys, *command)
    assert {path: path.stat().st_mtime_ns for path in Path("three/seed-0").rglob("*")} == before
    assert out.count("resumed after epoch 1") == 1
    assert [each["seed"] for each in read("three/runs.json")["runs"]] == [0, 1, 2]
    lines = Path("three/seed-1/metrics.jsonl").read_text().splitlines()
    assert [json.loads(line)["epoch"] for line in lines] == [1, 2]
    # With nothing left to train, the table alone is made again.
    again, _ = succeeds(capsys, *command)
    assert "epoch 1/2" not in again
    assert row(again, "mean ± sd") == row(out, "mean ± sd")


# The run folder.


def test_the_folder_holds_all_that_the_run_depends_on(capsys: Capture) -> None:
    succeeds(capsys, *TRAIN, "--set", "width=4", "--out", "run")
    assert Path("run/source/tiny.net").read_text() == NET
    assert Path("run/source/parts/head.net").read_text() == HEAD
    facts = read("run/run.json")
    assert facts["source"] == {"file": "source/tiny.net", "net": "Tiny", "settings": {"width": "4"}}
    versions = facts["versions"]
    assert versions["python"] == platform.python_version()
    assert {name: versions[name] for name in ("torch", "numpy", "safetensors")} == {
        name: version(name) for name in ("torch", "numpy", "safetensors")
    }
    assert "netdsl" in versions
    recipe, wrong = load_recipe(Path("run/recipe.yaml").read_text(), "recipe.yaml")
    assert recipe is not None, wrong
    assert isinstance(recipe.normalization, Statistics)
    assert (recipe.epochs, recipe.batch_size) == (2, 32)
    assert recipe.memory_format in ("contiguous", "channels_last")
    assert recipe.compile == "off"


def git(*arguments: str) -> str:
    identity = ("-c", "user.name=Tester", "-c", "user.email=tester@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *identity, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_folder_names_the_commit(capsys: Capture, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(place.parent))
    for name in [name for name in os.environ if name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")]:
        monkeypatch.delenv(name)
    commits = []
    succeeds(capsys, *TRAIN, "--out", "outside")
    git("init", "--quiet")
    git("add", "tiny.net", "parts")
    git("commit", "--quiet", "--message", "Begin")
    commits.append(git("rev-parse", "HEAD"))
    succeeds(capsys, *TRAIN, "--out", "inside")
    Path("tiny.net").write_text(NET + "# changed\n")
    succeeds(capsys, *TRAIN, "--out", "changed")
    found = [read(f"{name}/run.json")["git_commit"] for name in ("outside", "inside", "changed")]
    assert found == [None, commits[0], f"{commits[0]}-dirty"]


# What the network sees.


@pytest.mark.parametrize(
    ("batch_size", "shown", "size"),
    [(4, 4, (394, 100)), (20, 20, (786, 296)), (100, 64, (786, 786))],
)
def test_a_batch_is_drawn_in_rows_of_eight(
    capsys: Capture, batch_size: int, shown: int, size: tuple[int, int]
) -> None:
    plain = ("--batch-size", str(batch_size), "--shuffle", "false", "--validation", "0")
    out, _ = succeeds(capsys, *TRAIN, *plain, "--show-batch", "batch.png")
    assert out == f"{shown} training images, as the network sees them, are in batch.png\n"
    assert not Path("runs").exists()
    with Image.open("batch.png") as picture:
        assert (picture.format, picture.size) == ("PNG", size)
        tile = np.asarray(picture.convert("RGB"), dtype=int)[2:98, 2:98]
    first = np.load("figures.npz")["x_train"][0].astype(int)
    # Each pixel three times as large; normalized and back, it may be rounded otherwise.
    assert abs(tile - first.repeat(3, axis=0).repeat(3, axis=1)).max() <= 1


def test_a_batch_that_can_not_be_drawn(capsys: Capture) -> None:
    for path in ("missing/batch.png", "batch.doc"):
        assert_refused(run(capsys, *TRAIN, "--show-batch", path), "E712", path)


# What is refused.


def assert_refused(outcome: tuple[int, str, str], code: str, *told: str) -> None:
    """The command ended with one error, of this code, and left nothing."""
    exit_code, _, err = outcome
    assert exit_code == 1
    assert "Traceback" not in err
    assert re.findall(r"(?:error|warning)\[(\w+)\]", err) == [code]
    for each in told:
        assert each in err
    assert not Path("runs").exists()


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        ("--optimizer adamx", "E704", ("--optimizer adamx", "adamw", "did you mean `adam`?")),
        ("--batch-size many", "E703", ("--batch-size many",)),
        ("--epochs 0", "E704", ("--epochs 0",)),
        ("--schedule [cosine", "E701", ("`--schedule`",)),
        ("--optimizer adam --momentum 0.9", "E706", ("momentum",)),
        ("--data nowhere", "E801", ("nowhere",)),
        ("--set classes=3", "E811", ("3 outputs", "10 classes", "--set classes=10")),
        ("--resize 16", "E810", ("3x32x32", "3x16x16", "--resize 32")),
        ("--device nonsense", "E711", ("nonsense", "cpu")),
        ("--recipe nowhere.yaml", "E602", ("nowhere.yaml",)),
        ("--set depth=3", "E312", ("depth",)),
    ],
)
def test_mistakes_are_told_before_anything_is_trained(
    capsys: Capture, options: str, code: str, told: tuple[str, ...]
) -> None:
    assert_refused(run(capsys, *TRAIN, *options.split()), code, *told)


def test_folders_of_images_with_fewer_classes(capsys: Capture) -> None:
    dataset = draw_shapes(train=30, test=10)
    write_split(Path("all"), dataset.train, dataset.classes)
    for name in ("circle", "ring", "star"):
        shutil.move(Path("all") / name, Path("three") / name)
    told = ("2 outputs", "3 classes", "--set classes=3")
    assert_refused(run(capsys, *TRAIN, "--data", "three", "--set", "classes=2"), "E811", *told)


@pytest.mark.parametrize("options", ["--devices 0", "--runs 0", "--devices two", "--colour red"])
def test_command_lines_that_can_not_be_read(capsys: Capture, options: str) -> None:
    code, _, err = run(capsys, *TRAIN, *options.split())
    assert (code, options.split()[0] in err) == (2, True)


def test_no_network_and_no_run(capsys: Capture) -> None:
    code, _, err = run(capsys, "train")
    assert (code, "--resume" in err) == (2, True)


def test_a_folder_that_holds_a_run(capsys: Capture) -> None:
    succeeds(capsys, *TRAIN, "--out", "run")
    before = Path("run/metrics.jsonl").read_bytes()
    assert_refused(run(capsys, *TRAIN, "--out", "run"), "E712", "netdsl train --resume run")
    assert Path("run/metrics.jsonl").read_bytes() == before
