from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torchvision.transforms import RandomAffine, RandomRotation
from torchvision.transforms.v2 import functional as v2

from netdsl.training.augment.geometry import DrawnRotationAndTranslation, RotationAndTranslation

CPU = torch.device("cpu")


def draw(step: RotationAndTranslation, count: int) -> DrawnRotationAndTranslation:
    drawn = step.draw(torch.arange(count), 1, 0, torch.Generator().manual_seed(0), CPU)
    assert isinstance(drawn, DrawnRotationAndTranslation)
    return drawn


def angles(drawn: DrawnRotationAndTranslation) -> Tensor:
    assert drawn.angles is not None
    return torch.atan2(drawn.angles[:, 1], drawn.angles[:, 0]).rad2deg()


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("degrees", "fraction"), [(30.0, 0.0), (0.0, 0.2), (180.0, 0.4), (15.0, 1.0)])
def test_images_come_out_as_from_torchvision(
    degrees: float, fraction: float, channels: int, pictures: Callable[..., Tensor]
) -> None:
    images = pictures(40, channels)
    _, height, width, _ = images.shape
    drawn = draw(RotationAndTranslation(degrees, fraction), 43)
    results = drawn.apply(images, 3)
    turns = angles(drawn)[3:].tolist() if degrees else [0.0] * 40
    shifts = [[0.0, 0.0]] * 40 if drawn.shifts is None else drawn.shifts[3:].tolist()
    expected = []
    for image, turn, (down, across) in zip(images.permute(0, 3, 1, 2), turns, shifts, strict=True):
        turned = v2.rotate(image, turn)
        moved = [round(across * width), round(down * height)]
        expected.append(v2.affine(turned, angle=0, translate=moved, scale=1, shear=[0, 0]))
    # Where a pixel comes from exactly between two others, either may be taken.
    off = (results != torch.stack(expected).permute(0, 2, 3, 1)).double().mean()
    assert off < 1e-3
    assert (results != images).double().mean() > 0.3


def test_angles_are_distributed_as_torchvision_s(
    assert_uniform: Callable[[Tensor, float, float], None], assert_alike: Callable[[Tensor, Tensor], None]
) -> None:
    drawn = angles(draw(RotationAndTranslation(25.0), 4000))
    torch.manual_seed(0)
    theirs = torch.tensor([RandomRotation.get_params([-25.0, 25.0]) for _ in range(4000)])
    assert_uniform(drawn, -25.001, 25.001)
    assert_alike(drawn, theirs)


def test_shifts_are_distributed_as_torchvision_s(assert_alike: Callable[[Tensor, Tensor], None]) -> None:
    count, height, width = 3000, 11, 21
    images = torch.zeros(count, height, width, 1, dtype=torch.uint8)
    images[:, 5, 10] = 255
    results = draw(RotationAndTranslation(0.0, 0.3), count).apply(images, 0)
    places = results.flatten(1).argmax(1)
    down, across = places // width - 5, places % width - 10
    torch.manual_seed(0)
    theirs = torch.tensor(
        [
            RandomAffine.get_params([0.0, 0.0], [0.3, 0.3], None, None, [width, height])[1]
            for _ in range(count)
        ]
    )
    assert [int(down.min()), int(down.max())] == [-3, 3]
    assert [int(across.min()), int(across.max())] == [-6, 6]
    assert_alike(across, theirs[:, 0])
    assert_alike(down, theirs[:, 1])
    assert torch.corrcoef(torch.stack([down, across]).float())[0, 1].abs() < 0.06


def test_what_is_turned_out_of_the_image_stays_lost_when_it_is_shifted() -> None:
    white = torch.full((1, 9, 15, 1), 255, dtype=torch.uint8)
    drawn = DrawnRotationAndTranslation(torch.tensor([[0.0, 1.0]]), torch.tensor([[0.0, 0.4]]))
    expected = torch.zeros_like(white)
    expected[:, :, 9:15] = 255  # columns 3 to 11 after the turn
    assert torch.equal(drawn.apply(white, 0), expected)
