"""How long a training lasts, which epoch is kept, on how many images, and how it is evaluated."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.report.curves import draw_curves
from netdsl.report.history import read_history
from netdsl.training import EpochMetrics, ImageDataset, Recipe, Run
from netdsl.training.data.dataset import Split
from tests.training.tiny_training import PLAIN, as_input, noise, run_tiny, tiny_net

Refused = Callable[[Callable[[], object]], Diagnostic]
DATA = ImageDataset("noise", noise(40), noise(30, 2), noise(20, 1), ("a", "b", "c"))
KEYS: dict[str, Any] = {"batch_size": 8, "normalization": "none", "compile": "off"}
METRICS = ["validation_accuracy", "validation_loss", "train_accuracy", "train_loss"]


def recipe_of(**keys: object) -> Recipe:
    return Recipe.model_validate({**KEYS, **keys})


class Counting(nn.Module):
    """The tiny network, which notes how many images each step in training has."""

    def __init__(self) -> None:
        super().__init__()
        self.net = tiny_net()
        self.sizes: list[int] = []
        self.sums: list[float] = []

    def forward(self, images: Tensor) -> Tensor:
        if self.training:
            self.sizes.append(len(images))
            self.sums += images.detach().flatten(1).sum(1).tolist()
        output: Tensor = self.net(images)
        return output


def lines_of(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]


# Steps.


@pytest.mark.parametrize(
    ("steps", "expected"),
    [(1, [8]), (5, [8] * 5), (7, [8] * 7), (12, [8] * 12)],
)
def test_steps_end_a_training(tmp_path: Path, steps: int, expected: list[int]) -> None:
    module = Counting()
    run = run_tiny(tmp_path, recipe_of(steps=steps), module, DATA)
    assert module.sizes == expected
    # An epoch has 5 steps; the last may be cut short.
    assert run.result.epochs == len(run.history) == len(lines_of(tmp_path)) == -(-steps // 5)
    assert run.result.interrupted is False


def test_the_figures_of_an_epoch_that_is_cut_short(tmp_path: Path) -> None:
    module = tiny_net()
    recipe = recipe_of(steps=7, learning_rate=1e-12, **PLAIN)
    run = run_tiny(tmp_path, recipe, module, DATA)
    assert isinstance(DATA.train, Split)
    for metrics, count in zip(run.history, (40, 16), strict=True):
        output = module(as_input(DATA.train.images[:count])).detach()
        labels = DATA.train.labels[:count]
        assert metrics.train_loss == pytest.approx(float(functional.cross_entropy(output, labels)))
        assert metrics.train_accuracy == pytest.approx(float((output.argmax(1) == labels).double().mean()))


def test_steps_count_changes_of_the_weights(tmp_path: Path) -> None:
    module = Counting()
    run_tiny(tmp_path, recipe_of(steps=4, accumulation_steps=2), module, DATA)
    # An epoch is three changes: two batches, two, and the one that is left.
    assert len(module.sizes) == 5 + 2


def test_as_many_steps_as_epochs_are_the_same_training(tmp_path: Path) -> None:
    schedule = {"schedule": "cosine", "optimizer": "sgd", "learning_rate": 0.1}
    run_tiny(tmp_path / "1", recipe_of(steps=15, **schedule), None, DATA)
    run_tiny(tmp_path / "2", recipe_of(epochs=3, **schedule), None, DATA)
    first, second = (load_file(tmp_path / name / "last.safetensors") for name in "12")
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_a_schedule_reaches_its_end_with_the_last_step(tmp_path: Path) -> None:
    recipe = recipe_of(steps=8, schedule="polynomial", learning_rate=0.8, optimizer="sgd")
    run = run_tiny(tmp_path, recipe, None, DATA)
    assert [metrics.lr for metrics in run.history] == pytest.approx([0.4, 0.1])


# The best epoch, and early stopping.


def better(name: str, value: float, than: float) -> bool:
    return value > than if name.endswith("accuracy") else value < than


def best_by_hand(history: tuple[EpochMetrics, ...], name: str) -> int:
    """The first epoch that no other is better than."""
    values = [getattr(metrics, name) for metrics in history]
    best = 0
    for at, value in enumerate(values):
        if better(name, value, values[best]):
            best = at
    return best + 1


def rough(tmp_path: Path, name: str, **keys: object) -> Run:
    """Steps so large that figures go up and down."""
    recipe = recipe_of(best_by=name, learning_rate=0.3, keep_every=1, **{"epochs": 8, **keys})
    return run_tiny(tmp_path, recipe, None, DATA)


@pytest.mark.parametrize("name", METRICS)
def test_the_best_epoch(tmp_path: Path, name: str) -> None:
    run = rough(tmp_path, name)
    best = best_by_hand(run.history, name)
    assert run.result.best_epoch == best
    kept, weights = (
        load_file(tmp_path / file) for file in (f"epoch-{best:04}.safetensors", "best.safetensors")
    )
    assert all(torch.equal(kept[key], weights[key]) for key in weights)
    assert all(torch.equal(value, weights[key]) for key, value in run.module.state_dict().items())
    assert run.result.train_accuracy == run.history[best - 1].train_accuracy
    assert run.result.validation_accuracy == run.history[best - 1].validation_accuracy


def test_the_best_epochs_differ(tmp_path: Path) -> None:
    """Else the tests above would not tell one metric from another."""
    history = rough(tmp_path, "train_loss").history
    assert len({best_by_hand(history, name) for name in METRICS}) >= 2
    assert best_by_hand(history, "validation_loss") < 8


@pytest.mark.parametrize("name", ["train_accuracy", "train_loss"])
def test_the_best_epoch_without_validation(tmp_path: Path, name: str) -> None:
    data = ImageDataset("noise", noise(40), None, noise(20, 1), ("a", "b", "c"))
    recipe = recipe_of(best_by=name, learning_rate=0.5, epochs=8, validation=0)
    run = run_tiny(tmp_path, recipe, None, data)
    assert run.result.best_epoch == best_by_hand(run.history, name)


@pytest.mark.parametrize(
    ("keys", "named"), [({"early_stopping": 2}, "early_stopping"), ({"schedule": "plateau"}, "plateau")]
)
def test_what_would_wait_for_validation_images_in_vain(
    tmp_path: Path, refused: Refused, keys: dict[str, Any], named: str
) -> None:
    data = ImageDataset("noise", noise(40), None, noise(20, 1), ("a", "b", "c"))
    recipe = recipe_of(epochs=2, validation=0, **keys)
    found = refused(lambda: run_tiny(tmp_path / "run", recipe, None, data))
    assert found.code is codes.CLASHING_KEYS
    assert named in found.message
    assert not (tmp_path / "run").exists()
    # The data may have a validation part of their own, and the training images are always there.
    run_tiny(tmp_path / "own", recipe, None, DATA)
    run_tiny(tmp_path / "train", recipe_of(epochs=2, validation=0, best_by="train_loss", **keys), None, data)


@pytest.mark.parametrize("patience", [1, 2, 3])
@pytest.mark.parametrize("name", METRICS)
def test_early_stopping(tmp_path: Path, name: str, patience: int) -> None:
    whole = rough(tmp_path / "whole", name, epochs=12)
    short = rough(tmp_path / "short", name, epochs=12, early_stopping=patience)
    best, expected = 0, 12
    values = [getattr(metrics, name) for metrics in whole.history]
    for at, value in enumerate(values):
        if better(name, value, values[best]):
            best = at
        if at - best >= patience:
            expected = at + 1
            break
    assert short.result.epochs == len(short.history) == expected
    assert short.result.best_epoch == best + 1
    assert not short.result.interrupted
    assert [getattr(metrics, name) for metrics in short.history] == values[:expected]


class Overflowing(nn.Module):
    """The tiny network, whose outputs are no numbers when it is evaluated after so many first epochs."""

    def __init__(self, epochs: int) -> None:
        super().__init__()
        self.net = tiny_net()
        self.epochs = epochs
        self.evaluations = 0

    def forward(self, images: Tensor) -> Tensor:
        output: Tensor = self.net(images)
        self.evaluations += not self.training
        # The first one comes before the training.
        return output if self.training or not 1 < self.evaluations <= 1 + self.epochs else output * math.nan


def test_an_epoch_whose_loss_is_not_finite_is_the_worst(tmp_path: Path) -> None:
    keys: dict[str, object] = {
        "best_by": "validation_loss",
        "early_stopping": 3,
        "keep_every": 1,
        "learning_rate": 0.01,
    }
    run = run_tiny(tmp_path, recipe_of(epochs=6, **keys), Overflowing(2), DATA)
    losses = [line["validation_loss"] for line in lines_of(tmp_path)]
    assert losses == [metrics.validation_loss for metrics in run.history]
    assert [loss is None for loss in losses] == [True, True, False, False, False, False]
    assert run.result.best_epoch == 3 + losses[2:].index(min(losses[2:]))
    # Those who read it bear what is missing.
    history = read_history(tmp_path)
    assert [metrics.validation_loss for metrics in history.epochs] == losses
    assert draw_curves(history, tmp_path / "curves.svg").is_file()
    assert run_tiny(tmp_path / "all", recipe_of(epochs=2), Overflowing(9), DATA).result.test_loss is None
    written = [
        (tmp_path / name).read_text() for name in ("metrics.jsonl", "all/result.json", "all/metrics.jsonl")
    ]
    assert not any("NaN" in text for text in written)


def test_a_training_that_stopped_early_stays_stopped(tmp_path: Path) -> None:
    first = rough(tmp_path, "validation_loss", epochs=12, early_stopping=1)
    assert len(first.history) < 12
    recipe = recipe_of(
        best_by="validation_loss", learning_rate=0.3, keep_every=1, epochs=12, early_stopping=1
    )
    again = run_tiny(tmp_path, recipe, None, DATA, resume=True)
    assert len(again.history) == len(first.history)
    assert again.result.test_accuracy == first.result.test_accuracy


@pytest.mark.parametrize(("every", "expected"), [(1, [1, 2, 3, 4, 5]), (2, [2, 4]), (5, [5]), (6, [])])
def test_kept_epochs(tmp_path: Path, every: int, expected: list[int]) -> None:
    run_tiny(tmp_path, recipe_of(epochs=5, keep_every=every), None, DATA)
    assert sorted(path.name for path in tmp_path.glob("epoch-*")) == [
        f"epoch-{epoch:04}.safetensors" for epoch in expected
    ]
    if 5 in expected:
        kept, last = (load_file(tmp_path / name) for name in ("epoch-0005.safetensors", "last.safetensors"))
        assert all(torch.equal(kept[name], last[name]) for name in last)


# Evaluation.


def test_flipping_averages_outputs_of_image_and_mirror_image(tmp_path: Path) -> None:
    module = tiny_net()
    run = run_tiny(tmp_path / "1", recipe_of(epochs=2, test_time_flip=True), module, DATA)
    module.eval()
    for part, loss, accuracy in (
        (DATA.test, run.result.test_loss, run.result.test_accuracy),
        (
            DATA.validation,
            run.history[(run.result.best_epoch or 0) - 1].validation_loss,
            run.result.validation_accuracy,
        ),
    ):
        assert isinstance(part, Split)
        inputs = as_input(part.images)
        output = ((module(inputs) + module(inputs.flip(3))) / 2).detach()
        assert loss == pytest.approx(float(functional.cross_entropy(output, part.labels)), rel=1e-5)
        assert accuracy == pytest.approx(float((output.argmax(1) == part.labels).double().mean()))
        plain = functional.cross_entropy(module(inputs), part.labels)
        assert loss != pytest.approx(float(plain.detach()), rel=1e-4)
    # Training itself is not flipped.
    unflipped = run_tiny(tmp_path / "2", recipe_of(epochs=2), None, DATA)
    assert [each.train_loss for each in run.history] == [each.train_loss for each in unflipped.history]


# Images.


@pytest.mark.parametrize(("samples", "expected"), [(8, [8]), (21, [8, 8, 5]), (90, [8] * 11 + [2])])
def test_images_an_epoch(tmp_path: Path, samples: int, expected: list[int]) -> None:
    module = Counting()
    run_tiny(tmp_path, recipe_of(epochs=2, samples_per_epoch=samples), module, DATA)
    assert module.sizes == expected * 2
    first, second = module.sums[:samples], module.sums[samples:]
    assert first != second
    # An image comes again only when all have come.
    assert len(set(first)) == min(samples, 40)


@pytest.mark.parametrize(("subset", "count"), [(10, 10), (0.5, 20), (40, 40)])
def test_a_subset_is_all_that_is_trained_on(tmp_path: Path, subset: float, count: int) -> None:
    seen = []
    for seed in (0, 0, 1):
        module = Counting()
        recipe = recipe_of(epochs=3, subset=subset, split_seed=seed)
        run_tiny(tmp_path / str(len(seen)), recipe, module, DATA)
        assert len(module.sums) == 3 * count
        assert len(set(module.sums)) == count
        assert len(set(module.sums[:count])) == count
        seen.append(set(module.sums))
    assert seen[0] == seen[1]
    assert (seen[0] == seen[2]) is (count == 40)
    facts = json.loads((tmp_path / "0" / "run.json").read_text())
    assert facts["images"] == {"train": count, "validation": 30, "test": 20}


def test_validation_images_are_never_trained_on(tmp_path: Path) -> None:
    data = ImageDataset("noise", noise(40), None, noise(20, 1), ("a", "b", "c"))
    module = Counting()
    run_tiny(tmp_path, recipe_of(epochs=4, validation=0.25), module, data)
    assert len(set(module.sums)) == 30
    assert len(module.sums) == 120


def test_each_epoch_has_a_new_order(tmp_path: Path) -> None:
    module = Counting()
    run_tiny(tmp_path, recipe_of(epochs=3), module, DATA)
    orders = [tuple(module.sums[at : at + 40]) for at in (0, 40, 80)]
    assert len(set(orders)) == 3
    assert len({frozenset(order) for order in orders}) == 1


def test_norms_over_all_devices_need_gpus(tmp_path: Path, refused: Refused) -> None:
    found = refused(lambda: run_tiny(tmp_path / "run", recipe_of(sync_batch_norm=True), None, DATA))
    assert found.code == codes.SEVERAL_DEVICES
    assert "`sync_batch_norm`" in found.message
    assert not (tmp_path / "run").exists()
