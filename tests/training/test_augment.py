from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional

from netdsl.training.augment import CropAndFlip
from netdsl.training.data.dataset import ImageDataset, Split
from netdsl.training.data.split import set_validation_aside
from netdsl.training.feed import Feed, batch_sizes, move
from netdsl.training.normalize import Normalizer, measure
from netdsl.training.recipe import Statistics


def one_by_one(pixels: Tensor, drawn: Tensor, padding: int) -> Tensor:
    """Pad, crop and flip each image by slicing."""
    _, height, width, _ = pixels.shape
    results = []
    for image, (top, left, mirrored) in zip(pixels, drawn.tolist(), strict=True):
        padded = functional.pad(image, (0, 0, padding, padding, padding, padding))
        crop = padded[top : top + height, left : left + width]
        results.append(crop.flip(1) if mirrored else crop)
    return torch.stack(results)


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(1, 9),
    height=st.integers(1, 9),
    width=st.integers(1, 9),
    channels=st.sampled_from([1, 3]),
    padding=st.integers(0, 4),
    flip=st.booleans(),
    seed=st.integers(0, 2**32),
)
def test_a_batch_at_once_equals_image_by_image(
    count: int, height: int, width: int, channels: int, padding: int, flip: bool, seed: int
) -> None:
    generator = torch.Generator().manual_seed(seed)
    pixels = torch.randint(0, 256, (count, height, width, channels), dtype=torch.uint8, generator=generator)
    augmentation = CropAndFlip(padding, flip)
    drawn = augmentation.draw(count, generator)
    assert torch.equal(augmentation.apply(pixels, drawn), one_by_one(pixels, drawn, padding))


def test_draws_are_independent_and_uniform() -> None:
    drawn = CropAndFlip(2, True).draw(20_000, torch.Generator().manual_seed(0))
    for column, values in ((0, 5), (1, 5), (2, 2)):
        shares = torch.bincount(drawn[:, column], minlength=values) / len(drawn)
        assert (shares - 1 / values).abs().max() < 0.02
    assert torch.corrcoef(drawn.T.float()).fill_diagonal_(0).abs().max() < 0.03
    still = CropAndFlip(2, False).draw(100, torch.Generator())
    assert still[:, 2].sum() == 0


def make_feed(count: int = 10) -> tuple[Feed, Tensor]:
    images = torch.arange(count, dtype=torch.uint8).view(-1, 1, 1, 1).expand(count, 1, 2, 2)
    split = Split(images, torch.arange(count))
    plain = Normalizer(None, 1, torch.device("cpu"), torch.contiguous_format, torch.float32)
    return Feed(split, plain), split.labels


@pytest.mark.parametrize("shuffle", [True, False])
def test_an_epoch_has_every_image_once_with_its_label(shuffle: bool) -> None:
    feed, labels = make_feed()
    batches = list(feed.drawn(4, shuffle, CropAndFlip(), torch.Generator().manual_seed(0)))
    assert [len(wanted) for _, wanted in batches] == [4, 4, 2]
    seen = torch.cat([wanted for _, wanted in batches])
    assert torch.equal(seen.sort().values, labels)
    assert torch.equal(seen, labels) is not shuffle
    pixels = torch.cat([images[:, 0, 0, 0] for images, _ in batches])
    assert torch.equal((pixels * 255).round().long(), seen)


def test_epochs_differ_and_repeat_by_their_seed() -> None:
    feed, _ = make_feed(50)

    def order(seed: int) -> list[int]:
        batches = feed.drawn(8, True, CropAndFlip(), torch.Generator().manual_seed(seed))
        return [label for _, labels in batches for label in labels.tolist()]

    assert order(1) == order(1)
    assert order(1) != order(2)


def test_a_part_gives_its_own_images_alone() -> None:
    feed, _ = make_feed()
    part = Feed(feed.split.part(torch.tensor([7, 2, 5])), feed.normalizer)
    assert [labels.tolist() for _, labels in part.in_order(2)] == [[7, 2], [5]]
    again = Feed(part.split.part(torch.tensor([2, 0])), feed.normalizer)
    assert [labels.tolist() for _, labels in again.in_order(2)] == [[5, 7]]


@settings(deadline=None)
@given(count=st.integers(1, 300), batch_size=st.integers(1, 70))
def test_no_batch_of_a_single_image_is_left_over(count: int, batch_size: int) -> None:
    sizes = batch_sizes(count, batch_size)
    assert sum(sizes) == count
    assert max(sizes) <= batch_size + 1
    assert batch_size == 1 or count == 1 or 1 not in sizes


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
def test_normalized_images_have_mean_zero_and_deviation_one(memory_format: torch.memory_format) -> None:
    images = torch.randint(20, 200, (300, 3, 5, 6), dtype=torch.uint8)
    images[:, 1] //= 2
    split = Split(images, torch.zeros(300, dtype=torch.int64))
    statistics = measure(split)
    reference = images.double() / 255
    assert torch.allclose(torch.tensor(statistics.mean).double(), reference.mean((0, 2, 3)), atol=1e-5)
    expected = reference.std((0, 2, 3), correction=0)
    assert torch.allclose(torch.tensor(statistics.std).double(), expected, atol=1e-5)
    normalizer = Normalizer(statistics, 3, torch.device("cpu"), memory_format, torch.float32)
    batch, _ = next(Feed(split, normalizer).in_order(300))
    assert batch.is_contiguous(memory_format=memory_format)
    assert torch.allclose(batch.mean((0, 2, 3)), torch.zeros(3), atol=1e-3)
    assert torch.allclose(batch.std((0, 2, 3)), torch.ones(3), atol=1e-3)


def test_statistics_are_the_part_s_own_and_never_divide_by_zero() -> None:
    images = torch.zeros(10, 1, 2, 2, dtype=torch.uint8)
    images[5:] = 200
    split = Split(images, torch.zeros(10, dtype=torch.int64))
    assert measure(split.part(torch.arange(5))) == Statistics(mean=(0.0,), std=(1.0,))
    assert measure(split).mean == (0.392157,)


def test_parts_go_on_sharing_their_images_on_another_device() -> None:
    split = Split(torch.zeros(10, 3, 4, 4, dtype=torch.uint8), torch.zeros(10, dtype=torch.int64))
    dataset = set_validation_aside(ImageDataset("set", split, None, None, ("only",)), 3, 0)
    moved = move(dataset, torch.device("meta"))
    assert moved.validation is not None
    assert moved.train.images.device.type == "meta"
    assert moved.validation.images is moved.train.images
