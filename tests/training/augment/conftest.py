from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional
from torchvision.transforms import functional as v1
from torchvision.transforms.v2 import functional as v2

from netdsl.training.augment.operations import Operation

CPU = torch.device("cpu")
Reference = Callable[[Operation, Tensor, float], Tensor]

# Where torchvision's two versions differ by rounding, the one that rounds after each product, as here.
_REFERENCES: dict[Operation, Callable[[Tensor, float], Tensor]] = {
    Operation.IDENTITY: lambda image, value: image,
    Operation.SHEAR_X: lambda image, value: _shear(image, [math.degrees(math.atan(value)), 0.0]),
    Operation.SHEAR_Y: lambda image, value: _shear(image, [0.0, math.degrees(math.atan(value))]),
    Operation.TRANSLATE_X: lambda image, value: _translate(image, [int(value), 0]),
    Operation.TRANSLATE_Y: lambda image, value: _translate(image, [0, int(value)]),
    Operation.ROTATE: v2.rotate,
    Operation.BRIGHTNESS: v1.adjust_brightness,
    Operation.SATURATION: v1.adjust_saturation,
    Operation.CONTRAST: v1.adjust_contrast,
    Operation.SHARPNESS: v2.adjust_sharpness,
    Operation.POSTERIZE: lambda image, value: v2.posterize(image, int(value)),
    Operation.SOLARIZE: v2.solarize,
    Operation.AUTOCONTRAST: lambda image, value: v1.autocontrast(image),
    Operation.EQUALIZE: lambda image, value: v2.equalize(image),
    Operation.INVERT: lambda image, value: v2.invert(image),
    Operation.HUE: v2.adjust_hue,
}


def _shear(image: Tensor, degrees: list[float]) -> Tensor:
    return v2.affine(image, angle=0, translate=[0, 0], scale=1, shear=degrees, center=[0, 0])


def _translate(image: Tensor, pixels: list[int]) -> Tensor:
    return v2.affine(image, angle=0, translate=pixels, scale=1, shear=[0, 0])


@pytest.fixture
def reference() -> Reference:
    """One operation on one image (height, width, channels), by torchvision."""

    def apply(operation: Operation, image: Tensor, value: float) -> Tensor:
        return _REFERENCES[operation](image.permute(2, 0, 1), value).permute(1, 2, 0)

    return apply


@pytest.fixture
def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


@pytest.fixture
def pictures(generator: torch.Generator) -> Callable[..., Tensor]:
    """Half noise, half smooth, all of a range of levels of their own; wider than high."""

    def make(count: int = 24, channels: int = 3, height: int = 20, width: int = 24) -> Tensor:
        coarse = torch.rand(count, channels, 5, 5, generator=generator)
        images = functional.interpolate(coarse, (height, width), mode="bicubic").clamp_(0, 1)
        images[::2] = torch.rand(images[::2].shape, generator=generator)
        ends = torch.rand(2, count, channels, 1, 1, generator=generator)
        ends[0] *= 0.4
        ends[1] = 1 - 0.4 * ends[1]
        images = ends[0] + images * (ends[1] - ends[0])
        return (images * 255).round().to(torch.uint8).permute(0, 2, 3, 1).contiguous()

    return make


@pytest.fixture
def assert_alike() -> Callable[[Tensor, Tensor], None]:
    """Whether two samples can come from one distribution (Kolmogorov-Smirnov, at about 1 in 1000)."""

    def check(first: Tensor, second: Tensor) -> None:
        one, two = (np.sort(sample.double().flatten().numpy()) for sample in (first, second))
        values = np.concatenate([one, two])
        shares = [np.searchsorted(sample, values, side="right") / len(sample) for sample in (one, two)]
        apart = np.abs(shares[0] - shares[1]).max()
        assert apart < 1.95 * math.sqrt(1 / len(one) + 1 / len(two))

    return check


@pytest.fixture
def assert_uniform() -> Callable[[Tensor, float, float], None]:
    """Whether a sample can be uniform between two ends (Kolmogorov-Smirnov, at about 1 in 1000)."""

    def check(sample: Tensor, low: float, high: float) -> None:
        assert sample.min() >= low
        assert sample.max() <= high
        places = ((sample.double().flatten().sort().values - low) / (high - low)).numpy()
        apart = np.abs(places - np.linspace(0, 1, len(places))).max()
        assert apart < 1.95 / math.sqrt(len(places))

    return check


@pytest.fixture
def assert_as_likely() -> Callable[[Tensor, int], None]:
    """Whether whole numbers from 0 can be as likely, by how far each is from its share."""

    def check(numbers: Tensor, kinds: int) -> None:
        counts = torch.bincount(numbers.flatten(), minlength=kinds).double()
        assert len(counts) == kinds
        expected = numbers.numel() / kinds
        assert (counts - expected).abs().max() < 4.5 * math.sqrt(expected)

    return check
