from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from torch import Tensor

from netdsl.training.augment import AugmentedEpoch, make_augmentation, make_mixing
from netdsl.training.augment.crop_and_flip import CropAndFlip
from netdsl.training.augment.erasing import Cutout, Erasing
from netdsl.training.augment.geometry import RotationAndTranslation
from netdsl.training.augment.jitter import Jitter
from netdsl.training.augment.policies import Cifar10, Rand, Trivial
from netdsl.training.recipe import Recipe

CPU = torch.device("cpu")
EACH: list[dict[str, Any]] = [
    {"auto_augment": "cifar10"},
    {"auto_augment": {"type": "randaugment", "num_ops": 3, "magnitude": 12}},
    {"auto_augment": "trivialaugment"},
    {"rotation": 20.0},
    {"translation": 0.2},
    {"crop_padding": 3},
    {"crop_padding": 3, "crop_padding_mode": "reflect"},
    {"horizontal_flip": True},
    {"horizontal_flip": "alternating"},
    {"vertical_flip": True},
    {"color_jitter": {"brightness": 0.3, "contrast": 0.3, "saturation": 0.3, "hue": 0.1}},
    {"cutout": 6},
    {"random_erasing": 0.5},
]
ALL: dict[str, Any] = {key: value for settings in EACH for key, value in settings.items()}
ALL["auto_augment"] = "randaugment"
EVERY = [*EACH, ALL]


def draw(settings: dict[str, Any], count: int, seed: int = 0, device: torch.device = CPU) -> AugmentedEpoch:
    generator = torch.Generator().manual_seed(seed)
    return make_augmentation(Recipe(**settings)).draw(torch.arange(count), 1, 0, generator, device)


def name(settings: dict[str, Any]) -> str:
    return "-".join(settings) if len(settings) < 3 else "all"


def test_a_recipe_s_steps_are_in_its_order() -> None:
    assert make_augmentation(Recipe(**ALL)).steps == (
        Rand(2, 9),
        RotationAndTranslation(20.0, 0.2),
        CropAndFlip(3, "reflect", "alternating", True),
        Jitter(0.3, 0.3, 0.3, 0.1),
        Cutout(6),
        Erasing(0.5, (0.02, 0.33), (0.3, 3.3)),
    )
    assert make_augmentation(Recipe(**EACH[0])).steps == (Cifar10(),)
    assert make_augmentation(Recipe(**EACH[1])).steps == (Rand(3, 12),)
    assert make_augmentation(Recipe(**EACH[2])).steps == (Trivial(),)


@pytest.mark.parametrize("settings", [{}, {"color_jitter": 0.0}, {"random_erasing": 0.0}])
def test_nothing_changes_where_nothing_is_wanted(
    settings: dict[str, Any], pictures: Callable[..., Tensor]
) -> None:
    augmentation = make_augmentation(Recipe(**settings))
    assert augmentation.changes_nothing
    images = pictures()
    generator = torch.Generator().manual_seed(0)
    drawn = augmentation.draw(torch.arange(len(images)), 1, 0, generator, CPU)
    assert torch.equal(drawn.apply(images, 0), images)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("settings", EVERY, ids=name)
def test_an_image_s_augmentation_depends_on_its_position_alone(
    settings: dict[str, Any], channels: int, pictures: Callable[..., Tensor]
) -> None:
    images = pictures(50, channels)
    before = images.clone()
    assert not make_augmentation(Recipe(**settings)).changes_nothing
    whole = draw(settings, 50).apply(images, 0)
    assert whole.shape == images.shape
    assert whole.dtype == torch.uint8
    assert not torch.equal(whole, images)
    assert torch.equal(images, before)
    again = draw(settings, 50)
    for sizes in ([1] * 50, [17, 2, 30, 1]):
        start = 0
        for size in sizes:
            part = again.apply(images[start : start + size], start)
            assert torch.equal(part, whole[start : start + size])
            start += size


