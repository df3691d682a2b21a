"""Schedules against torch's own of the same name."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.optim import SGD, Optimizer, lr_scheduler

from netdsl.training import Recipe
from netdsl.training.optimize.schedule import PlateauRate, make_learning_rate
from tests.training.tiny_training import PLAIN, assert_same_weights, by_hand, run_tiny, tiny_net

Scheduler = lr_scheduler.LRScheduler

# torch's schedulers are slow the first time.
thorough = settings(deadline=None, max_examples=50)

gammas = st.floats(0.05, 1.5)
rates = st.floats(1e-4, 1.0)
few = st.integers(1, 6)


def optimizer_at(rate: float) -> Optimizer:
    return SGD([nn.Parameter(torch.zeros(1))], lr=rate)


def ours(recipe: Recipe, per_epoch: int, epochs: int) -> list[float]:
    total = per_epoch * epochs
    rate = make_learning_rate(recipe, per_epoch, total)
    return [rate.rate(step) for step in range(total)]


def stepped(rate: float, make: Callable[[Optimizer], Scheduler], count: int, every: int = 1) -> list[float]:
    """The rates of `count` steps where torch's scheduler is stepped after every `every`th of them."""
    optimizer = optimizer_at(rate)
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scheduler = make(optimizer)
        for step in range(1, count + 1):
            found.append(float(optimizer.param_groups[0]["lr"]))
            optimizer.step()
            if step % every == 0 and step < count:
                scheduler.step()
    return found


def close(rates: list[float]) -> Any:
    return pytest.approx(rates, rel=1e-7, abs=1e-12)


def recipe_of(rate: float, **schedule: object) -> Recipe:
    return Recipe.model_validate({"learning_rate": rate, "schedule": schedule})


@thorough
@given(rate=rates, per_epoch=few, epochs=few)
def test_a_constant_rate(rate: float, per_epoch: int, epochs: int) -> None:
    assert ours(Recipe(learning_rate=rate), per_epoch, epochs) == [rate] * (per_epoch * epochs)


@thorough
@given(rate=rates, gamma=gammas, size=few, per_epoch=few, epochs=st.integers(1, 15))
def test_step(rate: float, gamma: float, size: int, per_epoch: int, epochs: int) -> None:
    theirs = stepped(rate, lambda o: lr_scheduler.StepLR(o, size, gamma), per_epoch * epochs, per_epoch)
    assert ours(recipe_of(rate, type="step", step_size=size, gamma=gamma), per_epoch, epochs) == close(theirs)


@thorough
@given(
    rate=rates, gamma=gammas, milestones=st.lists(st.integers(1, 12), min_size=1, max_size=5), per_epoch=few
)
def test_multistep(rate: float, gamma: float, milestones: list[int], per_epoch: int) -> None:
    theirs = stepped(
        rate, lambda o: lr_scheduler.MultiStepLR(o, milestones, gamma), per_epoch * 14, per_epoch
    )
    recipe = recipe_of(rate, type="multistep", milestones=milestones, gamma=gamma)
    assert ours(recipe, per_epoch, 14) == close(theirs)


@thorough
@given(rate=rates, gamma=gammas, per_epoch=few, epochs=few)
def test_exponential(rate: float, gamma: float, per_epoch: int, epochs: int) -> None:
    theirs = stepped(rate, lambda o: lr_scheduler.ExponentialLR(o, gamma), per_epoch * epochs, per_epoch)
    assert ours(recipe_of(rate, type="exponential", gamma=gamma), per_epoch, epochs) == close(theirs)


@thorough
@given(rate=rates, least=st.floats(0, 0.1), per_epoch=few, epochs=few)
def test_cosine(rate: float, least: float, per_epoch: int, epochs: int) -> None:
    total = per_epoch * epochs
    theirs = stepped(rate, lambda o: lr_scheduler.CosineAnnealingLR(o, total, least), total)
    assert ours(recipe_of(rate, type="cosine", eta_min=least), per_epoch, epochs) == close(theirs)


