from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor
from torchvision.transforms import RandomErasing

from netdsl.training.augment.erasing import Cutout, Erasing

CPU = torch.device("cpu")
HEIGHT, WIDTH = 12, 20


def black(step: Cutout | Erasing, count: int, height: int = HEIGHT, width: int = WIDTH) -> Tensor:
    """Which pixels of white images are blackened, (count, height, width)."""
    white = torch.full((count, height, width, 3), 255, dtype=torch.uint8)
    drawn = step.draw(torch.arange(count), 1, 0, torch.Generator().manual_seed(0), CPU)
    pixels = drawn.apply(white, 0)
    assert set(pixels.unique().tolist()) <= {0, 255}
    assert torch.equal(pixels[..., 0], pixels[..., 2])
    return pixels[..., 0] == 0


def extents(masks: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Top, left, height and width of the rectangles that the masks show; fails on other shapes."""
    rows, columns = masks.any(2), masks.any(1)
    assert torch.equal(masks, rows[:, :, None] & columns[:, None, :])
    for lines in (rows, columns):
        begins = (lines[:, 1:] & ~lines[:, :-1]).sum(1) + lines[:, 0]
        assert begins.max() <= 1
    return rows.int().argmax(1), columns.int().argmax(1), rows.sum(1), columns.sum(1)


@pytest.mark.parametrize("side", [1, 4, 5, 8, 40])
def test_cutout_takes_a_square_around_any_pixel(side: int) -> None:
    count = 6000
    masks = black(Cutout(side), count)
    _, _, heights, widths = extents(masks)
    assert heights.max() == min(side, HEIGHT)
    assert widths.max() == min(side, WIDTH)
    expected = torch.zeros(HEIGHT, WIDTH)
    for row in range(HEIGHT):
        for column in range(WIDTH):
            top, left = row - side // 2, column - side // 2
            expected[max(top, 0) : top + side, max(left, 0) : left + side] += 1 / (HEIGHT * WIDTH)
    deviation = (expected * (1 - expected) / count).sqrt()
    assert ((masks.float().mean(0) - expected).abs() <= 4.5 * deviation + 1e-6).all()


def test_only_the_square_is_changed(pictures: Callable[..., Tensor]) -> None:
    images = pictures(50) | 1  # nothing black
    before = images.clone()
    drawn = Cutout(6).draw(torch.arange(50), 1, 0, torch.Generator().manual_seed(0), CPU)
    results = drawn.apply(images, 0)
    erased = (results == 0).all(-1)
    assert int(erased.sum((1, 2)).min()) >= 9
    assert torch.equal(results[~erased], images[~erased])
    assert torch.equal(images, before)


@pytest.mark.parametrize(
    ("scale", "ratio"),
    [((0.02, 0.33), (0.3, 3.3)), ((0.1, 0.1), (1.0, 2.0)), ((0.5, 1.0), (0.5, 8.0))],
)
def test_erased_rectangles_are_distributed_as_torchvision_s(
    scale: tuple[float, float], ratio: tuple[float, float], assert_alike: Callable[[Tensor, Tensor], None]
) -> None:
    count = 3000
    masks = black(Erasing(1.0, scale, ratio), count)
    top, left, heights, widths = extents(masks)
    torch.manual_seed(0)
    image: Any = torch.ones(1, HEIGHT, WIDTH)
    drawn = [RandomErasing.get_params(image, list(scale), list(ratio), [0.0]) for _ in range(count)]
    theirs = torch.zeros(count, HEIGHT, WIDTH, dtype=torch.bool)
    for mask, (first_row, first_column, high, wide, value) in zip(theirs, drawn, strict=True):
        # Where no attempt fits, torchvision takes the image itself for the value.
        if value is not image:
            mask[first_row : first_row + high, first_column : first_column + wide] = True
    assert_alike(masks.sum((1, 2)), theirs.sum((1, 2)))
    for ours, other in zip((top, left, heights, widths), extents(theirs), strict=True):
        assert_alike(ours, other)
    assert (masks.float().mean(0) - theirs.float().mean(0)).abs().max() < 0.06


@pytest.mark.parametrize("probability", [0.25, 1.0])
def test_so_many_images_are_erased(probability: float) -> None:
    erased = black(Erasing(probability), 4000).any((1, 2))
    assert abs(float(erased.float().mean()) - probability) < 0.03
    assert erased.all() == (probability == 1)


def test_an_image_that_no_rectangle_fits_stays() -> None:
    assert not black(Erasing(1.0, (1.0, 1.0), (1.0, 1.0)), 50, 8, 8).any()
    assert not black(Erasing(1.0), 50, 1, 1).any()
