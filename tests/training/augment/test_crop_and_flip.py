from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torchvision.transforms import RandomCrop
from torchvision.transforms.v2 import functional as v2

from netdsl.training.augment.crop_and_flip import CropAndFlip, DrawnCropAndFlip

CPU = torch.device("cpu")


def draw(step: CropAndFlip, count: int, seed: int = 0, epoch: int = 1) -> Tensor:
    """Top, left, mirrored and turned of each position."""
    drawn = step.draw(torch.arange(count), epoch, 0, torch.Generator().manual_seed(seed), CPU)
    assert isinstance(drawn, DrawnCropAndFlip)
    return drawn.drawn


def one_by_one(pixels: Tensor, drawn: Tensor, padding: int, mode: str) -> Tensor:
    """Pad, crop and flip each image by torchvision's functions."""
    _, height, width, _ = pixels.shape
    results = []
    for image, (top, left, mirrored, turned) in zip(pixels.permute(0, 3, 1, 2), drawn.tolist(), strict=True):
        padded = v2.pad(image, [padding], padding_mode=mode)
        result = v2.crop(padded, top, left, height, width)
        result = v2.horizontal_flip(result) if mirrored else result
        results.append(v2.vertical_flip(result) if turned else result)
    return torch.stack(results).permute(0, 2, 3, 1)


@settings(max_examples=80, deadline=None)
@given(
    count=st.integers(1, 9),
    height=st.integers(1, 9),
    width=st.integers(1, 9),
    channels=st.sampled_from([1, 3]),
    padding=st.integers(0, 4),
    mode=st.sampled_from(["constant", "reflect"]),
    horizontal=st.sampled_from([False, True, "alternating"]),
    vertical=st.booleans(),
    seed=st.integers(0, 2**32),
)
def test_a_batch_at_once_equals_image_by_image(
    count: int,
    height: int,
    width: int,
    channels: int,
    padding: int,
    mode: Literal["constant", "reflect"],
    horizontal: bool | Literal["alternating"],
    vertical: bool,
    seed: int,
) -> None:
    generator = torch.Generator().manual_seed(seed)
    if mode == "reflect":
        padding = min(padding, height - 1, width - 1)  # torchvision reflects only once
    pixels = torch.randint(0, 256, (count, height, width, channels), dtype=torch.uint8, generator=generator)
    step = CropAndFlip(padding, mode, horizontal, vertical)
    drawn = step.draw(torch.arange(count), 1, seed, generator, CPU)
    assert isinstance(drawn, DrawnCropAndFlip)
    assert torch.equal(drawn.apply(pixels, 0), one_by_one(pixels, drawn.drawn, padding, mode))


def test_a_padding_wider_than_the_image_reflects_again_and_again() -> None:
    pixels = torch.tensor([10, 20, 30], dtype=torch.uint8).view(1, 1, 3, 1)
    seen = []
    for left in range(9):
        drawn = DrawnCropAndFlip(4, "reflect", torch.tensor([[4, left, 0, 0]]))
        seen.append(int(drawn.apply(pixels, 0)[0, 0, 0, 0]))
    assert seen == [10, 20, 30, 20, 10, 20, 30, 20, 10]


def test_draws_are_independent_and_as_likely(assert_as_likely: Callable[[Tensor, int], None]) -> None:
    drawn = draw(CropAndFlip(2, "constant", True, True), 20_000)
    for column, kinds in enumerate((5, 5, 2, 2)):
        assert_as_likely(drawn[:, column], kinds)
    assert torch.corrcoef(drawn.T.float()).fill_diagonal_(0).abs().max() < 0.03
    # One image's draws say nothing about the next one's.
    assert torch.corrcoef(torch.cat([drawn[1:], drawn[:-1]], dim=1).T.float())[:4, 4:].abs().max() < 0.03


def test_places_are_those_of_torchvision() -> None:
    torch.manual_seed(0)
    padded = torch.zeros(1, 20 + 6, 24 + 6)
    places = torch.tensor([RandomCrop.get_params(padded, (20, 24))[:2] for _ in range(2000)])
    drawn = draw(CropAndFlip(3), 2000)[:, :2]
    assert drawn.amin(0).tolist() == places.amin(0).tolist() == [0, 0]
    assert drawn.amax(0).tolist() == places.amax(0).tolist() == [6, 6]


def test_only_what_is_wanted_is_drawn() -> None:
    for number, step in enumerate([CropAndFlip(2), CropAndFlip(horizontal=True), CropAndFlip(vertical=True)]):
        wanted = draw(step, 200).abs().sum(0) > 0
        assert wanted.tolist() == [number == 0, number == 0, number == 1, number == 2]


def mirrored(images: Tensor, epoch: int, seed: int = 0, draws: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(draws)
    drawn = CropAndFlip(horizontal="alternating").draw(images, epoch, seed, generator, CPU)
    assert isinstance(drawn, DrawnCropAndFlip)
    return drawn.drawn[:, 2]


def test_alternating_flips_every_image_in_every_other_epoch() -> None:
    images = torch.arange(10_000)
    first = mirrored(images, 1)
    assert abs(float(first.double().mean()) - 0.5) < 0.02
    assert abs(float((first[1:] ^ first[:-1]).double().mean()) - 0.5) < 0.02
    for epoch in range(2, 6):
        assert torch.equal(mirrored(images, epoch, draws=epoch), first ^ ((epoch - 1) % 2))


def test_alternating_follows_the_image_and_the_seed_alone(generator: torch.Generator) -> None:
    first = mirrored(torch.arange(500), 1)
    order = torch.randperm(500, generator=generator)[:200]
    assert torch.equal(mirrored(order, 1, draws=5), first[order])
    other = mirrored(torch.arange(500), 1, seed=1)
    assert 0.4 < (first ^ other).double().mean() < 0.6


@pytest.mark.parametrize("seed", [0, 2**63 - 1])
def test_alternating_takes_every_seed(seed: int) -> None:
    assert 20 < mirrored(torch.arange(100), 1, seed=seed).sum() < 80