@thorough
@given(
    rate=rates,
    least=st.floats(0, 1e-4),
    first=st.integers(1, 4),
    factor=st.integers(1, 3),
    per_epoch=few,
    epochs=st.integers(1, 20),
)
def test_cosine_with_restarts(
    rate: float, least: float, first: int, factor: int, per_epoch: int, epochs: int
) -> None:
    theirs = stepped(
        rate,
        lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, first * per_epoch, factor, least),
        per_epoch * epochs,
    )
    recipe = recipe_of(rate, type="cosine", T_0=first, T_mult=factor, eta_min=least)
    assert ours(recipe, per_epoch, epochs) == close(theirs)


@thorough
@given(rate=rates, power=st.floats(0.2, 4), per_epoch=few, epochs=few)
def test_polynomial(rate: float, power: float, per_epoch: int, epochs: int) -> None:
    total = per_epoch * epochs
    theirs = stepped(rate, lambda o: lr_scheduler.PolynomialLR(o, total, power), total)
    assert ours(recipe_of(rate, type="polynomial", power=power), per_epoch, epochs) == close(theirs)


@thorough
@given(
    rate=rates,
    start=st.floats(0, 1),
    strategy=st.sampled_from(["cos", "linear"]),
    factor=st.floats(1, 50),
    final=st.floats(1, 1e5),
    per_epoch=few,
    epochs=few,
)
def test_one_cycle(
    rate: float, start: float, strategy: Any, factor: float, final: float, per_epoch: int, epochs: int
) -> None:
    total = per_epoch * epochs

    def make(optimizer: Optimizer) -> Scheduler:
        return lr_scheduler.OneCycleLR(
            optimizer,
            rate,
            total_steps=total,
            pct_start=start,
            anneal_strategy=strategy,
            cycle_momentum=False,
            div_factor=factor,
            final_div_factor=final,
        )

    try:
        theirs = stepped(rate, make, total)
    except ZeroDivisionError:  # torch can't rise in no step at all.
        return
    recipe = recipe_of(
        rate,
        type="one_cycle",
        pct_start=start,
        anneal_strategy=strategy,
        div_factor=factor,
        final_div_factor=final,
    )
    assert ours(recipe, per_epoch, epochs) == close(theirs)


@pytest.mark.parametrize("start", [0.25, 0.3, 0.5, 0.95, 1.0])
def test_one_cycle_goes_where_its_description_says(start: float) -> None:
    recipe = recipe_of(0.5, type="one_cycle", pct_start=start, div_factor=10, final_div_factor=100)
    rates = ours(recipe, 10, 2)
    assert rates[0] == pytest.approx(0.05)
    assert max(rates) <= 0.5 + 1e-12
    assert rates[-1] == pytest.approx(0.0005 if start < 1 else 0.5)


@thorough
@given(
    rate=rates,
    factor=st.floats(0.05, 0.9),
    patience=st.integers(0, 3),
    threshold=st.sampled_from([0.0, 1e-4, 0.1]),
    cooldown=st.integers(0, 3),
    least=st.sampled_from([0.0, 1e-3, 0.3]),
    higher=st.booleans(),
    values=st.lists(st.sampled_from([0.0, 0.5, 0.5001, 0.51, 0.6, 0.9, 1.0, math.nan]), max_size=25),
)
def test_plateau(
    rate: float,
    factor: float,
    patience: int,
    threshold: float,
    cooldown: int,
    least: float,
    higher: bool,
    values: list[float],
) -> None:
    options = {
        "factor": factor,
        "patience": patience,
        "threshold": threshold,
        "cooldown": cooldown,
        "min_lr": least,
    }
    mine = make_learning_rate(recipe_of(rate, type="plateau", **options), 3, 100)
    optimizer = optimizer_at(rate)
    theirs = lr_scheduler.ReduceLROnPlateau(
        optimizer,
        "max" if higher else "min",
        factor=factor,
        patience=patience,
        threshold=threshold,
        cooldown=cooldown,
        min_lr=least,
        eps=0,
    )
    for epoch, value in enumerate(values):
        mine.epoch_ended(value, higher_is_better=higher)
        theirs.step(value)
        assert mine.rate(3 * epoch) == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-9)


