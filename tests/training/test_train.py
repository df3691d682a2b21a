from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch
from rich.console import Console
from safetensors.torch import load_file
from torch import Tensor, nn

from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.training import (
    ConsoleProgress,
    EpochMetrics,
    ImageDataset,
    Progress,
    Recipe,
    Run,
    load_recipe,
    train,
)
from netdsl.training.data.shapes import draw_shapes
from netdsl.training.data.split import set_validation_aside

Net = Callable[..., nn.Module]
Refused = Callable[[Callable[[], object]], Diagnostic]

AUGMENTED = Recipe(epochs=2, batch_size=32, crop_padding=2, horizontal_flip=True, validation=0.25)


def result_of(folder: Path) -> dict[str, object]:
    loaded: dict[str, object] = json.loads((folder / "result.json").read_text())
    return loaded


def metrics_of(folder: Path) -> list[dict[str, float | None]]:
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]


def test_training_learns(tmp_path: Path, small_net: Net) -> None:
    dataset = draw_shapes(train=600, test=50)
    recipe = Recipe(epochs=12, batch_size=32, learning_rate=3e-3, validation=0)
    history = train(small_net(), dataset, recipe, tmp_path, device="cpu").history
    assert history[-1].train_loss < 0.85 * history[0].train_loss
    assert history[-1].train_accuracy > 0.2


def test_the_run_folder(tmp_path: Path, small_net: Net, few_shapes: ImageDataset) -> None:
    module = small_net()
    run = train(module, few_shapes, AUGMENTED, tmp_path / "a" / "run", name="small", device="cpu")
    assert run.folder == tmp_path / "a" / "run"
    assert {path.name for path in run.folder.iterdir()} == {
        "best.safetensors",
        "checkpoint.safetensors",
        "last.safetensors",
        "metrics.jsonl",
        "recipe.yaml",
        "result.json",
        "run.json",
    }
    lines = metrics_of(run.folder)
    assert [set(line) for line in lines] == [set(EpochMetrics.__annotations__)] * 2
    assert [line["epoch"] for line in lines] == [1, 2]
    assert all(0 <= (line["validation_accuracy"] or 0) <= 1 for line in lines)
    assert lines[0]["lr"] == 1e-3
    result = result_of(run.folder)
    assert result["name"] == "small"
    assert result["parameters"] == sum(parameter.numel() for parameter in module.parameters())
    assert result["epochs"] == 2
    assert result["interrupted"] is False
    best = max(lines, key=lambda line: line["validation_accuracy"] or 0)
    assert result["best_epoch"] == best["epoch"]
    assert result["validation_accuracy"] == best["validation_accuracy"]
    per_class = result["per_class_accuracy"]
    assert isinstance(per_class, dict)
    assert tuple(per_class) == few_shapes.classes
    mean = sum(per_class.values()) / len(per_class)
    assert result["test_accuracy"] == pytest.approx(mean)


def test_the_resolved_recipe_trains_the_same_again(
    tmp_path: Path, small_net: Net, few_shapes: ImageDataset
) -> None:
    first = train(small_net(), few_shapes, AUGMENTED, tmp_path / "1", device="cpu")
    recipe, diagnostics = load_recipe((tmp_path / "1" / "recipe.yaml").read_text(), "recipe.yaml")
    assert diagnostics == []
    assert recipe is not None
    again = train(small_net(), few_shapes, recipe, tmp_path / "2", device="cpu")
    assert losses(first) == losses(again)


def losses(run: Run) -> list[float]:
    return [metrics.train_loss for metrics in run.history]


@pytest.mark.parametrize("deterministic", [True, False])
def test_equal_seeds_give_equal_runs(
    tmp_path: Path, small_net: Net, few_shapes: ImageDataset, deterministic: bool
) -> None:
    runs = []
    for number in (1, 2):
        torch.rand(number)  # Whatever was drawn before does not matter.
        module = small_net()
        run = train(
            module, few_shapes, AUGMENTED, tmp_path / str(number), device="cpu", deterministic=deterministic
        )
        runs.append(run)
    assert not torch.are_deterministic_algorithms_enabled()
    first, second = (load_file(run.folder / "last.safetensors") for run in runs)
    assert all(torch.equal(first[key], second[key]) for key in first)
    other = train(
        small_net(), few_shapes, AUGMENTED.model_copy(update={"seed": 1}), tmp_path / "3", device="cpu"
    )
    assert losses(other) != losses(runs[0])


class Recorder(Progress):
    """Keeps the weights at the end of each epoch."""

    def __init__(self, module: nn.Module) -> None:
        self.module = module
        self.states: list[dict[str, Tensor]] = []

    def epoch(self, metrics: EpochMetrics) -> None:
        self.states.append({key: value.clone() for key, value in self.module.state_dict().items()})


