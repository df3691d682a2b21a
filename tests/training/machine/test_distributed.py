"""Two processes on the CPU: what one process gives, whatever happens to one of the two."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from tests.training.disturbed import (
    NOISY,
    QUIET,
    Process,
    assert_same_run,
    epochs_done,
    lines_of,
    netdsl_process,
    own_cache,
    succeeds,
    temporary_files,
    write_figures,
)

# 141 images to train on: neither batches nor accumulated steps come out even.
OPTIONS = (
    "--data figures.npz --deterministic --device cpu --batch-size 32 --accumulation-steps 2 --optimizer sgd "
    "--learning-rate 0.02 --momentum 0.9 --crop-padding 2 --horizontal-flip --clip-grad-norm 1 "
    "--ema-decay 0.9 --validation 19"
).split()
ON_TWO = ("--devices", "2")
# Enough for one to be disturbed on the way.
EPOCHS = "60"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with quiet.net, noisy.net and figures.npz."""
    root = tmp_path_factory.mktemp("distributed")
    (root / "quiet.net").write_text(QUIET)
    (root / "noisy.net").write_text(NOISY)
    write_figures(root / "figures.npz", train=160, test=41)
    return root


@pytest.fixture(autouse=True)
def apart(tmp_path: Path) -> Any:
    with own_cache(tmp_path / "cache"):
        yield


def train_on_two(place: Path, *arguments: str, code: int = 0) -> str:
    """The output of a training in two processes that ends with this code."""
    with netdsl_process("train", *arguments, *ON_TWO, cwd=place) as process:
        assert process.end() == code, process.output
        assert process.descendants() == []
        output = process.output
    assert "Traceback" not in output, output
    return output


def facts_of(folder: Path) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((folder / "run.json").read_text())
    return facts


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture(scope="module")
def seeds(place: Path) -> tuple[Path, str]:
    """Two epochs of the quiet net by two processes, with two seeds: the folder, and what was printed."""
    options = ("quiet.net", *OPTIONS, "--epochs", "2", "--runs", "2", "--seed", "3", "--out", "seeds")
    with own_cache(place / "cache"):
        return place / "seeds", train_on_two(place, *options)


@pytest.fixture(scope="module")
def of_two(seeds: tuple[Path, str]) -> Path:
    """The run with the first seed."""
    return seeds[0] / "seed-3"


def test_seeds_are_trained_one_after_another_by_both(seeds: tuple[Path, str]) -> None:
    folder, output = seeds
    kept = json.loads((folder / "runs.json").read_text())
    assert [each["seed"] for each in kept["runs"]] == [3, 4]
    assert [facts_of(folder / f"seed-{seed}")["processes"] for seed in (3, 4)] == [2, 2]
    assert len(re.findall(r"^epoch 1/2 ", output, re.MULTILINE)) == 2
    assert len(re.findall(r" cpu x 2, to ", output)) == 2
    assert "mean ± sd" in output
    assert "accuracy by class" not in output


def test_two_processes_train_as_one_does(place: Path, of_two: Path) -> None:
    options = ("--epochs", "2", "--seed", "3", "--out", "of-one")
    succeeds("train", "quiet.net", *OPTIONS, *options, cwd=place)
    of_one = place / "of-one"
    for name in ("best.safetensors", "last.safetensors"):
        torch.testing.assert_close(load_file(of_two / name), load_file(of_one / name), rtol=1e-4, atol=1e-5)
    for ours, theirs in zip(lines_of(of_two), lines_of(of_one), strict=True):
        # An image whose two likeliest classes are equally likely may go either way.
        assert ours == pytest.approx(theirs, abs=0.02)
        assert ours["train_loss"] == pytest.approx(theirs["train_loss"], rel=1e-4)
    # The second process has written nothing of its own.
    assert names(of_two) == names(of_one)
    assert temporary_files(of_two) == []


def test_torchrun_gives_the_same_bits(place: Path, of_two: Path, tmp_path: Path) -> None:
    folder = tmp_path / "by-torchrun"
    torchrun = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
    options = ("--epochs", "2", "--seed", "3", "--out", str(folder))
    command = (*torchrun, "-m", "netdsl", "train", "quiet.net", *OPTIONS, *options)
    with Process(*command, cwd=place) as process:
        assert process.end() == 0, process.output
    assert_same_run(folder, of_two)


@pytest.fixture(scope="module")
def undisturbed(place: Path) -> Path:
    """Many short epochs of the noisy net, with batch norm and dropout, by two processes."""
    with own_cache(place / "cache"):
        train_on_two(place, "noisy.net", *OPTIONS, "--epochs", EPOCHS, "--out", "undisturbed")
    return place / "undisturbed"


