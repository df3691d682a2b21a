from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.catalogue import data as codes
from netdsl.training import ImageDataset, Split
from netdsl.training.data.dataset import ImageSplit
from netdsl.training.data.split import set_validation_aside, take_subset

Refused = Callable[[Callable[[], object]], Diagnostic]


def dataset_of(labels: list[int]) -> ImageDataset:
    """Images of one pixel, whose value is the position."""
    images = (torch.arange(len(labels)) % 256).to(torch.uint8).view(-1, 1, 1, 1)
    train = Split(images, torch.tensor(labels, dtype=torch.int64))
    return ImageDataset("set", train, None, None, tuple(map(str, range(10))))


def positions(split: ImageSplit | None) -> list[int]:
    assert split is not None
    return [int(pixels) for pixels in next(split.batches([torch.arange(len(split))]))]


@settings(deadline=None, max_examples=200)
@given(
    labels=st.lists(st.integers(0, 9), min_size=2, max_size=120),
    share=st.floats(0, 0.99),
    seed=st.integers(0, 1000),
    stratified=st.booleans(),
)
def test_the_parts_are_all_images_in_their_order(
    labels: list[int], share: float, seed: int, stratified: bool
) -> None:
    count = round(share * len(labels))
    if not 0 < count < len(labels):
        return
    dataset = set_validation_aside(dataset_of(labels), share, seed, stratified)
    validation, train = positions(dataset.validation), positions(dataset.train)
    assert len(validation) == count
    assert sorted(validation + train) == list(range(len(labels)))
    assert validation == sorted(validation)
    assert train == sorted(train)
    assert dataset.train.class_labels().tolist() == [labels[position] for position in train]
    again = set_validation_aside(dataset_of(labels), share, seed, stratified)
    assert positions(again.validation) == validation


@settings(deadline=None, max_examples=200)
@given(
    labels=st.lists(st.integers(0, 9), min_size=2, max_size=120),
    data=st.data(),
    seed=st.integers(0, 1000),
)
def test_stratified_parts_have_each_class_to_within_one_image(
    labels: list[int], data: st.DataObject, seed: int
) -> None:
    count = data.draw(st.integers(1, len(labels) - 1))
    aside = set_validation_aside(dataset_of(labels), count, seed, True)
    subset = take_subset(dataset_of(labels), count, seed, True)
    whole = torch.bincount(torch.tensor(labels), minlength=10).double()
    for part, size in ((aside.validation, count), (aside.train, len(labels) - count), (subset.train, count)):
        assert part is not None
        assert len(part) == size
        found = torch.bincount(part.class_labels(), minlength=10)
        assert ((found - whole * size / len(labels)).abs() < 1).all()


def test_the_seed_chooses() -> None:
    dataset = dataset_of([0, 1] * 50)
    for stratified in (False, True):
        chosen = {tuple(positions(take_subset(dataset, 10, seed, stratified).train)) for seed in range(20)}
        assert len(chosen) == 20


def test_a_plain_choice_is_as_it_always_was() -> None:
    """Runs that were made before can be repeated."""
    dataset = set_validation_aside(dataset_of([0] * 20), 4, 3)
    order = torch.randperm(20, generator=torch.Generator().manual_seed(3))
    assert positions(dataset.validation) == sorted(order[:4].tolist())


def test_a_subset_is_of_what_is_left_for_training() -> None:
    dataset = set_validation_aside(dataset_of([0, 1] * 50), 20, 0)
    subset = take_subset(dataset, 0.25, 0)
    assert len(subset.train) == 20
    assert not set(positions(subset.train)) & set(positions(subset.validation))
    assert positions(subset.validation) == positions(dataset.validation)
    assert take_subset(dataset, None, 0) is dataset
    assert positions(take_subset(dataset, 80, 0).train) == positions(dataset.train)


@pytest.mark.parametrize("size", [0, 0.0, 0.001, 101])
def test_a_subset_that_can_not_be_is_refused(refused: Refused, size: int | float) -> None:
    found = refused(lambda: take_subset(dataset_of([0, 1] * 50), size, 0))
    assert found.code == codes.WRONG_SUBSET
    assert "100 training images" in found.message
