from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor
from torchvision.transforms import v2

from netdsl.training.augment import MixedEpoch, Mixing, make_mixing
from netdsl.training.recipe import Recipe

CPU = torch.device("cpu")


def draw(mixing: Mixing, count: int, seed: int = 0) -> MixedEpoch:
    return mixing.draw(count, torch.Generator().manual_seed(seed), CPU)


def plain(count: int, height: int = 6, width: int = 10) -> tuple[Tensor, Tensor]:
    """Images of one level, each its own, and a class for each."""
    levels = torch.arange(1.0, count + 1).view(-1, 1, 1, 1)
    return levels.expand(-1, 3, height, width).contiguous(), torch.eye(count)


def test_recipes_without_either_mix_nothing() -> None:
    assert make_mixing(Recipe()) is None
    assert make_mixing(Recipe(mixup=0.2)) == Mixing(0.2, 0.0)
    assert make_mixing(Recipe(cutmix=1.0)) == Mixing(0.0, 1.0)


@pytest.mark.parametrize("mixing", [Mixing(mixup=0.4), Mixing(cutmix=1.0), Mixing(0.4, 1.0)])
def test_targets_are_shares_of_the_pixels(mixing: Mixing) -> None:
    inputs, targets = plain(40)
    drawn = draw(mixing, 400)
    for start in range(0, 400, 40):
        mixed, wanted = drawn.apply(inputs, targets, start)
        assert torch.allclose(wanted.sum(1), torch.ones(40))
        assert (wanted >= 0).all()
        assert ((wanted > 0).sum(1) <= 2).all()
        assert torch.allclose(mixed.mean((1, 2, 3)), wanted @ inputs[:, 0, 0, 0], rtol=1e-5)
        assert wanted.diag().sum() < 39  # something is mixed


def test_mixup_blends_every_pixel_alike() -> None:
    generator = torch.Generator().manual_seed(1)
    inputs = torch.randn(16, 3, 5, 7, generator=generator)
    mixed, wanted = draw(Mixing(mixup=1.0), 16).apply(inputs, torch.eye(16), 0)
    assert torch.allclose(mixed.flatten(1), wanted @ inputs.flatten(1), atol=1e-5)


def test_cutmix_pastes_a_rectangle_at_its_place() -> None:
    generator = torch.Generator().manual_seed(1)
    inputs = torch.randn(64, 3, 8, 12, generator=generator)
    mixed, wanted = draw(Mixing(cutmix=1.0), 64).apply(inputs, torch.eye(64), 0)
    partners = (wanted - torch.eye(64)).argmax(1)
    foreign = (mixed != inputs).any(1)
    assert torch.equal(mixed, torch.where(foreign[:, None], inputs[partners], inputs))
    assert torch.equal(foreign, foreign.any(2)[:, :, None] & foreign.any(1)[:, None, :])
    assert 0.2 < foreign.double().mean() < 0.6


@pytest.mark.parametrize("parameter", [0.1, 1.0, 8.0])
def test_mixup_s_shares_are_of_the_beta_distribution(
    parameter: float, assert_alike: Callable[[Tensor, Tensor], None]
) -> None:
    drawn = draw(Mixing(mixup=parameter), 5000)
    assert drawn.blend is not None
    expected = np.random.default_rng(5).beta(parameter, parameter, 20_000).astype(np.float32)
    assert_alike(drawn.blend.shares, torch.from_numpy(expected))
    neighbours = torch.stack([drawn.blend.shares[1:], drawn.blend.shares[:-1]])
    assert torch.corrcoef(neighbours)[0, 1].abs() < 0.06


@pytest.mark.parametrize("parameter", [0.3, 1.0])
def test_cutmix_s_rectangles_are_distributed_as_torchvision_s(
    parameter: float, assert_alike: Callable[[Tensor, Tensor], None]
) -> None:
    count, height, width = 1500, 12, 20
    zeros = torch.zeros(count, 1, height, width)
    drawn = draw(Mixing(cutmix=parameter), count)
    assert drawn.paste is not None
    ours, _ = drawn.paste.mix(zeros, torch.ones_like(zeros), 0)
    torch.manual_seed(0)
    transform = v2.CutMix(alpha=parameter, num_classes=2)
    pair = torch.tensor([0.0, 1.0]).view(2, 1, 1, 1).expand(2, 1, height, width)
    theirs = torch.stack([transform(pair, torch.tensor([0, 1]))[0][0] for _ in range(count)])
    for summed in ((1, 2, 3), (1, 2), (1, 3)):
        ones, others = ours.sum(summed), theirs.sum(summed)
        if summed == (1, 2, 3):
            assert_alike(ones, others)
        assert (ones.mean(0) - others.mean(0)).abs().max() < 0.12 * others.mean(0).max()


def test_both_share_the_batches_by_the_number_of_the_first_position() -> None:
    inputs, targets = plain(4)
    drawn = draw(Mixing(1.0, 1.0), 4000)
    pasted = 0
    for start in range(0, 4000, 4):
        mixed, _ = drawn.apply(inputs, targets, start)
        levels = mixed.flatten(1)
        whole = levels == levels.round()
        assert whole.all() or (levels.amax(1) - levels.amin(1)).max() < 1e-5
        pasted += int(whole.all())
    assert 430 < pasted < 570
    again = draw(Mixing(1.0, 1.0), 4000)
    assert torch.equal(again.apply(inputs, targets, 8)[0], drawn.apply(inputs, targets, 8)[0])


def test_partners_are_any_of_the_batch_and_no_other(assert_as_likely: Callable[[Tensor, int], None]) -> None:
    inputs = torch.ones(8, 1, 2, 2)
    drawn = draw(Mixing(mixup=1.0), 8000)
    met = []
    for start in range(0, 8000, 8):
        _, wanted = drawn.apply(inputs, torch.eye(8), start)
        rest = wanted * (1 - torch.eye(8))
        alone = rest.sum(1) == 0
        met.append(torch.where(alone, torch.arange(8), rest.argmax(1)))
        assert torch.equal(met[-1].sort().values, torch.arange(8))
    for partners in torch.stack(met).unbind(1):
        assert_as_likely(partners, 8)


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("mixing", [Mixing(mixup=1.0), Mixing(cutmix=1.0)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("channels", [1, 3])
def test_memory_format_and_type_are_kept(
    memory_format: torch.memory_format, mixing: Mixing, dtype: torch.dtype, channels: int
) -> None:
    inputs = torch.randn(6, channels, 5, 7).to(dtype, memory_format=memory_format)
    before = inputs.clone()
    mixed, wanted = draw(mixing, 6).apply(inputs, torch.eye(6), 0)
    assert mixed.dtype is dtype
    assert wanted.dtype is torch.float32
    assert mixed.stride() == inputs.stride()
    assert torch.equal(inputs, before)


def test_draws_follow_the_seed() -> None:
    inputs, targets = plain(32)
    first, same, other = (
        draw(Mixing(mixup=1.0), 32, seed).apply(inputs, targets, 0)[0] for seed in (3, 3, 4)
    )
    assert torch.equal(first, same)
    assert not torch.equal(first, other)


def test_an_image_that_is_alone_in_its_batch_stays() -> None:
    inputs, targets = plain(1)
    for mixing in (Mixing(mixup=1.0), Mixing(cutmix=1.0)):
        mixed, wanted = draw(mixing, 5).apply(inputs, targets, 2)
        assert torch.allclose(mixed, inputs)
        assert torch.allclose(wanted, targets)
