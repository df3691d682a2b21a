from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torchvision import transforms

from netdsl.training.augment.cifar10 import SUBPOLICIES
from netdsl.training.augment.draws import Step
from netdsl.training.augment.operations import Operation
from netdsl.training.augment.policies import Cifar10, DrawnPolicy, Rand, Trivial
from netdsl.training.augment.spaces import CIFAR10, RANDOM, TRIVIAL_WIDE, Space

CPU = torch.device("cpu")
THEIR_CIFAR10 = transforms.AutoAugment(transforms.AutoAugmentPolicy.CIFAR10)
NAMES = {
    "Identity": Operation.IDENTITY,
    "ShearX": Operation.SHEAR_X,
    "ShearY": Operation.SHEAR_Y,
    "TranslateX": Operation.TRANSLATE_X,
    "TranslateY": Operation.TRANSLATE_Y,
    "Rotate": Operation.ROTATE,
    "Brightness": Operation.BRIGHTNESS,
    "Color": Operation.SATURATION,
    "Contrast": Operation.CONTRAST,
    "Sharpness": Operation.SHARPNESS,
    "Posterize": Operation.POSTERIZE,
    "Solarize": Operation.SOLARIZE,
    "AutoContrast": Operation.AUTOCONTRAST,
    "Equalize": Operation.EQUALIZE,
    "Invert": Operation.INVERT,
}
FACTORS = {Operation.BRIGHTNESS, Operation.SATURATION, Operation.CONTRAST, Operation.SHARPNESS}
HEIGHT, WIDTH = 20, 24
SPACES = {
    "cifar10": (CIFAR10, THEIR_CIFAR10._augmentation_space(10, (HEIGHT, WIDTH))),
    "randaugment": (RANDOM, transforms.RandAugment()._augmentation_space(31, (HEIGHT, WIDTH))),
    "trivialaugment": (TRIVIAL_WIDE, transforms.TrivialAugmentWide()._augmentation_space(31)),
}
POLICIES: dict[str, tuple[Step, torch.nn.Module]] = {
    "cifar10": (Cifar10(), THEIR_CIFAR10),
    "randaugment": (Rand(2, 9), transforms.RandAugment()),
    "randaugment of another strength": (Rand(3, 25), transforms.RandAugment(3, 25)),
    "trivialaugment": (Trivial(), transforms.TrivialAugmentWide()),
}


def draw(step: Step, count: int) -> DrawnPolicy:
    drawn = step.draw(torch.arange(count), 1, 0, torch.Generator().manual_seed(0), CPU)
    assert isinstance(drawn, DrawnPolicy)
    return drawn


@pytest.mark.parametrize("name", SPACES)
def test_spaces_are_torchvision_s(name: str) -> None:
    space, theirs = SPACES[name]
    assert set(space.operations) == {NAMES[operation] for operation in theirs}
    for named, (magnitudes, signed) in theirs.items():
        operation = NAMES[named]
        for sign in (-1, 1):
            expected = magnitudes.double() * (sign if signed else 1) + (operation in FACTORS)
            bins = torch.arange(space.bins)
            kinds, signs = torch.full_like(bins, int(operation)), torch.full_like(bins, sign)
            shown = space.values(kinds, bins, signs, height=HEIGHT, width=WIDTH)
            assert torch.equal(shown, expected.expand(space.bins)), named


def test_the_table_is_torchvision_s() -> None:
    theirs = [
        tuple((NAMES[name], probability, magnitude or 0) for name, probability, magnitude in pair)
        for pair in THEIR_CIFAR10.policies
    ]
    assert [tuple(tuple(part) for part in pair) for pair in SUBPOLICIES] == theirs