@thorough
@given(values=st.lists(st.floats(0, 1), max_size=20), at=st.integers(0, 20))
def test_a_plateau_goes_on_from_its_state(values: list[float], at: int) -> None:
    recipe = recipe_of(0.1, type="plateau", patience=1, cooldown=1, factor=0.5)
    whole, first = (make_learning_rate(recipe, 1, 20) for _ in range(2))
    for value in values[:at]:
        first.epoch_ended(value, higher_is_better=False)
    second = make_learning_rate(recipe, 1, 20)
    second.restore(json.loads(json.dumps(first.state())))
    for value in values[at:]:
        second.epoch_ended(value, higher_is_better=False)
    for value in values:
        whole.epoch_ended(value, higher_is_better=False)
    assert isinstance(whole, PlateauRate)
    assert second.state() == whole.state()


@thorough
@given(rate=rates, warmup=st.integers(1, 4), per_epoch=few)
def test_a_warm_up_is_torch_s_linear_one(rate: float, warmup: int, per_epoch: int) -> None:
    steps = warmup * per_epoch
    theirs = stepped(
        rate, lambda o: lr_scheduler.LinearLR(o, 1 / (steps + 1), 1.0, steps), per_epoch * (warmup + 2)
    )
    assert ours(Recipe(learning_rate=rate, warmup=float(warmup)), per_epoch, warmup + 2) == close(theirs)


def test_a_warm_up_of_part_of_an_epoch() -> None:
    rates = ours(Recipe(learning_rate=1.0, warmup=0.4), 10, 1)
    assert rates == pytest.approx([0.2, 0.4, 0.6, 0.8, 1, 1, 1, 1, 1, 1])


@pytest.mark.parametrize(
    ("options", "make"),
    [
        ({"type": "cosine"}, lambda o: lr_scheduler.CosineAnnealingLR(o, 12)),
        ({"type": "cosine", "T_0": 1}, lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 4)),
        ({"type": "polynomial", "power": 2}, lambda o: lr_scheduler.PolynomialLR(o, 12, 2)),
    ],
)
def test_curves_over_steps_begin_behind_the_warm_up(
    options: dict[str, object], make: Callable[[Optimizer], Scheduler]
) -> None:
    recipe = Recipe.model_validate({"learning_rate": 0.1, "warmup": 2.0, "schedule": options})
    found = ours(recipe, 4, 5)
    assert found[:8] == pytest.approx([0.1 * (step + 1) / 9 for step in range(8)])
    assert found[8:] == close(stepped(0.1, make, 12))


def test_epochs_count_from_the_beginning_whatever_the_warm_up() -> None:
    recipe = Recipe.model_validate(
        {"learning_rate": 1.0, "warmup": 1.0, "schedule": {"type": "multistep", "milestones": [2]}}
    )
    assert ours(recipe, 2, 3) == pytest.approx([1 / 3, 2 / 3, 1, 1, 0.1, 0.1])


@thorough
@given(rates=st.dictionaries(st.integers(1, 9), rates, max_size=4), first=rates, per_epoch=few)
def test_rates_from_epochs_on(rates: dict[int, float], first: float, per_epoch: int) -> None:
    given_rates = {**rates, 0: first}
    found = ours(Recipe(learning_rate=given_rates), per_epoch, 10)
    for epoch in range(10):
        holds = given_rates[max(each for each in given_rates if each <= epoch)]
        assert found[epoch * per_epoch : (epoch + 1) * per_epoch] == [holds] * per_epoch