@pytest.mark.parametrize("settings", EVERY, ids=name)
def test_images_are_augmented_each_by_its_own_draws(
    settings: dict[str, Any], pictures: Callable[..., Tensor]
) -> None:
    image = pictures(2)[1:]
    results = draw(settings, 300).apply(image.expand(300, -1, -1, -1), 0)
    kinds = len(results.flatten(1).unique(dim=0))
    flips = {"horizontal_flip", "vertical_flip"}
    # A flip has two outcomes, a crop 49; at most half of the images are erased; policies leave many alone.
    wanted = 2 if flips & set(settings) else 30 if "auto_augment" in settings else 45
    assert kinds >= (250 if settings is ALL else wanted)


@pytest.mark.parametrize("settings", EVERY, ids=name)
def test_draws_follow_the_generator(settings: dict[str, Any], pictures: Callable[..., Tensor]) -> None:
    images = pictures(40)
    first, same, other = (draw(settings, 40, seed).apply(images, 0) for seed in (1, 1, 2))
    assert torch.equal(first, same)
    # Only an alternating flip doesn't come from the generator.
    assert torch.equal(first, other) is (settings == {"horizontal_flip": "alternating"})


@pytest.mark.parametrize("settings", [*EVERY, {"mixup": 1.0}, {"cutmix": 1.0}], ids=name)
def test_nothing_is_read_from_the_device(settings: dict[str, Any]) -> None:
    # A meta tensor has a shape and no values: whatever asks for one of them raises.
    meta = torch.device("meta")
    recipe = Recipe(**settings)
    pixels = torch.empty(20, 16, 18, 3, dtype=torch.uint8, device=meta)
    generator = torch.Generator().manual_seed(0)
    drawn = make_augmentation(recipe).draw(torch.arange(60), 1, 0, generator, meta)
    assert drawn.apply(pixels, 20).shape == pixels.shape
    mixing = make_mixing(recipe)
    if mixing is not None:
        inputs = torch.empty(20, 3, 16, 18, device=meta)
        targets = torch.empty(20, 5, device=meta)
        mixed, wanted = mixing.draw(60, generator, meta).apply(inputs, targets, 20)
        assert mixed.shape == inputs.shape
        assert wanted.shape == targets.shape


@contextmanager
def refusing_to_wait() -> Iterator[None]:
    torch.cuda.set_sync_debug_mode("error")
    try:
        yield
    finally:
        torch.cuda.set_sync_debug_mode("default")


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@pytest.mark.parametrize("deterministic", [False, True])
@pytest.mark.parametrize("settings", EVERY, ids=name)
def test_a_gpu_augments_as_the_cpu_does_and_never_waits(
    settings: dict[str, Any], deterministic: bool, pictures: Callable[..., Tensor]
) -> None:
    images = pictures(40)
    cuda = torch.device("cuda")
    moved = images.to(cuda)
    torch.use_deterministic_algorithms(deterministic)
    try:
        with refusing_to_wait():
            results = draw(settings, 50, device=cuda).apply(moved, 7)
    finally:
        torch.use_deterministic_algorithms(False)
    assert torch.equal(results.cpu(), draw(settings, 50).apply(images, 7))


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@pytest.mark.parametrize(
    "settings", [{"mixup": 0.4}, {"cutmix": 1.0}, {"mixup": 0.4, "cutmix": 1.0}], ids=name
)
def test_a_gpu_mixes_as_the_cpu_does_and_never_waits(settings: dict[str, Any]) -> None:
    mixing = make_mixing(Recipe(**settings))
    assert mixing is not None
    cuda = torch.device("cuda")
    inputs, targets = torch.randn(16, 3, 8, 10), torch.eye(16)
    moved = inputs.to(cuda, memory_format=torch.channels_last), targets.to(cuda)
    for start in (0, 3, 9):
        here, there = (torch.Generator().manual_seed(0) for _ in range(2))
        expected = mixing.draw(30, here, CPU).apply(inputs, targets, start)
        with refusing_to_wait():
            results = mixing.draw(30, there, cuda).apply(*moved, start)
        assert results[0].stride() == moved[0].stride()
        for result, wanted in zip(results, expected, strict=True):
            assert torch.allclose(result.cpu(), wanted, atol=1e-5)
