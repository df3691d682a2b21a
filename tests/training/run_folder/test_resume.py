from __future__ import annotations

import json
import os
import pickle
import random
import re
import shutil
import signal
import struct
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from benchmarks import kill_and_resume
from netdsl.training import ImageDataset, Recipe, Split
from tests.training.disturbed import (
    NOISY,
    Called,
    Noisy,
    assert_same_run,
    command,
    lines_of,
    own_cache,
    succeeds,
    temporary_files,
    write_figures,
)
from tests.training.tiny_training import CLASSES, PIXELS, PLAIN, run_tiny

OPTIONS = (
    "--data figures.npz --deterministic --device cpu --batch-size 64 --optimizer sgd --learning-rate 0.05 "
    "--momentum 0.9 --ema-decay 0.9 --crop-padding 2 --horizontal-flip"
).split()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with noisy.net, figures.npz, a tree of images of two classes, and two runs of two epochs.

    `finished` is on the figures, `on_images` on the tree.
    """
    root = tmp_path_factory.mktemp("resume")
    (root / "noisy.net").write_text(NOISY)
    write_figures(root / "figures.npz")
    write_tree(root / "images", ("cat", "dog"), seed=0)
    with own_cache(root / "cache"):
        succeeds("train", "noisy.net", *OPTIONS, "--epochs", "2", "--out", "finished", cwd=root)
        images = ("--data", "images", "--set", "classes=2", "--validation", "0.2", "--epochs", "1")
        succeeds("train", "noisy.net", "--deterministic", *images, "--out", "on_images", cwd=root)
    return root


def write_tree(root: Path, classes: tuple[str, ...], seed: int, count: int = 10) -> None:
    numbers = np.random.default_rng(seed)
    for name in classes:
        (root / name).mkdir(parents=True)
        for number in range(count):
            pixels = numbers.integers(0, 256, (32, 32, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(root / name / f"{number}.png")


@pytest.fixture
def copied(place: Path, tmp_path: Path) -> Callable[[str], Path]:
    """Copies a run, with the network and the images, to where a test may break them."""

    def copy(name: str) -> Path:
        for other in ("noisy.net", "figures.npz", "images"):
            source = place / other
            if source.is_dir():
                shutil.copytree(source, tmp_path / other)
            else:
                shutil.copy(source, tmp_path / other)
        folder = Path(shutil.copytree(place / name, tmp_path / name))
        facts = (folder / "run.json").read_text()
        (folder / "run.json").write_text(facts.replace(str(place), str(tmp_path)))
        return folder

    return copy


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def code_of(output: str) -> str | None:
    """The code of the only error in an output, which is no traceback."""
    assert "Traceback" not in output
    found = re.findall(r"error\[(E\d+)\]", output)
    assert len(found) == 1, output
    return str(found[0])


def test_a_killed_training_ends_as_if_it_had_not_been(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    (tmp_path / "killed.net").write_text(kill_and_resume.NET)
    write_figures(tmp_path / "figures.npz", train=2000)
    options = (*kill_and_resume.RECIPE, "--epochs", "4", "--data", "figures.npz")
    training = kill_and_resume.Training(tmp_path, options)
    expected = tmp_path / "undisturbed"
    kill_and_resume.finish(training.begin(expected))
    for number, aimed in enumerate((False, True)):
        folder = tmp_path / f"killed-{number}"
        kill_and_resume.run_disturbed(training, folder, random.Random(number), aimed, span=1.0)
        assert kill_and_resume.differences(folder, expected) == []


def test_what_a_killed_process_was_writing_is_swept_away(copied: Callable[[str], Path]) -> None:
    folder = copied("finished")
    (folder / ".checkpoint.safetensors.123.tmp").write_bytes(b"half")
    (folder / ".tmpa1B2c3").write_bytes(b"half")
    (folder / "best.next.safetensors").write_bytes(b"half")
    succeeds("train", "--resume", str(folder), cwd=folder.parent)
    assert temporary_files(folder) == []


def test_a_finished_run_is_not_harmed(copied: Callable[[str], Path], place: Path) -> None:
    folder = copied("finished")
    before = json.loads((folder / "result.json").read_text())
    succeeds("train", "--resume", str(folder), cwd=folder.parent)
    assert_same_run(folder, place / "finished")
    after = json.loads((folder / "result.json").read_text())
    changing = ("seconds", "images_per_second", "peak_memory_bytes")
    assert {key: value for key, value in after.items() if key not in changing} == {
        key: value for key, value in before.items() if key not in changing
    }


def test_a_finished_run_can_be_trained_on(copied: Callable[[str], Path], place: Path) -> None:
    folder = copied("finished")
    output = succeeds("train", "--resume", str(folder), "--epochs", "3", cwd=folder.parent)
    assert "resumed after epoch 2" in output
    succeeds(
        "train", "noisy.net", *OPTIONS, "--epochs", "3", "--out", str(folder.parent / "three"), cwd=place
    )
    assert_same_run(folder, folder.parent / "three")
    assert json.loads((folder / "result.json").read_text())["epochs"] == 3
    assert "epochs: 3" in (folder / "recipe.yaml").read_text()


@pytest.mark.parametrize(
    "given",
    [
        "--batch-size 32",
        "--learning-rate 0.1",
        "--seed 1",
        "--data images",
        "--data shapes",
        "--set classes=10",
        "--out other",
        "--runs 2",
        "--deterministic",
        "--device cpu",
        "noisy.net",
        "--tensorboard",
        "--recipe other.yaml",
        "--data-dir sets",
        "--show-batch batch.png",
    ],
)
def test_nothing_else_can_be_given_anew(copied: Callable[[str], Path], given: str) -> None:
    folder = copied("finished")
    before = contents(folder)
    code, output = command("train", "--resume", str(folder), *given.split(), cwd=folder.parent)
    assert (code, code_of(output)) == (1, "E718")
    assert contents(folder) == before


@pytest.mark.parametrize("made", ["missing", "empty", "file", "broken facts", "no facts"])
def test_a_folder_that_is_no_run(copied: Callable[[str], Path], made: str) -> None:
    folder = copied("finished")
    target = folder.parent / "other"
    if made == "empty":
        target.mkdir()
    elif made == "file":
        target.write_text("no folder")
    elif made == "broken facts":
        target = folder
        (folder / "run.json").write_text((folder / "run.json").read_text()[:100])
    elif made == "no facts":
        target = folder
        (folder / "run.json").write_text("[]")
    code, output = command("train", "--resume", str(target), cwd=folder.parent)
    assert (code, code_of(output)) == (1, "E718")


def test_data_with_other_classes(copied: Callable[[str], Path]) -> None:
    folder = copied("on_images")
    shutil.move(folder.parent / "images" / "dog", folder.parent / "images" / "duck")
    code, output = command("train", "--resume", str(folder), "--epochs", "2", cwd=folder.parent)
    assert (code, code_of(output)) == (1, "E718")
    assert "duck" in output


def test_data_with_fewer_images(copied: Callable[[str], Path]) -> None:
    folder = copied("on_images")
    (folder.parent / "images" / "dog" / "3.png").unlink()
    code, output = command("train", "--resume", str(folder), "--epochs", "2", cwd=folder.parent)
    assert (code, code_of(output)) == (1, "E718")


def test_as_many_other_images(copied: Callable[[str], Path]) -> None:
    folder = copied("on_images")
    shutil.rmtree(folder.parent / "images")
    write_tree(folder.parent / "images", ("cat", "dog"), seed=1)
    code, output = command("train", "--resume", str(folder), "--epochs", "2", cwd=folder.parent)
    assert (code, code_of(output)) == (1, "E718")


@pytest.mark.parametrize(
    "edit",
    [("conv(8, 3,", "conv(9, 3,"), ("-> bn ", ""), ("padding=1) -> bn", "padding=1) as stem -> bn")],
    ids=["wider", "without a layer", "renamed"],
)
def test_another_network(copied: Callable[[str], Path], edit: tuple[str, str]) -> None:
    folder = copied("finished")
    (folder / "source" / "noisy.net").write_text(NOISY.replace(*edit))
    code, output = command("train", "--resume", str(folder), "--epochs", "3", cwd=folder.parent)
    assert (code, code_of(output)) == (1, "E718")


def broken_checkpoints() -> dict[str, Callable[[bytes], bytes]]:
    """Ways to spoil a checkpoint's bytes."""
    numbers = random.Random(0)
    header = b'{"__metadata__":{"version":"1"},"x":{"dtype":"F32","shape":[1000000000],"data_offsets":[0,4]}}'
    return {
        "empty": lambda _: b"",
        "cut in the header": lambda good: good[:50],
        "cut in the middle": lambda good: good[: len(good) // 2],
        "cut by a byte": lambda good: good[:-1],
        "random": lambda _: numbers.randbytes(5000),
        "huge header": lambda good: struct.pack("<Q", 2**63 - 1) + good[8:],
        "long header": lambda good: struct.pack("<Q", 99_000_000) + good[8:],
        "tensor larger than the file": lambda _: struct.pack("<Q", len(header)) + header + bytes(4),
        "a pickle": lambda _: pickle.dumps({"module": [1, 2, 3]}),
        "a zip": lambda _: b"PK\x03\x04" + bytes(1000),
    }


@pytest.mark.parametrize("kind", broken_checkpoints())
def test_a_damaged_checkpoint(copied: Callable[[str], Path], kind: str) -> None:
    folder = copied("finished")
    path = folder / "checkpoint.safetensors"
    path.write_bytes(broken_checkpoints()[kind](path.read_bytes()))
    before = contents(folder)
    code, output = command("train", "--resume", str(folder), "--epochs", "3", cwd=folder.parent)
    assert (code, code_of(output)) == (1, "E719")
    after = contents(folder)
    assert all(after[name] == before[name] for name in ("best.safetensors", "last.safetensors"))


@pytest.mark.parametrize(
    ("metadata", "keep"),
    [
        ({}, True),
        ({"version": "1", "facts": "{}"}, True),
        ({"version": "1", "facts": "not json"}, True),
        ({"version": "1", "facts": "[]"}, True),
        ({"version": "1", "facts": '{"epoch": "one", "update": null, "history": 3, "rate": {}}'}, True),
        ({"version": "99", "facts": "{}"}, True),
        (None, False),
    ],
)
def test_a_checkpoint_that_says_something_else(
    copied: Callable[[str], Path], metadata: dict[str, str] | None, keep: bool
) -> None:
    """A whole file, but not one that this training wrote."""
    from safetensors import safe_open

    folder = copied("finished")
    path = folder / "checkpoint.safetensors"
    with safe_open(path, framework="pt") as file:
        kept = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    if not keep:
        tensors = {"other": torch.zeros(3)}
    save_file(tensors, path, kept if metadata is None else metadata)
    code, output = command("train", "--resume", str(folder), "--epochs", "3", cwd=folder.parent)
    assert (code, code_of(output)) == (1, "E719")


def test_metrics_that_were_lost_come_back(copied: Callable[[str], Path], place: Path) -> None:
    """They are in the checkpoint too."""
    folder = copied("finished")
    whole = (folder / "metrics.jsonl").read_text()
    (folder / "metrics.jsonl").write_text(whole[: len(whole) // 2 + 10])
    succeeds("train", "--resume", str(folder), cwd=folder.parent)
    assert lines_of(folder) == lines_of(place / "finished")


def test_a_run_without_a_checkpoint_begins_again(copied: Callable[[str], Path], place: Path) -> None:
    """As where it was killed in its first epoch."""
    folder = copied("finished")
    for path in folder.iterdir():
        if path.name not in ("run.json", "recipe.yaml", "source"):
            path.unlink()
    succeeds("train", "--resume", str(folder), cwd=folder.parent)
    assert_same_run(folder, place / "finished")


def test_a_length_that_was_given_anew_is_kept(copied: Callable[[str], Path]) -> None:
    """A continued run that is resumed once more goes on to its new length."""
    folder = copied("finished")
    succeeds("train", "--resume", str(folder), "--epochs", "3", cwd=folder.parent)
    (folder / "result.json").unlink()
    assert "of 3:" in succeeds("train", "--resume", str(folder), cwd=folder.parent)


def test_fewer_epochs_than_are_done(copied: Callable[[str], Path]) -> None:
    folder = copied("finished")
    code, output = command("train", "--resume", str(folder), "--epochs", "1", cwd=folder.parent)
    assert "Traceback" not in output
    assert code in (0, 1)
    assert len(lines_of(folder)) == 2


@pytest.mark.parametrize("damage", ["missing", "cut short"])
def test_best_weights_that_are_lost(copied: Callable[[str], Path], damage: str) -> None:
    """They are no part of the checkpoint; what they are needed for is told as an error."""
    folder = copied("finished")
    best = folder / "best.safetensors"
    if damage == "missing":
        best.unlink()
    else:
        best.write_bytes(best.read_bytes()[:100])
    code, output = command("train", "--resume", str(folder), cwd=folder.parent)
    assert code == 1
    assert code_of(output) in ("E719", "E722")


def test_an_interrupted_epoch_counts_the_time_before_and_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, skipped = time.perf_counter, [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: real() + skipped[0])

    def disturb() -> None:
        skipped[0] += 1000
        os.kill(os.getpid(), signal.SIGINT)

    images = Split(torch.zeros(64, 3, 32, 32, dtype=torch.uint8), torch.arange(64) % 10)
    dataset = ImageDataset("black", images, None, images, tuple("abcdefghij"))
    called = Called(dataset, Recipe(batch_size=16, epochs=1, validation=0, normalization="none"))
    assert called.begin(tmp_path / "run", Noisy(3, disturb)).result.interrupted
    run, _ = called.resume(tmp_path / "run")
    (epoch,) = run.history
    assert 1000 <= epoch.seconds <= run.result.seconds
    assert epoch.images_per_second <= 64 / 1000


def test_a_length_in_steps_counts_those_that_were_made(tmp_path: Path) -> None:
    """Five batches are an epoch: the first part ends within one, and the second begins the next."""
    for steps, resume in ((3, False), (4, True), (14, True)):
        keys = {"steps": steps, "batch_size": 8, "optimizer": "sgd", "learning_rate": 0.1}
        run = run_tiny(tmp_path, Recipe.model_validate({**PLAIN, **keys}), Counted(), resume=resume)
        made = load_file(tmp_path / "last.safetensors")["steps"]
        assert int(made) == steps
    # Of 3, 1, 5 and 5 steps.
    assert len(run.history) == 4


class Counted(nn.Module):
    """A layer that counts the batches which it is trained on."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(PIXELS, CLASSES).double()
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))

    def forward(self, images: Tensor) -> Tensor:
        self.steps += self.training
        scores: Tensor = self.linear(images.flatten(1))
        return scores
