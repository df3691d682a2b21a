"""The losses and hits of an epoch."""

from __future__ import annotations

import gc

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional

from netdsl.training.loop.tally import NonFiniteLossError, Tally
from netdsl.training.machine.world import World

Batch = tuple[Tensor, Tensor, Tensor]
CPU = torch.device("cpu")


def batch(size: int, seed: int) -> Batch:
    """Summed loss, outputs and labels of so many images."""
    generator = torch.Generator().manual_seed(seed)
    output = torch.randn(size, 3, generator=generator)
    labels = torch.randint(3, (size,), generator=generator)
    return functional.cross_entropy(output, labels, reduction="sum"), output, labels


def of(loss: float) -> Batch:
    return torch.tensor(loss), torch.tensor([[1.0, 0.0]]), torch.tensor([0])


@settings(deadline=None, max_examples=40)
@given(sizes=st.lists(st.integers(1, 9), min_size=1, max_size=12), asked=st.sets(st.integers(0, 11)))
def test_figures_are_means_over_images(sizes: list[int], asked: set[int]) -> None:
    batches = [batch(size, seed) for seed, size in enumerate(sizes)]
    tally = Tally(1, sum(sizes), World())
    for number, (loss, output, labels) in enumerate(batches):
        tally.add(loss, output, labels)
        done = batches[: number + 1]
        assert tally.place == sum(sizes[: number + 1])
        if number in asked:  # Asking on the way changes nothing.
            mean = sum(float(each) for each, _, _ in done) / tally.place
            assert tally.mean_loss() == pytest.approx(mean, rel=1e-6)
    output, labels = (torch.cat([each[at] for each in batches]) for at in (1, 2))
    loss, accuracy = tally.finish()
    assert loss == pytest.approx(float(functional.cross_entropy(output, labels)), rel=1e-5)
    assert accuracy == pytest.approx(float((output.argmax(1) == labels).double().mean()))


@settings(deadline=None, max_examples=40)
@given(before=st.integers(1, 5), after=st.integers(0, 5), looked=st.booleans())
def test_a_tally_goes_on_from_its_state(before: int, after: int, looked: bool) -> None:
    images = 4 * (before + after)
    whole, first, second = (Tally(2, images, World()) for _ in range(3))
    for seed in range(before):
        whole.add(*batch(4, seed))
        first.add(*batch(4, seed))
        if looked:
            first.mean_loss()
    second.restore(first.state(), CPU)
    assert second.place == 4 * before
    for seed in range(before, before + after):
        whole.add(*batch(4, seed))
        second.add(*batch(4, seed))
    assert second.finish() == whole.finish()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_loss_that_is_not_finite_is_named(value: float) -> None:
    tally = Tally(7, 10, World())
    for loss in (1.0, 2.0, value, 3.0, float("nan")):
        tally.add(*of(loss))
    for call in (tally.mean_loss, tally.finish):
        with pytest.raises(NonFiniteLossError, match="epoch 7, batch 3") as caught:
            call()
        assert (caught.value.epoch, caught.value.batch) == (7, 2)
        assert caught.value.loss == value or (caught.value.loss != caught.value.loss and value != value)


def test_losses_are_looked_at_every_few_hundred_batches() -> None:
    tally = Tally(1, 1000, World())
    for number in range(600):
        tally.add(*of(1.0))
        if tally.is_full:
            assert tally.mean_loss() == 1.0
            assert not tally.is_full
            assert number >= 100
            return
    raise AssertionError("a loss that is not finite would never be noticed")


def test_the_place_counts_all_processes_but_never_more_than_there_are() -> None:
    tally = Tally(1, 7, World(0, 2))
    tally.add(*batch(3, 0))
    assert tally.place == 6
    tally.add(*batch(1, 1))
    assert tally.place == 7


def test_a_batch_leaves_no_tensor_behind() -> None:
    """Small tensors that live on keep the allocator from using the memory between them again."""
    tally = Tally(1, 1000, World())
    tally.add(*batch(4, 0))
    before = tensors()
    for seed in range(1, 50):
        tally.add(*batch(4, seed))
    assert tensors() == before


def tensors() -> int:
    gc.collect()
    return sum(isinstance(each, Tensor) for each in gc.get_objects())