@thorough
@given(
    schedule=st.sampled_from(
        [
            "constant",
            "step",
            "cosine",
            "one_cycle",
            "polynomial",
            "exponential",
            {"type": "cosine", "T_0": 2, "T_mult": 2},
            {"type": "multistep", "milestones": [1, 3]},
            {"type": "one_cycle", "pct_start": 0.0},
            {"type": "one_cycle", "pct_start": 1.0},
        ]
    ),
    warmup=st.floats(0, 8),
    per_epoch=few,
    epochs=few,
)
def test_a_rate_is_never_below_0_nor_above_the_given_one(
    schedule: object, warmup: float, per_epoch: int, epochs: int
) -> None:
    recipe = Recipe.model_validate({"learning_rate": 0.3, "schedule": schedule, "warmup": warmup})
    assert all(0 <= rate <= 0.3 * (1 + 1e-12) for rate in ours(recipe, per_epoch, epochs))


@pytest.mark.parametrize(
    ("keys", "make", "every"),
    [
        ({"schedule": {"type": "step", "step_size": 2}}, lambda o: lr_scheduler.StepLR(o, 2), 5),
        (
            {"schedule": {"type": "multistep", "milestones": [1, 3]}},
            lambda o: lr_scheduler.MultiStepLR(o, [1, 3]),
            5,
        ),
        ({"schedule": "exponential"}, lambda o: lr_scheduler.ExponentialLR(o, 0.95), 5),
        ({"schedule": "cosine"}, lambda o: lr_scheduler.CosineAnnealingLR(o, 20), 1),
        (
            {"schedule": {"type": "cosine", "T_0": 1, "T_mult": 2}},
            lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 5, 2),
            1,
        ),
        ({"schedule": "polynomial"}, lambda o: lr_scheduler.PolynomialLR(o, 20), 1),
        (
            {"schedule": "one_cycle"},
            lambda o: lr_scheduler.OneCycleLR(o, 0.1, total_steps=20, cycle_momentum=False),
            1,
        ),
        ({"warmup": 2.0}, lambda o: lr_scheduler.LinearLR(o, 1 / 11, 1.0, 10), 1),
        (
            {"learning_rate": {0: 0.1, 1: 0.05, 3: 0.005}},
            lambda o: lr_scheduler.LambdaLR(o, lambda epoch: (1, 0.5, 0.5, 0.05)[epoch]),
            5,
        ),
    ],
)
def test_whole_trainings(
    tmp_path: Path, keys: dict[str, object], make: Callable[[Optimizer], Scheduler], every: int
) -> None:
    theirs = stepped(0.1, make, 20, every)
    recipe = Recipe.model_validate(
        {"optimizer": "sgd", "learning_rate": 0.1, "epochs": 4, "batch_size": 8, **PLAIN, **keys}
    )
    module = tiny_net()
    run_tiny(tmp_path, recipe, module)
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    # The rate of the epoch's last step.
    assert [line["lr"] for line in lines] == close(theirs[4::5])
    # The weights moved at these rates too.
    theirs_left = iter(theirs)
    by_rates = tiny_net()
    optimizer = SGD(by_rates.parameters(), lr=0.1)

    def set_rate() -> None:
        optimizer.param_groups[0]["lr"] = next(theirs_left)

    by_hand(by_rates, [optimizer], 4, 8, before_step=set_rate)
    assert_same_weights(module, by_rates)


@pytest.mark.parametrize("metric", ["train_loss", "train_accuracy", "validation_loss", "validation_accuracy"])
def test_a_plateau_of_whole_trainings(tmp_path: Path, metric: str) -> None:
    recipe = Recipe.model_validate(
        {
            "optimizer": "sgd",
            "learning_rate": 0.5,
            "epochs": 12,
            "batch_size": 8,
            "validation": 10,
            "best_by": metric,
            "schedule": {"type": "plateau", "patience": 0, "factor": 0.5, "threshold": 0.2},
        }
    )
    run_tiny(tmp_path, recipe)
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    optimizer = optimizer_at(0.5)
    theirs = lr_scheduler.ReduceLROnPlateau(
        optimizer, "max" if "accuracy" in metric else "min", factor=0.5, patience=0, threshold=0.2
    )
    expected = []
    for line in lines:
        expected.append(optimizer.param_groups[0]["lr"])
        theirs.step(line[metric])
    assert [line["lr"] for line in lines] == close(expected)
    assert expected[-1] < 0.5, "the rate was never cut: the test would see nothing"