def test_cifar10_s_operations_happen_as_often_as_the_table_says() -> None:
    count = 50_000
    drawn = draw(Cifar10(), count)
    for place in (0, 1):
        expected = torch.zeros(len(Operation))
        for pair in SUBPOLICIES:
            expected[pair[place].operation] += pair[place].probability / len(SUBPOLICIES)
            expected[Operation.IDENTITY] += (1 - pair[place].probability) / len(SUBPOLICIES)
        shares = torch.bincount(drawn.operations[:, place], minlength=len(Operation)) / count
        deviation = (expected * (1 - expected) / count).sqrt()
        assert ((shares - expected).abs() <= 4.5 * deviation + 1e-6).all()
    # The two operations of a pair go together, and happen independently of each other.
    both = (drawn.operations == torch.tensor([Operation.ROTATE, Operation.TRANSLATE_X])).all(1)
    assert abs(float(both.double().mean()) - 0.7 * 0.3 / 25) < 0.002
    never = (drawn.operations == torch.tensor([Operation.ROTATE, Operation.CONTRAST])).all(1)
    assert not never.any()


@pytest.mark.parametrize(("step", "space"), [(Rand(3, 9), RANDOM), (Trivial(), TRIVIAL_WIDE)])
def test_all_operations_magnitudes_and_signs_are_as_likely(
    step: Step, space: Space, assert_as_likely: Callable[[Tensor, int], None]
) -> None:
    drawn = draw(step, 20_000)
    for column in drawn.operations.unbind(1):
        assert_as_likely(torch.searchsorted(torch.tensor(sorted(space.operations)), column.contiguous()), 14)
    assert_as_likely((drawn.signs + 1) // 2, 2)
    if isinstance(step, Rand):
        assert drawn.bins.unique().tolist() == [9]
        assert torch.corrcoef(drawn.operations.T.double()).fill_diagonal_(0).abs().max() < 0.03
    else:
        assert_as_likely(drawn.bins, 31)
        columns = torch.cat([drawn.operations, drawn.bins, drawn.signs], dim=1)
        assert torch.corrcoef(columns.T.double()).fill_diagonal_(0).abs().max() < 0.03


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", POLICIES)
def test_images_change_as_much_as_by_torchvision(
    name: str,
    channels: int,
    pictures: Callable[..., Tensor],
    assert_alike: Callable[[Tensor, Tensor], None],
) -> None:
    step, theirs = POLICIES[name]
    images = pictures(20, channels, HEIGHT, WIDTH).repeat(60, 1, 1, 1)
    results = draw(step, len(images)).apply(images, 0)
    torch.manual_seed(0)
    expected = torch.stack([theirs(image) for image in images.permute(0, 3, 1, 2)]).permute(0, 2, 3, 1)
    changes = [(some.double() - images.double()) for some in (results, expected)]
    # How much each image changed, in which direction, and how much of it is black.
    assert_alike(*(change.abs().mean((1, 2, 3)) for change in changes))
    assert_alike(*(change.mean((1, 2, 3)) for change in changes))
    assert_alike(*((some == 0).double().mean((1, 2, 3)) for some in (results, expected)))
    # The mean image, with every image as often: where in the image things happen.
    apart = results.double().mean((0, 3)) - expected.double().mean((0, 3))
    assert apart.abs().max() < 16
    assert apart.mean().abs() < 4


@pytest.mark.parametrize("name", POLICIES)
def test_each_image_gets_what_was_drawn_for_it(
    name: str, pictures: Callable[..., Tensor], reference: Callable[[Operation, Tensor, float], Tensor]
) -> None:
    drawn = draw(POLICIES[name][0], 100)
    images = pictures(60, 3, HEIGHT, WIDTH)
    results = drawn.apply(images, 40)
    values = drawn.space.values(drawn.operations, drawn.bins, drawn.signs, height=HEIGHT, width=WIDTH)
    off = []
    for place, (image, result) in enumerate(zip(images, results, strict=True), 40):
        expected = image
        for kind, value in zip(drawn.operations[place].tolist(), values[place].tolist(), strict=True):
            expected = reference(Operation(kind), expected, value)
        off.append((result != expected).double().mean())
    assert torch.stack(off).mean() < 0.005
    assert torch.stack(off).median() == 0
