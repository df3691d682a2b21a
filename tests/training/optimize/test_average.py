"""The moving average of the weights, and that it is what is evaluated and kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import SGD

from netdsl.training import Recipe, Run, Split
from netdsl.training.data.dataset import ImageDataset
from netdsl.training.optimize.average import WeightAverage
from tests.training.tiny_training import PLAIN, as_input, by_hand, noise, run_tiny, tiny_net

KEYS: dict[str, Any] = {**PLAIN, "optimizer": "sgd", "learning_rate": 0.1, "batch_size": 8}
DATA = ImageDataset("noise", noise(40), noise(30, 2), noise(20, 1), ("a", "b", "c"))


def averaged_by_hand(decay: float, epochs: int) -> list[dict[str, Tensor]]:
    """The average at the end of each epoch; the first step becomes it."""
    module = tiny_net()
    average: dict[str, Tensor] = {}
    steps: list[dict[str, Tensor]] = []

    def note() -> None:
        for name, value in module.state_dict().items():
            before = average.get(name, value)
            average[name] = decay * before + (1 - decay) * value
        steps.append({name: value.clone() for name, value in average.items()})

    by_hand(module, [SGD(module.parameters(), 0.1)], epochs, 8, after_step=note)
    return steps[4::5]


def figures(weights: dict[str, Tensor], split: Split) -> tuple[float, float]:
    """Loss and accuracy of the tiny network with these weights."""
    net = tiny_net()
    net.load_state_dict(weights)
    output = net(as_input(split.images)).detach()
    hits = (output.argmax(1) == split.labels).double().mean()
    return float(functional.cross_entropy(output, split.labels)), float(hits)


def train_averaged(out: Path, decay: float, module: nn.Module | None = None, **keys: object) -> Run:
    return run_tiny(out, Recipe.model_validate({**KEYS, "ema_decay": decay, **keys}), module, DATA)


@pytest.mark.parametrize("decay", [0.0, 0.5, 0.9, 0.999])
def test_the_average_is_evaluated_and_kept(tmp_path: Path, decay: float) -> None:
    module = tiny_net()
    run = train_averaged(tmp_path, decay, module, epochs=3, keep_every=1, best_by="validation_loss")
    by_epoch = averaged_by_hand(decay, 3)
    assert isinstance(DATA.validation, Split)
    for metrics, weights in zip(run.history, by_epoch, strict=True):
        loss, accuracy = figures(weights, DATA.validation)
        assert metrics.validation_loss == pytest.approx(loss, rel=1e-5)
        assert metrics.validation_accuracy == pytest.approx(accuracy)
        kept = load_file(tmp_path / f"epoch-{metrics.epoch:04}.safetensors")
        assert_equal(kept, weights)
    assert_equal(load_file(tmp_path / "last.safetensors"), by_epoch[-1])
    assert run.result.best_epoch is not None
    best = by_epoch[run.result.best_epoch - 1]
    assert_equal(load_file(tmp_path / "best.safetensors"), best)
    assert_equal(dict(module.state_dict()), best)
    assert isinstance(DATA.test, Split)
    assert run.result.test_loss == pytest.approx(figures(best, DATA.test)[0], rel=1e-5)
    assert run.result.last_test_accuracy == pytest.approx(figures(by_epoch[-1], DATA.test)[1])


def assert_equal(found: dict[str, Tensor], expected: dict[str, Tensor]) -> None:
    assert set(found) == set(expected)
    for name, value in expected.items():
        torch.testing.assert_close(found[name], value, rtol=0, atol=1e-10)


def test_training_itself_does_not_see_the_average(tmp_path: Path) -> None:
    plain = run_tiny(tmp_path / "plain", Recipe.model_validate({**KEYS, "epochs": 3}), None, DATA)
    averaged = train_averaged(tmp_path / "averaged", 0.9, epochs=3)
    assert [each.train_loss for each in plain.history] == [each.train_loss for each in averaged.history]
    assert [each.validation_loss for each in plain.history] != [
        each.validation_loss for each in averaged.history
    ]


def test_the_average_goes_on_after_a_pause(tmp_path: Path) -> None:
    train_averaged(tmp_path / "whole", 0.9, epochs=4)
    train_averaged(tmp_path / "parts", 0.9, epochs=2)
    resumed = run_tiny(
        tmp_path / "parts",
        Recipe.model_validate({**KEYS, "ema_decay": 0.9, "epochs": 4}),
        None,
        DATA,
        resume=True,
    )
    assert len(resumed.history) == 4
    whole, parts = (load_file(tmp_path / name / "last.safetensors") for name in ("whole", "parts"))
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


def test_an_average_of_accumulated_steps_counts_changes_of_the_weights(tmp_path: Path) -> None:
    train_averaged(tmp_path / "1", 0.9, epochs=2, batch_size=4, accumulation_steps=2)
    train_averaged(tmp_path / "2", 0.9, epochs=2)
    first, second = (load_file(tmp_path / name / "last.safetensors") for name in ("1", "2"))
    assert_equal(first, second)


def test_running_statistics_are_averaged_too() -> None:
    norm = nn.BatchNorm1d(2)
    average = WeightAverage(norm, 0.75)
    expected = torch.zeros(2)
    for step in range(4):
        with torch.no_grad():
            norm.running_mean = torch.full((2,), float(step))
            norm.weight.fill_(float(step))
        average.update(norm)
        expected = torch.full((2,), float(step)) if step == 0 else 0.75 * expected + 0.25 * step
    assert isinstance(average.module, nn.BatchNorm1d)
    torch.testing.assert_close(average.module.running_mean, expected)
    torch.testing.assert_close(average.module.weight.detach(), expected)
    again = WeightAverage(nn.BatchNorm1d(2), 0.75)
    again.restore(average.state())
    for each in (average, again):
        each.update(norm)
    assert all(torch.equal(value, again.state()[name]) for name, value in average.state().items())