def test_what_was_evaluated_is_what_was_saved(place: Path, undisturbed: Path) -> None:
    """Batch norm's statistics are other ones in each process, and one's are saved."""
    result = json.loads((undisturbed / "result.json").read_text())
    found = json.loads(succeeds("eval", str(undisturbed), "--device", "cpu", "--format", "json", cwd=place))
    assert found["accuracy"] == result["test_accuracy"]
    assert found["loss"] == pytest.approx(result["test_loss"], rel=1e-5)
    options = ("--part", "validation", "--weights", "last", "--device", "cpu", "--format", "json")
    found = json.loads(succeeds("eval", str(undisturbed), *options, cwd=place))
    assert found["loss"] == pytest.approx(lines_of(undisturbed)[-1]["validation_loss"], rel=1e-5)


def process_of(launch: Process, rank: int) -> int:
    """The process of that number among those that a launch has started."""
    mark = f"\0RANK={rank}\0".encode()
    (found,) = (each for each in launch.descendants() if mark in Path(f"/proc/{each}/environ").read_bytes())
    return found


def test_where_a_process_is_killed_all_go_on_from_the_checkpoint(
    place: Path, undisturbed: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "killed"
    begun = ("train", "noisy.net", *OPTIONS, "--epochs", EPOCHS, "--out", str(folder), *ON_TWO)
    with netdsl_process(*begun, cwd=place) as launch:
        launch.wait_until((folder / "checkpoint.safetensors").exists)
        os.kill(process_of(launch, 1), signal.SIGKILL)
        assert launch.end() == 0, launch.output
        output = launch.output
    assert "process 1 was ended by SIGKILL: restart 1 of 3, from the last checkpoint" in output
    assert "Traceback" not in output
    assert [line["epoch"] for line in lines_of(folder)] == list(range(1, int(EPOCHS) + 1))
    assert_same_run(folder, undisturbed)


def test_both_stop_behind_the_same_step_and_go_on_to_the_same_bits(
    place: Path, undisturbed: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "stopped"
    begun = ("train", "noisy.net", *OPTIONS, "--epochs", EPOCHS, "--out", str(folder), *ON_TWO)
    with netdsl_process(*begun, cwd=place) as launch:
        launch.wait_until(lambda: epochs_done(folder) >= 1)
        launch.send(signal.SIGTERM)
        assert launch.end() == 130, launch.output
        assert launch.descendants() == []
        output = launch.output
    assert "Traceback" not in output
    assert f"after {len(lines_of(folder))} of {EPOCHS} epochs; the state is saved" in output
    (command,) = re.findall(r"go on with `netdsl train ([^`]+)`", output)
    assert command.endswith("--devices 2")
    with netdsl_process("train", *shlex.split(command), cwd=place) as launch:
        assert launch.end() == 0, launch.output
    assert_same_run(folder, undisturbed)


def assert_told_once(output: str, code: str, told: str) -> None:
    assert re.findall(r"error\[(\w+)\]", output) == [code]
    assert told in output
    assert "restart" not in output


def test_a_mistake_is_told_once(place: Path, tmp_path: Path) -> None:
    """Both find it, and with the first of several seeds all of them end."""
    options = ("quiet.net", *OPTIONS, "--set", "classes=3", "--runs", "2", "--out", str(tmp_path / "run"))
    output = train_on_two(place, *options, code=1)
    assert_told_once(output, "E811", "3 outputs but figures has 10 classes")
    assert output.count("seed ") == 1


def test_a_loss_that_is_not_finite_ends_both(place: Path, tmp_path: Path) -> None:
    options = ("quiet.net", *OPTIONS, "--learning-rate", "1e30", "--out", str(tmp_path / "run"))
    assert_told_once(train_on_two(place, *options, code=1), "E713", "in epoch 1, step")


# Limits the size of files, and becomes `netdsl`.
ON_A_SMALL_DISK = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
os.execv(sys.executable, [sys.executable, "-m", "netdsl", *sys.argv[1:]])
"""


def test_what_one_process_finds_ends_both(place: Path, tmp_path: Path) -> None:
    """The first process alone writes, so that the other knows nothing of a full disk."""
    folder = tmp_path / "run"
    (place / "large.net").write_text(
        QUIET.replace("Quiet", "Large").replace("flatten", "flatten -> linear(512)")
    )
    train = ("train", "large.net", *OPTIONS, "--out", str(folder), *ON_TWO)
    with Process(sys.executable, "-c", ON_A_SMALL_DISK, *train, cwd=place) as launch:
        assert launch.end() == 1, launch.output
        assert launch.descendants() == []
        output = launch.output
    assert "Traceback" not in output, output
    assert_told_once(output, "E712", f"{folder} can't be written")
