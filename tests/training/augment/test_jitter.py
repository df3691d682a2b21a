from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torchvision.transforms import ColorJitter

from netdsl.training.augment.jitter import DrawnJitter, Jitter
from netdsl.training.augment.operations import Operation

CPU = torch.device("cpu")
FULL = Jitter(0.4, 0.3, 1.5, 0.1)
KINDS = (Operation.BRIGHTNESS, Operation.CONTRAST, Operation.SATURATION, Operation.HUE)


def draw(step: Jitter, count: int, seed: int = 0) -> DrawnJitter:
    drawn = step.draw(torch.arange(count), 1, 0, torch.Generator().manual_seed(seed), CPU)
    assert isinstance(drawn, DrawnJitter)
    return drawn


def of_kind(drawn: DrawnJitter, kind: Operation) -> Tensor:
    return drawn.values[drawn.operations == int(kind)]


def test_values_and_orders_are_distributed_as_torchvision_s(
    assert_alike: Callable[[Tensor, Tensor], None], assert_as_likely: Callable[[Tensor, int], None]
) -> None:
    count = 4000
    drawn = draw(FULL, count)
    torch.manual_seed(0)
    theirs = [
        ColorJitter.get_params([0.6, 1.4], [0.7, 1.3], [0.0, 2.5], [-0.1, 0.1])[1:] for _ in range(count)
    ]
    for kind, values in zip(KINDS, torch.tensor(theirs).T, strict=True):
        ours = of_kind(drawn, kind)
        assert len(ours) == count
        assert_alike(ours, values)
    places = torch.tensor([KINDS.index(Operation(kind)) for kind in drawn.operations.flatten().tolist()])
    digits = torch.tensor([64, 16, 4, 1])
    numbers = (places.view(count, 4) * digits).sum(1).unique(return_inverse=True)[1]
    assert_as_likely(numbers, 24)


def test_orders_and_values_are_independent() -> None:
    drawn = draw(FULL, 4000)
    values = torch.stack([of_kind(drawn, kind) for kind in KINDS])
    assert torch.corrcoef(values).fill_diagonal_(0).abs().max() < 0.06
    first = (drawn.operations[:, 0] == int(Operation.BRIGHTNESS)).double()
    assert torch.corrcoef(torch.stack([first, values[0]]))[0, 1].abs() < 0.06


@pytest.mark.parametrize(
    ("step", "kinds"),
    [
        (Jitter(brightness=0.5), {Operation.BRIGHTNESS}),
        (Jitter(contrast=0.5, hue=0.5), {Operation.CONTRAST, Operation.HUE}),
        (Jitter(saturation=0.1), {Operation.SATURATION}),
    ],
)
def test_only_what_is_wanted_is_done(step: Jitter, kinds: set[Operation]) -> None:
    assert set(draw(step, 20).operations.unique().tolist()) == {int(kind) for kind in kinds}


def test_images_come_out_as_from_torchvision(
    pictures: Callable[..., Tensor], reference: Callable[[Operation, Tensor, float], Tensor]
) -> None:
    images = pictures(60)
    drawn = draw(FULL, 70)
    results = drawn.apply(images, 10)
    for place, (image, result) in enumerate(zip(images, results, strict=True), 10):
        expected = image
        pairs = zip(drawn.operations[place].tolist(), drawn.values[place].tolist(), strict=True)
        for operation, value in pairs:
            expected = reference(Operation(operation), expected, value)
        apart = (result.int() - expected.int()).abs()
        # A level that was rounded otherwise early on can count for more later.
        assert (apart > 1).double().mean() < 0.002
        assert (apart > 0).double().mean() < 0.02
    assert (results != images).double().mean() > 0.9


def test_images_of_one_channel_keep_what_needs_colour(pictures: Callable[..., Tensor]) -> None:
    images = pictures(20, 1)
    assert torch.equal(draw(Jitter(saturation=1.0, hue=0.5), 20).apply(images, 0), images)
    assert not torch.equal(draw(FULL, 20).apply(images, 0), images)
