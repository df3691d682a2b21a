from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from netdsl.training.augment.operations import FUNCTIONS, Operation, operate

FACTORS = [0.0, 0.1, 0.5, 0.73, 1.0, 1.27, 1.9, 3.0]
SLOPES = [0.0, 0.1, -0.1, 0.3, -0.3, 0.99, -0.99]
SHIFTS = [0.0, 3.9, -3.9, 9.0, -23.2, 40.0]
# The values, and the greatest share of levels that may be off, by one level. Where it isn't 0, exact results
# are whole numbers in so many places, and the two roundings may fall on different sides there.
CASES: dict[Operation, tuple[list[float], float]] = {
    Operation.SHEAR_X: (SLOPES, 0),
    Operation.SHEAR_Y: (SLOPES, 0),
    Operation.TRANSLATE_X: (SHIFTS, 0),
    Operation.TRANSLATE_Y: (SHIFTS, 0),
    Operation.ROTATE: ([0, 7.5, -10, 33.3, 45, 90, -90, 135, 180], 0),
    Operation.BRIGHTNESS: (FACTORS, 0),
    Operation.SATURATION: (FACTORS, 1e-3),
    Operation.CONTRAST: (FACTORS, 1e-3),
    Operation.SHARPNESS: (FACTORS, 1e-3),
    Operation.POSTERIZE: ([0, 1, 2, 3, 4, 5, 6, 7, 8], 0),
    Operation.SOLARIZE: ([0, 17, 100, 127.5, 238, 255], 0),
    Operation.AUTOCONTRAST: ([0], 2e-3),
    Operation.EQUALIZE: ([0], 0),
    Operation.INVERT: ([0], 0),
    Operation.HUE: ([-0.5, -0.3, -0.01, 0, 0.1, 0.25, 0.47], 1e-3),
}


def test_every_operation_but_identity_is_compared() -> None:
    assert set(CASES) == set(FUNCTIONS) == set(Operation) - {Operation.IDENTITY}


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("operation", CASES, ids=lambda operation: operation.name)
def test_operations_are_torchvision_s(
    operation: Operation,
    channels: int,
    pictures: Callable[..., Tensor],
    reference: Callable[[Operation, Tensor, float], Tensor],
) -> None:
    settings, share = CASES[operation]
    images = pictures(4 * len(settings), channels)
    values = torch.tensor(settings, dtype=torch.float64).repeat(4)
    results = FUNCTIONS[operation](images, values)
    assert results.dtype == torch.uint8
    expected = torch.stack(
        [reference(operation, image, value) for image, value in zip(images, values.tolist(), strict=True)]
    )
    apart = (results.int() - expected.int()).abs()
    assert apart.max() <= (1 if share else 0)
    assert (apart > 0).double().mean() <= share
    if operation is Operation.HUE or operation is Operation.SATURATION:
        assert torch.equal(results, images) is (channels == 1)
    else:
        assert (results != images).double().mean() > 0.05


@pytest.mark.parametrize("operation", [Operation.AUTOCONTRAST, Operation.EQUALIZE])
@pytest.mark.parametrize("channels", [1, 3])
def test_images_of_few_levels_are_treated_as_by_torchvision(
    operation: Operation, channels: int, reference: Callable[[Operation, Tensor, float], Tensor]
) -> None:
    images = torch.zeros(4, 16, 20, channels, dtype=torch.uint8)
    images[0] = 77
    images[1, :8] = 200
    images[2, 0, 0] = 255
    images[3, ..., 0] = torch.arange(20)
    results = operate(images, torch.full((4, 1), int(operation)), torch.zeros(4, 1, dtype=torch.float64))
    for image, result in zip(images, results, strict=True):
        assert torch.equal(result, reference(operation, image, 0))
    assert torch.equal(results[0], images[0])


@pytest.mark.parametrize("channels", [1, 3])
def test_images_with_several_pixels_a_level_are_equalized_as_by_torchvision(
    channels: int, pictures: Callable[..., Tensor], reference: Callable[[Operation, Tensor, float], Tensor]
) -> None:
    images = pictures(12, channels, 40, 57)
    kinds = torch.full((12, 1), int(Operation.EQUALIZE))
    for image, result in zip(images, operate(images, kinds, kinds.double()), strict=True):
        assert torch.equal(result, reference(Operation.EQUALIZE, image, 0))


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (1, 5), (3, 2), (3, 3)])
@pytest.mark.parametrize("operation", CASES, ids=lambda operation: operation.name)
def test_small_images_are_treated_as_by_torchvision(
    operation: Operation,
    size: tuple[int, int],
    pictures: Callable[..., Tensor],
    reference: Callable[[Operation, Tensor, float], Tensor],
) -> None:
    image = pictures(2, 3, *size)[:1]
    settings, share = CASES[operation]
    for value in settings:
        result = operate(image, torch.tensor([[int(operation)]]), torch.tensor([[value]]).double())
        expected = reference(operation, image[0], value)
        assert (result[0].int() - expected.int()).abs().max() <= (1 if share else 0)


def test_each_image_gets_its_own_operations_in_their_order(
    pictures: Callable[..., Tensor],
    generator: torch.Generator,
    reference: Callable[[Operation, Tensor, float], Tensor],
) -> None:
    images = pictures(60)
    before = images.clone()
    kinds = [
        Operation.IDENTITY,
        Operation.INVERT,
        Operation.SOLARIZE,
        Operation.TRANSLATE_X,
        Operation.EQUALIZE,
    ]
    picks = torch.randint(0, len(kinds), (60, 3), generator=generator)
    operations = torch.tensor(kinds)[picks]
    values = torch.randint(1, 9, (60, 3), generator=generator).double()
    results = operate(images, operations, values)
    assert torch.equal(images, before)
    for image, result, own, settings in zip(
        images, results, operations.tolist(), values.tolist(), strict=True
    ):
        for operation, value in zip(own, settings, strict=True):
            image = reference(Operation(operation), image, value)
        assert torch.equal(result, image)
