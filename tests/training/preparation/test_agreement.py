from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.catalogue import data, recipes
from netdsl.training import ImageDataset, Recipe, Statistics, train
from netdsl.training.data.dataset import Split

Net = Callable[..., nn.Module]
Refused = Callable[[Callable[[], object]], Diagnostic]


def dataset_of(*shape: int, classes: int = 2) -> ImageDataset:
    split = Split(torch.zeros(8, *shape, dtype=torch.uint8), torch.arange(8) % classes)
    return ImageDataset("greys", split, None, None, tuple(f"class {n}" for n in range(classes)))


@pytest.fixture
def refusal(tmp_path: Path, refused: Refused) -> Callable[..., Diagnostic]:
    def attempt(
        module: nn.Module, dataset: ImageDataset, recipe: Recipe | None = None, **more: object
    ) -> Diagnostic:
        found = refused(lambda: train(module, dataset, recipe or Recipe(), tmp_path / "run", **more))  # type: ignore[arg-type]
        assert not (tmp_path / "run").exists()
        return found

    return attempt


@pytest.mark.parametrize(
    ("declared", "help_text"),
    [
        ((3, 32, 32), "--resize 32 --channels 3"),
        ((1, 28, 32), "--resize '[28, 32]'"),
        ((3, 28, 28), "--channels 3"),
    ],
)
def test_a_declared_input_of_another_shape(
    refusal: Callable[..., Diagnostic], small_net: Net, declared: tuple[int, ...], help_text: str
) -> None:
    found = refusal(small_net(), dataset_of(1, 28, 28), input_shape=declared)
    assert found.code == data.SHAPE_MISMATCH
    assert "x".join(map(str, declared)) in found.message
    assert "1x28x28" in found.message
    assert found.help is not None
    assert help_text in found.help


def test_fewer_outputs_than_classes(
    refusal: Callable[..., Diagnostic], small_net: Net, few_shapes: ImageDataset
) -> None:
    found = refusal(small_net(classes=9), few_shapes)
    assert found.code == data.TOO_FEW_OUTPUTS
    assert "9 outputs" in found.message
    assert "10 classes" in found.message
    assert found.help is not None
    assert "--set classes=10" in found.help


def test_a_network_that_can_not_take_the_images(refusal: Callable[..., Diagnostic], small_net: Net) -> None:
    found = refusal(small_net(), dataset_of(1, 32, 32))
    assert found.code == data.FORWARD_FAILED
    assert "1x32x32" in found.message
    assert refusal(small_net(), dataset_of(3, 64, 64)).code == data.FORWARD_FAILED
    no_rows = nn.Sequential(nn.Conv2d(1, 2, 1))
    assert "(2, 2, 4, 4)" in refusal(no_rows, dataset_of(1, 4, 4)).message


def test_validation_larger_than_the_data(
    refusal: Callable[..., Diagnostic], small_net: Net, few_shapes: ImageDataset
) -> None:
    found = refusal(small_net(), few_shapes, Recipe(validation=400))
    assert found.code == data.VALIDATION_TOO_LARGE
    assert "400" in found.message


def test_statistics_for_another_number_of_channels(
    refusal: Callable[..., Diagnostic], small_net: Net, few_shapes: ImageDataset
) -> None:
    recipe = Recipe(normalization=Statistics(mean=(0.5,), std=(0.5,)))
    assert refusal(small_net(), few_shapes, recipe).code == data.WRONG_STATISTICS


def test_nothing_to_train(refusal: Callable[..., Diagnostic]) -> None:
    found = refusal(nn.Sequential(nn.Flatten()), dataset_of(1, 4, 4))
    assert found.code == recipes.NOTHING_TO_TRAIN


@pytest.mark.parametrize("device", ["gpu", "cuda:99", "cpu:x"])
def test_a_device_that_is_not_there(
    refusal: Callable[..., Diagnostic], small_net: Net, few_shapes: ImageDataset, device: str
) -> None:
    assert refusal(small_net(), few_shapes, device=device).code == recipes.UNAVAILABLE_DEVICE


class Viewing(nn.Module):
    """Takes contiguous images only."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.linear = nn.Linear(4 * 32 * 32, 10)

    def forward(self, images: Tensor) -> Tensor:
        x = self.conv(images)
        result: Tensor = self.linear(x.view(len(x), -1))
        return result


def test_modules_that_need_contiguous_images_get_them(tmp_path: Path, few_shapes: ImageDataset) -> None:
    assert train(Viewing(), few_shapes, Recipe(epochs=1), tmp_path, device="cpu").result.epochs == 1


def one_value_a_channel() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.AdaptiveAvgPool2d(1), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(4, 2)
    )


@pytest.mark.parametrize(
    "recipe",
    [Recipe(batch_size=1), Recipe(batch_size=1, steps=200), Recipe(subset=1, validation=0)],
)
def test_a_batch_norm_over_a_single_value(refusal: Callable[..., Diagnostic], recipe: Recipe) -> None:
    found = refusal(one_value_a_channel(), dataset_of(1, 8, 8), recipe)
    assert found.code == data.FORWARD_FAILED
    assert "a batch of one image" in found.message
    assert "more than 1 value per channel" in found.message
    assert found.help is not None
    assert "--batch-size 2" in found.help


def test_a_batch_norm_over_one_image_of_several_pixels_trains(tmp_path: Path) -> None:
    module = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(4 * 36, 2))
    recipe = Recipe(batch_size=1, steps=1, validation=0)
    train(module, dataset_of(1, 8, 8), recipe, tmp_path / "run", device="cpu")
    # The step alone has moved the statistics: what was tried before it is undone.
    assert int(module[1].num_batches_tracked) == 1


def test_a_last_batch_of_one_image_is_none(tmp_path: Path) -> None:
    recipe = Recipe(batch_size=7, epochs=1, validation=0)
    run = train(one_value_a_channel(), dataset_of(1, 8, 8), recipe, tmp_path / "run", device="cpu")
    assert len(run.history) == 1
