from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.catalogue import data as codes
from netdsl.training import ImageDataset, Recipe, Split, train
from netdsl.training.data.class_order import class_by_class
from netdsl.training.data.order import Order
from tests.training.disturbed import Notes

Refused = Callable[[Callable[[], object]], Diagnostic]
LABELS = torch.tensor([0] * 60 + [1] * 30 + [2] * 10)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@given(count=st.integers(1, 200), seed=st.integers(0, 2**32))
def test_a_shuffled_epoch_is_torch_s_permutation(count: int, seed: int) -> None:
    order = Order(torch.zeros(count, dtype=torch.int64), 1)
    assert len(order) == count
    assert torch.equal(order.draw(seeded(seed)), torch.randperm(count, generator=seeded(seed)))


def test_images_as_they_lie() -> None:
    order = Order(LABELS, 3, shuffle=False)
    assert torch.equal(order.draw(seeded()), torch.arange(100))


def test_an_order_that_is_drawn_once() -> None:
    order = Order(LABELS, 3, shuffle="once", seed=7)
    drawn = order.draw(seeded(1))
    assert torch.equal(drawn, torch.randperm(100, generator=seeded(7)))
    assert torch.equal(drawn, order.draw(seeded(2)))
    assert not torch.equal(drawn, Order(LABELS, 3, shuffle="once", seed=8).draw(seeded(1)))


def test_images_that_lie_class_by_class_are_warned_of() -> None:
    found = class_by_class(torch.tensor([2, 2, 0, 0, 0, 1]))
    assert found is not None
    assert found.code.id == "W702"
    assert "3 classes" in found.message
    assert class_by_class(torch.tensor([2, 0, 2, 0, 0, 1])) is None
    assert class_by_class(torch.tensor([1, 1, 1])) is None


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("samples", [1, 40, 100, 101, 350])
def test_fewer_or_more_images_an_epoch(shuffle: bool, samples: int) -> None:
    order = Order(LABELS, 3, shuffle=shuffle, samples_per_epoch=samples)
    drawn = order.draw(seeded())
    assert (len(order), drawn.shape, drawn.dtype) == (samples, (samples,), torch.int64)
    often = torch.bincount(drawn, minlength=100)
    assert often.max() - often.min() <= 1
    assert torch.equal(drawn[:1], torch.arange(1)) is not shuffle


def shares(order: Order, draws: int) -> torch.Tensor:
    drawn = torch.cat([order.draw(seeded(seed)) for seed in range(draws)])
    return torch.bincount(LABELS[drawn], minlength=3) / len(drawn)


def test_balanced_classes_are_drawn_equally_often() -> None:
    order = Order(LABELS, 3, sampling_weights="balanced")
    assert len(order) == 100
    assert (shares(order, 300) - 1 / 3).abs().max() < 0.01
    drawn = torch.cat([order.draw(seeded(seed)) for seed in range(300)])
    # Within a class, every image is drawn as often as the others.
    assert (torch.bincount(drawn, minlength=100)[90:] / 30_000 - 1 / 30).abs().max() < 0.005


def test_weights_of_classes() -> None:
    order = Order(LABELS, 3, sampling_weights=(1.0, 0.0, 6.0), samples_per_epoch=1000)
    assert len(order) == 1000
    assert torch.allclose(shares(order, 50), torch.tensor([0.5, 0.0, 0.5]), atol=0.01)
    huge = Order(LABELS, 4, sampling_weights=(1e308, 0.0, 1.5e308, 1.7e308), samples_per_epoch=1000)
    assert torch.allclose(shares(huge, 50), torch.tensor([0.8, 0.0, 0.2]), atol=0.01)


def test_classes_without_images_do_no_harm() -> None:
    order = Order(torch.tensor([1, 1, 3]), 5, sampling_weights="balanced", samples_per_epoch=4000)
    often = torch.bincount(order.draw(seeded()), minlength=3) / 4000
    assert torch.allclose(often, torch.tensor([0.25, 0.25, 0.5]), atol=0.03)


def test_epochs_repeat_by_their_seed() -> None:
    for replacement in (True, False):
        order = Order(LABELS, 3, sampling_weights="balanced", replacement=replacement)
        assert torch.equal(order.draw(seeded(1)), order.draw(seeded(1)))
        assert not torch.equal(order.draw(seeded(1)), order.draw(seeded(2)))


