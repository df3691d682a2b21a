from __future__ import annotations

import pytest
import torch

from netdsl.training.data.dataset import Split
from netdsl.training.loop.normalize import Normalizer, measure
from netdsl.training.recipe import Statistics


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
def test_normalized_images_have_mean_zero_and_deviation_one(memory_format: torch.memory_format) -> None:
    images = torch.randint(20, 200, (300, 3, 5, 6), dtype=torch.uint8)
    images[:, 1] //= 2
    split = Split(images, torch.zeros(300, dtype=torch.int64))
    statistics = measure(split)
    reference = images.double() / 255
    assert torch.allclose(torch.tensor(statistics.mean).double(), reference.mean((0, 2, 3)), atol=1e-5)
    expected = reference.std((0, 2, 3), correction=0)
    assert torch.allclose(torch.tensor(statistics.std).double(), expected, atol=1e-5)
    normalizer = Normalizer(statistics, 3, torch.device("cpu"), memory_format, torch.float32)
    batch = normalizer(images.permute(0, 2, 3, 1))
    assert batch.is_contiguous(memory_format=memory_format)
    assert torch.allclose(batch.mean((0, 2, 3)), torch.zeros(3), atol=1e-3)
    assert torch.allclose(batch.std((0, 2, 3)), torch.ones(3), atol=1e-3)


def test_statistics_are_the_part_s_own_and_never_divide_by_zero() -> None:
    images = torch.zeros(10, 1, 2, 2, dtype=torch.uint8)
    images[5:] = 200
    split = Split(images, torch.zeros(10, dtype=torch.int64))
    assert measure(split.part(torch.arange(5))) == Statistics(mean=(0.0,), std=(1.0,))
    assert measure(split).mean == (0.392157,)
