from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from netdsl.training.augment import make_augmentation, make_mixing
from netdsl.training.data.dataset import ImageDataset, Split
from netdsl.training.data.split import set_validation_aside
from netdsl.training.loop.feed import DrawnEpoch, Feed
from netdsl.training.loop.normalize import Normalizer
from netdsl.training.loop.updates import batch_sizes, cut
from netdsl.training.machine.world import World
from netdsl.training.recipe import Recipe

CPU = torch.device("cpu")
PLAIN = Normalizer(None, 1, CPU, torch.contiguous_format, torch.float32)


def make_split(count: int = 10) -> Split:
    """Images of one level, which is their label."""
    images = torch.arange(count, dtype=torch.uint8).view(-1, 1, 1, 1).expand(count, 1, 4, 4)
    return Split(images, torch.arange(count))


def make_feed(split: Split, world: World | None = None) -> Feed:
    return Feed(split, PLAIN, CPU, world or World())


def draw(order: Tensor, recipe: Recipe) -> DrawnEpoch:
    generator = torch.Generator().manual_seed(0)
    mixing = make_mixing(recipe)
    return DrawnEpoch(
        order,
        make_augmentation(recipe).draw(order, 1, 0, generator, CPU),
        mixing and mixing.draw(len(order), generator, CPU),
    )


def levels(inputs: Tensor) -> Tensor:
    return (inputs[:, 0, 0, 0] * 255).round().long()


def test_an_epoch_has_every_image_once_with_its_label_in_its_order() -> None:
    order = torch.randperm(10, generator=torch.Generator().manual_seed(0))
    drawn = draw(order, Recipe(horizontal_flip=True))
    batches = list(make_feed(make_split()).epoch(drawn, cut(10, 4), 10))
    assert [len(batch.labels) for batch in batches] == [4, 4, 2]
    assert torch.equal(torch.cat([batch.labels for batch in batches]), order)
    assert torch.equal(torch.cat([levels(batch.inputs) for batch in batches]), order)
    assert all(batch.targets is batch.labels for batch in batches)


def test_mixed_images_come_with_mixed_targets() -> None:
    drawn = draw(torch.arange(10), Recipe(mixup=1.0))
    for batch in make_feed(make_split()).epoch(drawn, cut(10, 5), 12):
        assert batch.targets.shape == (5, 12)
        assert torch.allclose(batch.targets @ torch.arange(12.0), batch.inputs[:, 0, 0, 0] * 255, atol=1e-3)


def test_processes_share_each_batch_and_augment_as_one_does() -> None:
    split = Split(torch.randint(0, 256, (20, 1, 4, 4), dtype=torch.uint8), torch.arange(20))
    recipe = Recipe(crop_padding=1, vertical_flip=True, cutout=2)
    drawn = draw(torch.arange(20).flip(0), recipe)
    alone = [batch.inputs for batch in make_feed(split).epoch(drawn, cut(20, 7), 20)]
    shares = [
        [batch.inputs for batch in make_feed(split, World(rank, 3)).epoch(drawn, cut(20, 7), 20)]
        for rank in range(3)
    ]
    for whole, parts in zip(alone, zip(*shares, strict=True), strict=True):
        assert torch.equal(torch.cat(parts), whole)


def test_a_part_gives_its_own_images_alone() -> None:
    part = make_split().part(torch.tensor([7, 2, 5]))
    assert [batch.labels.tolist() for batch in make_feed(part).in_order(2)] == [[7, 2], [5]]
    again = part.part(torch.tensor([2, 0]))
    assert [batch.labels.tolist() for batch in make_feed(again).in_order(2)] == [[5, 7]]
    assert [levels(batch.inputs).tolist() for batch in make_feed(again).in_order(2)] == [[5, 7]]


@settings(deadline=None)
@given(count=st.integers(1, 300), batch_size=st.integers(1, 70))
def test_no_batch_of_a_single_image_is_left_over(count: int, batch_size: int) -> None:
    sizes = batch_sizes(count, batch_size)
    assert sum(sizes) == count
    assert max(sizes) <= batch_size + 1
    assert batch_size == 1 or count == 1 or 1 not in sizes


def test_parts_go_on_sharing_their_images_on_another_device() -> None:
    split = Split(torch.zeros(10, 3, 4, 4, dtype=torch.uint8), torch.zeros(10, dtype=torch.int64))
    dataset = set_validation_aside(ImageDataset("set", split, None, None, ("only",)), 3, 0)
    moved = dataset.to(torch.device("meta"))
    assert isinstance(moved.train, Split)
    assert isinstance(moved.validation, Split)
    assert moved.train.images.device.type == "meta"
    assert moved.validation.images is moved.train.images