def test_best_and_last_weights(tmp_path: Path, small_net: Net, few_shapes: ImageDataset) -> None:
    # So large a step that accuracy goes up and down.
    recipe = Recipe(epochs=6, learning_rate=0.05, validation=0.25)
    module = small_net()
    recorder = Recorder(module)
    run = train(module, few_shapes, recipe, tmp_path, device="cpu", progress=recorder)
    accuracies = [metrics.validation_accuracy or 0 for metrics in run.history]
    assert run.result.best_epoch == 1 + accuracies.index(max(accuracies))
    assert run.result.best_epoch < 6
    best, last = load_file(tmp_path / "best.safetensors"), load_file(tmp_path / "last.safetensors")
    for key, value in module.state_dict().items():
        assert torch.equal(best[key], value)
        assert torch.equal(best[key], recorder.states[run.result.best_epoch - 1][key])
        assert torch.equal(last[key], recorder.states[-1][key])
    assert run.result.test_accuracy != run.result.last_test_accuracy
    fresh = small_net()
    fresh.load_state_dict(best)


def test_without_validation_the_last_epoch_is_the_best(
    tmp_path: Path, small_net: Net, few_shapes: ImageDataset
) -> None:
    run = train(small_net(), few_shapes, Recipe(epochs=2, validation=0), tmp_path, device="cpu")
    assert run.result.best_epoch == 2
    assert run.result.validation_accuracy is None
    assert run.history[0].validation_loss is None
    assert (tmp_path / "best.safetensors").read_bytes() == (tmp_path / "last.safetensors").read_bytes()


def test_without_a_test_part(tmp_path: Path, small_net: Net, few_shapes: ImageDataset) -> None:
    run = train(small_net(), replace(few_shapes, test=None), Recipe(epochs=1), tmp_path, device="cpu")
    assert run.result.test_accuracy is None
    assert run.result.per_class_accuracy is not None


@pytest.mark.parametrize(("size", "count"), [(100, 100), (0.1, 40), (0, 0), (0.0, 0)])
def test_the_validation_part(few_shapes: ImageDataset, size: float, count: int) -> None:
    split = set_validation_aside(few_shapes, size, 0)
    assert len(split.validation or ()) == count
    assert len(split.train) == 400 - count
    if split.validation is None:
        return
    assert split.train.rows is not None
    assert split.validation.rows is not None
    together = torch.cat([split.train.rows, split.validation.rows]).sort().values
    assert torch.equal(together, torch.arange(400))
    again, other = (set_validation_aside(few_shapes, size, seed).validation for seed in (0, 1))
    assert again is not None
    assert other is not None
    assert again.rows is not None
    assert other.rows is not None
    assert torch.equal(split.validation.rows, again.rows)
    assert not torch.equal(split.validation.rows, other.rows)
    assert set_validation_aside(split, 7, 0) is split


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(epochs=1, optimizer="sgd", learning_rate=0.05),
        Recipe(epochs=1, optimizer="sgd", learning_rate=0.05, momentum=0.9, nesterov=True, weight_decay=1e-3),
        Recipe(epochs=1, optimizer="adamw", weight_decay=0.1, normalization="none", shuffle=False),
    ],
)
def test_optimizers(tmp_path: Path, small_net: Net, few_shapes: ImageDataset, recipe: Recipe) -> None:
    module = small_net()
    before = {key: value.clone() for key, value in module.named_parameters()}
    train(module, few_shapes, recipe, tmp_path, device="cpu")
    assert all(not torch.equal(before[key], value) for key, value in module.named_parameters())


def test_plain_sgd_takes_the_steps_of_a_loop_by_hand(tmp_path: Path, few_shapes: ImageDataset) -> None:
    recipe = Recipe(
        epochs=2, optimizer="sgd", learning_rate=0.1, shuffle=False, validation=0, normalization="none"
    )
    module, by_hand = (nn.Sequential(nn.Flatten(), nn.Linear(3072, 10)).double() for _ in range(2))
    by_hand.load_state_dict(module.state_dict())
    train(module, few_shapes, recipe, tmp_path, device="cpu")
    optimizer = torch.optim.SGD(by_hand.parameters(), lr=0.1)
    for _ in range(2):
        for start in range(0, 400, 64):
            images = few_shapes.train.images[start : start + 64].double() / 255
            labels = few_shapes.train.labels[start : start + 64]
            optimizer.zero_grad()
            nn.functional.cross_entropy(by_hand(images), labels).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    for ours, theirs in zip(module.parameters(), by_hand.parameters(), strict=True):
        assert torch.allclose(ours, theirs, atol=1e-12)


def test_a_run_is_never_overwritten(
    tmp_path: Path, small_net: Net, few_shapes: ImageDataset, refused: Refused
) -> None:
    train(small_net(), few_shapes, Recipe(epochs=1), tmp_path / "run", device="cpu")
    before = (tmp_path / "run" / "metrics.jsonl").read_text()
    found = refused(lambda: train(small_net(), few_shapes, Recipe(epochs=1), tmp_path / "run", device="cpu"))
    assert found.code == codes.RUN_FOLDER
    assert found.file == str(tmp_path / "run")
    assert (tmp_path / "run" / "metrics.jsonl").read_text() == before


