"""Inversion, posterizing, solarizing, autocontrast and equalizing, as in Pillow's `ImageOps` and torchvision.

Each takes uint8 pixels (n, height, width, channels) and one value an image,
float64 (n,) from the CPU, which some have no use for. They were gathered as
augmentations by Cubuk et al. 2019, "AutoAugment", table 6.
"""

from __future__ import annotations

import torch
from torch import Tensor


def invert(pixels: Tensor, values: Tensor) -> Tensor:
    """Turn each level into its distance from 255."""
    return 255 - pixels


def posterize(pixels: Tensor, bits: Tensor) -> Tensor:
    """Keep so many (0 to 8) of each level's highest bits."""
    masks = 256 - (2 ** (8 - bits.long()))
    return pixels & _per_image(masks.to(torch.uint8), pixels)


def solarize(pixels: Tensor, thresholds: Tensor) -> Tensor:
    """Invert the levels from the threshold (0 to 255) on."""
    return torch.where(pixels >= _per_image(thresholds.float(), pixels), 255 - pixels, pixels)


def autocontrast(pixels: Tensor, values: Tensor) -> Tensor:
    """Stretch each channel's range of levels to 0..255; a channel of one level stays."""
    lowest = pixels.amin((1, 2), keepdim=True).float()
    extent = pixels.amax((1, 2), keepdim=True).float() - lowest
    # Products below 2 ** 24 and one division: the result is the exact quotient, rounded down.
    stretched = ((pixels - lowest) * 255 / extent.clamp_min(1)).to(torch.uint8)
    return torch.where(extent > 0, stretched, pixels)


def equalize(pixels: Tensor, values: Tensor) -> Tensor:
    """Give each channel's levels places in 0..255 by their rank among its pixels.

    Pillow's rule: `step` is how many pixels one level of the result should
    have, leaving out those of the highest level; a channel whose `step` is 0
    stays.
    """
    count, height, width, channels = pixels.shape
    device = pixels.device
    levels = pixels.permute(0, 3, 1, 2).reshape(count * channels, height * width).long()
    first = torch.arange(0, count * channels * 256, 256, device=device)[:, None]
    places = (levels + first).flatten()
    # Flat, because torch has a deterministic version on GPUs for one dimension only.
    histogram = torch.zeros(count * channels * 256, dtype=torch.int64, device=device)
    histogram.scatter_add_(0, places, torch.ones_like(places))
    histogram = histogram.view(-1, 256)
    highest = histogram.gather(1, levels.amax(1, keepdim=True))
    step = (height * width - highest) // 255
    below = histogram.cumsum(1) - histogram
    table = ((below + step // 2) // step.clamp_min(1)).clamp_(0, 255)
    table = torch.where(step > 0, table, torch.arange(256, device=device))
    equalized = table.to(torch.uint8).flatten().index_select(0, places)
    return equalized.view(count, channels, height, width).permute(0, 2, 3, 1)


def _per_image(values: Tensor, pixels: Tensor) -> Tensor:
    return values.to(pixels.device, non_blocking=True).view(-1, 1, 1, 1)
