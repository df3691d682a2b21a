from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from netdsl.training import ImageOptions, Recipe, load_dataset, train
from netdsl.training.data.names import NAMED_SETS
from netdsl.training.data.shapes import draw_shapes


def test_shape_classes_and_balance() -> None:
    dataset = draw_shapes(train=200, test=50)
    declared = NAMED_SETS["shapes"]
    assert dataset.shape == declared.shape == (3, 32, 32)
    assert len(dataset.classes) == declared.classes == 10
    assert dataset.test is not None
    assert torch.bincount(dataset.train.labels).tolist() == [20] * 10
    assert torch.bincount(dataset.test.labels).tolist() == [5] * 10


def test_equal_seeds_draw_equal_images() -> None:
    first, again, other = (draw_shapes(seed, train=60, test=20) for seed in (3, 3, 4))
    assert torch.equal(first.train.images, again.train.images)
    assert torch.equal(first.train.labels, again.train.labels)
    assert not torch.equal(first.train.images, other.train.images)
    assert first.test is not None
    assert not torch.equal(first.train.images[:20], first.test.images)


def test_by_name_and_with_options() -> None:
    dataset = load_dataset("shapes", options=ImageOptions(resize=(16, 16), channels=1))
    assert dataset.shape == (1, 16, 16)
    assert len(dataset.train) == 12_000
    assert dataset.test is not None
    assert len(dataset.test) == 2_000


def test_a_convolutional_network_beats_a_linear_one_by_far(tmp_path: Path) -> None:
    dataset = draw_shapes(train=3000, test=600)
    recipe = Recipe(epochs=5, validation=0, learning_rate=3e-3, batch_size=32)
    torch.manual_seed(0)
    convolutional = nn.Sequential(
        nn.Conv2d(3, 16, 5, stride=2, padding=2),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 32, 3, padding=1),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.AdaptiveMaxPool2d(1),
        nn.Flatten(),
        nn.Linear(32, 10),
    )
    linear = nn.Sequential(nn.Flatten(), nn.Linear(3 * 32 * 32, 10))
    reached = {}
    for name, module in (("convolutional", convolutional), ("linear", linear)):
        result = train(module, dataset, recipe, tmp_path / name, device="cpu").result
        assert result.test_accuracy is not None
        reached[name] = result.test_accuracy
    assert reached["linear"] < 0.25
    assert reached["convolutional"] > 0.5


@pytest.mark.parametrize("label", range(10))
def test_every_figure_is_drawn(label: int) -> None:
    dataset = draw_shapes(train=100, test=10)
    drawn = dataset.train.images[dataset.train.labels == label].float()
    # A figure differs from its ground: an image of noise alone would hardly vary.
    assert drawn.std(dim=(1, 2, 3)).min() > 10