def test_folders_are_numbered(
    tmp_path: Path, small_net: Net, few_shapes: ImageDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folders = [
        train(small_net(), few_shapes, Recipe(epochs=1), name="net", device="cpu").folder for _ in range(2)
    ]
    assert folders == [Path("runs/net-1"), Path("runs/net-2")]


def test_a_folder_that_can_not_be_made(
    tmp_path: Path, small_net: Net, few_shapes: ImageDataset, refused: Refused
) -> None:
    (tmp_path / "file").write_text("in the way")
    for out in (tmp_path / "file", tmp_path / "file" / "run"):
        found = refused(partial(train, small_net(), few_shapes, Recipe(), out, device="cpu"))
        assert found.code == codes.RUN_FOLDER


class Bursting(nn.Module):
    """Gives what is not a number from the given call on in training mode."""

    def __init__(self, call: int) -> None:
        super().__init__()
        self.linear = nn.Linear(3072, 10)
        self.call = call
        self.calls = 0

    def forward(self, images: Tensor) -> Tensor:
        if self.training:
            self.calls += 1
        output: Tensor = self.linear(images.flatten(1))
        return output * float("nan") if self.training and self.calls >= self.call else output


def test_a_loss_that_is_not_finite_stops_the_training(
    tmp_path: Path, few_shapes: ImageDataset, refused: Refused
) -> None:
    recipe = Recipe(epochs=3, batch_size=100, validation=0)
    found = refused(lambda: train(Bursting(7), few_shapes, recipe, tmp_path, device="cpu"))
    assert found.code == codes.NON_FINITE_LOSS
    assert "epoch 2, step 3" in found.message
    assert len(metrics_of(tmp_path)) == 1
    best = load_file(tmp_path / "best.safetensors")
    assert all(value.isfinite().all() for value in best.values())


class Interrupting(nn.Module):
    """Raises what Ctrl-C raises at the given call in training mode."""

    def __init__(self, call: int) -> None:
        super().__init__()
        self.linear = nn.Linear(3072, 10)
        self.left = call

    def forward(self, images: Tensor) -> Tensor:
        self.left -= self.training
        if self.left == 0 and self.training:
            raise KeyboardInterrupt
        output: Tensor = self.linear(images.flatten(1))
        return output


@pytest.mark.parametrize(("call", "epochs"), [(2, 0), (6, 1)])
def test_an_interruption_keeps_what_there_is(
    tmp_path: Path, few_shapes: ImageDataset, call: int, epochs: int
) -> None:
    module = Interrupting(call)
    console = Console(file=io.StringIO(), width=200)
    recipe = Recipe(epochs=3, batch_size=100, validation=0)
    run = train(module, few_shapes, recipe, tmp_path, device="cpu", progress=ConsoleProgress(console))
    assert run.result.interrupted
    assert run.result.epochs == epochs
    assert result_of(tmp_path)["interrupted"] is True
    last = load_file(tmp_path / "last.safetensors")
    assert all(torch.equal(last[key], value) for key, value in module.state_dict().items())
    assert (tmp_path / "best.safetensors").exists() == (epochs > 0)
    assert isinstance(console.file, io.StringIO)
    assert f"interrupted after {epochs} of 3 epochs" in console.file.getvalue()


_ENDLESS = """
from pathlib import Path
from torch import nn
from netdsl.training import ConsoleProgress, Recipe, train
from netdsl.training.data.shapes import draw_shapes
net = nn.Sequential(nn.Flatten(), nn.Linear(3072, 10))
recipe = Recipe(epochs=1_000_000, validation=0)
run = train(net, draw_shapes(train=500, test=10), recipe, Path("run"), progress=ConsoleProgress())
assert run.result.interrupted
"""


def test_ctrl_c(tmp_path: Path) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", _ENDLESS], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    try:
        deadline = time.monotonic() + 60
        while not (tmp_path / "run" / "metrics.jsonl").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        program.send_signal(signal.SIGINT)
        output, _ = program.communicate(timeout=60)
    finally:
        program.kill()
    assert program.returncode == 0
    assert "interrupted after" in output
    assert result_of(tmp_path / "run")["interrupted"] is True


def test_a_line_an_epoch_where_there_is_no_terminal(
    tmp_path: Path, small_net: Net, few_shapes: ImageDataset
) -> None:
    console = Console(file=io.StringIO(), width=200)
    train(small_net(), few_shapes, AUGMENTED, tmp_path, device="cpu", progress=ConsoleProgress(console))
    assert isinstance(console.file, io.StringIO)
    output = console.file.getvalue()
    assert "\x1b" not in output
    lines = [line for line in output.splitlines() if line.startswith("epoch")]
    assert len(lines) == 2
    assert "images/s" in lines[0]
    assert "test" in output
    assert all(name in output for name in few_shapes.classes)


def test_a_terminal_gets_a_bar(tmp_path: Path, small_net: Net, few_shapes: ImageDataset) -> None:
    console = Console(file=io.StringIO(), width=200, force_terminal=True)
    train(small_net(), few_shapes, AUGMENTED, tmp_path, device="cpu", progress=ConsoleProgress(console))
    assert isinstance(console.file, io.StringIO)
    assert "epoch 1/2" in console.file.getvalue()