@settings(deadline=None)
@given(samples=st.integers(1, 70), seed=st.integers(0, 1000))
def test_without_replacement_nothing_is_drawn_twice(samples: int, seed: int) -> None:
    order = Order(
        LABELS, 3, sampling_weights=(1.0, 0.0, 1e-300), replacement=False, samples_per_epoch=samples
    )
    drawn = order.draw(seeded(seed))
    assert len(drawn.unique()) == samples == len(order)
    # The images that hardly weigh anything come when all others have.
    assert (LABELS[drawn] == 2).sum() == max(0, samples - 60)
    assert (LABELS[drawn] != 1).all()


def test_without_replacement_images_come_as_often_as_torch_draws_them() -> None:
    weights = torch.tensor([1.0, 2.0, 4.0, 0.5])
    labels = torch.arange(4)
    order = Order(labels, 4, sampling_weights=tuple(weights.tolist()), replacement=False, samples_per_epoch=2)
    ours, theirs = torch.zeros(4, 4), torch.zeros(4, 4)
    generator = seeded()
    for _ in range(8000):
        first, second = order.draw(generator).tolist()
        ours[first, second] += 1
        first, second = torch.multinomial(weights, 2, generator=generator).tolist()
        theirs[first, second] += 1
    assert ((ours - theirs) / 8000).abs().max() < 0.02


def test_all_that_weigh_anything_where_no_number_is_given() -> None:
    order = Order(LABELS, 3, sampling_weights=(1.0, 0.0, 2.0), replacement=False)
    assert len(order) == 70
    assert torch.equal(LABELS[order.draw(seeded())].bincount(), torch.tensor([60, 0, 10]))


def test_more_images_than_torch_s_multinomial_takes() -> None:
    count = 2**24 + 3
    labels = torch.zeros(count, dtype=torch.int64)
    labels[-1] = 1
    order = Order(labels, 2, sampling_weights=(0.0, 1.0), samples_per_epoch=5)
    assert order.draw(seeded()).tolist() == [count - 1] * 5
    balanced = Order(labels, 2, sampling_weights="balanced", samples_per_epoch=1000)
    assert 400 < (balanced.draw(seeded()) == count - 1).sum() < 600


@pytest.mark.parametrize("weights", [(1.0,), (1.0, 1.0), (1.0, 1.0, 1.0, 1.0)])
def test_a_list_of_another_length_is_refused(refused: Refused, weights: tuple[float, ...]) -> None:
    found = refused(lambda: Order(LABELS, 3, sampling_weights=weights))
    assert found.code == codes.WRONG_WEIGHTS
    assert f"{len(weights)} number" in found.message
    assert "3 classes" in found.message


def test_weights_that_leave_nothing_to_draw_are_refused(refused: Refused) -> None:
    found = refused(lambda: Order(LABELS, 4, sampling_weights=(0.0, 0.0, 0.0, 1.0)))
    assert found.code == codes.WRONG_WEIGHTS


@pytest.mark.parametrize(("weights", "most"), [("balanced", 100), ((1.0, 0.0, 1.0), 70)])
def test_more_than_can_be_drawn_without_replacement_is_refused(
    refused: Refused, weights: tuple[float, ...], most: int
) -> None:
    def order(samples: int, replacement: bool = False) -> Order:
        return Order(LABELS, 3, sampling_weights=weights, replacement=replacement, samples_per_epoch=samples)

    assert len(order(most)) == most
    assert len(order(most + 1, True)) == most + 1
    found = refused(lambda: order(most + 1))
    assert found.code == codes.TOO_FEW_TO_DRAW
    assert found.help is not None
    assert f"at most {most}" in found.help


@pytest.mark.parametrize(("shuffle", "warned"), [(False, True), ("once", False), (True, False)])
def test_a_training_warns_of_images_that_lie_class_by_class(
    tmp_path: Path, shuffle: bool | Literal["once"], warned: bool
) -> None:
    images, labels = torch.zeros(40, 3, 8, 8, dtype=torch.uint8), torch.arange(4).repeat_interleave(10)
    dataset = ImageDataset("rows", Split(images, labels), None, None, ("a", "b", "c", "d"))
    module = nn.Sequential(nn.Flatten(), nn.Linear(192, 4))
    heard = Notes()
    recipe = Recipe(epochs=1, shuffle=shuffle, validation=0, normalization="none")
    train(module, dataset, recipe, tmp_path, device="cpu", progress=heard)
    assert any("W702" in note for note in heard.notes) is warned
