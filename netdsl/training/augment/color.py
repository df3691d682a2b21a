"""Brightness, contrast, saturation, hue and sharpness, as torchvision's `adjust_...` functions define them.

Each takes uint8 pixels (n, height, width, channels) and one value an image,
float64 (n,) from the CPU. A factor of 1 leaves an image as it is; 0 makes it
black, grey all over, colourless or blurred; above 1, more of the contrary.
Results are cut to 0..255 and to whole numbers. Saturation and hue leave images
of one channel as they are.
"""

from __future__ import annotations

import torch
from torch import Tensor

# ITU-R BT.601's weights of red, green and blue in the brightness that is seen.
_WEIGHTS = (0.2989, 0.587, 0.114)
# A hair below 256: makes the whole range of a float fall into 256 levels as good as equally wide.
_LEVELS = 255.999


def brightness(pixels: Tensor, factors: Tensor) -> Tensor:
    """Blend with black."""
    return _whole(pixels * _per_image(factors, pixels))


def contrast(pixels: Tensor, factors: Tensor) -> Tensor:
    """Blend with the mean of the image's grey version."""
    _, height, width, channels = pixels.shape
    grey = _grey(pixels) if channels == 3 else pixels
    # Summed as whole numbers, the mean doesn't depend on the order of summation.
    total = grey.to(torch.uint8).sum((1, 2, 3), dtype=torch.int64)
    mean = (total / (height * width)).view(-1, 1, 1, 1)
    return _blend(pixels, mean, factors)


def saturation(pixels: Tensor, factors: Tensor) -> Tensor:
    """Blend with the image's grey version."""
    if pixels.shape[3] == 1:
        return pixels
    return _blend(pixels, _grey(pixels), factors)


def sharpness(pixels: Tensor, factors: Tensor) -> Tensor:
    """Blend with a blur of 3 x 3 pixels, 5 parts the middle and 1 part each neighbour; the edge stays."""
    _, height, width, _ = pixels.shape
    if height <= 2 or width <= 2:
        return pixels
    sharp = pixels.float()
    middle = sharp[:, 1:-1, 1:-1]
    across = sharp[:, :, :-2] + sharp[:, :, 1:-1] + sharp[:, :, 2:]
    around = across[:, :-2] + across[:, 1:-1] + across[:, 2:]
    blurred = ((around + 4 * middle) / 13).round_()
    middle += (blurred - middle) * _per_image(1 - factors, pixels)
    return _whole(sharp)


def hue(pixels: Tensor, turns: Tensor) -> Tensor:
    """Turn the hue by parts (-0.5 to 0.5) of the circle of colours, keeping the saturation and value of HSV.

    Smith 1978, "Color gamut transform pairs", with hues counted in sixths
    of the circle from red.
    """
    if pixels.shape[3] == 1:
        return pixels
    red, green, blue = pixels.float().unbind(3)
    highest = torch.maximum(torch.maximum(red, green), blue)
    chroma = highest - torch.minimum(torch.minimum(red, green), blue)
    divisor = chroma.clamp_min(1)  # where there is no colour, the hue is of no effect
    sixth = torch.where(
        highest == red,
        (green - blue) / divisor,
        torch.where(highest == green, (blue - red) / divisor + 2, (red - green) / divisor + 4),
    )
    sixth = sixth + _per_image(6 * turns, pixels)[..., 0]
    # A channel loses all of its colour for two sixths of the circle, at a place of its own.
    places = sixth[..., None] + torch.arange(5, 0, -2, device=pixels.device)
    places = places.remainder_(6)
    lost = torch.minimum(places, 4 - places).clamp_(0, 1)
    turned = highest[..., None] - chroma[..., None] * lost
    return _whole(turned * (_LEVELS / 255))


def _grey(pixels: Tensor) -> Tensor:
    """The grey version, whole numbers as float32 (n, height, width, 1)."""
    red, green, blue = (channel * weight for channel, weight in zip(pixels.unbind(3), _WEIGHTS, strict=True))
    return (red + green + blue).floor_()[..., None]


def _blend(pixels: Tensor, other: Tensor, factors: Tensor) -> Tensor:
    return _whole(pixels * _per_image(factors, pixels) + other * _per_image(1 - factors, pixels))


def _per_image(values: Tensor, pixels: Tensor) -> Tensor:
    return values.float().to(pixels.device, non_blocking=True).view(-1, 1, 1, 1)


def _whole(levels: Tensor) -> Tensor:
    return levels.clamp_(0, 255).to(torch.uint8)
