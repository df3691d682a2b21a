"""Arrays in any of the usual layouts to uint8 images of the wanted size and channels."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from netdsl.training.image_options import ImageOptions

# ITU-R 601, as PIL and torchvision weigh red, green and blue.
_LUMA = (0.299, 0.587, 0.114)
_AT_ONCE = 1024


def convert(images: Tensor, options: ImageOptions) -> Tensor:
    """Bring uint8 images (images, channels, height, width) to the options' size and channels."""
    images = images.contiguous(memory_format=torch.channels_last)
    if options.channels not in (None, images.shape[1]) or options.resize not in (None, images.shape[2:]):
        parts = torch.split(images, _AT_ONCE)
        images = torch.cat([_convert(part, options) for part in parts])
    return images


def to_channels(images: Tensor, channels: int) -> Tensor:
    """Grey (…, 1, height, width) to RGB (…, 3, …), or RGB to grey by its luma."""
    if images.shape[-3] == channels:
        return images
    if channels == 3:
        return images.expand(*images.shape[:-3], 3, *images.shape[-2:])
    red, green, blue = images.float().unbind(-3)
    luma = _LUMA[0] * red + _LUMA[1] * green + _LUMA[2] * blue
    return luma.round().to(torch.uint8).unsqueeze(-3)


def resize(images: Tensor, size: tuple[int, int]) -> Tensor:
    """Images (images, channels, height, width) at (height, width), bilinear with antialiasing."""
    if tuple(images.shape[-2:]) == size:
        return images
    return functional.interpolate(images, size, mode="bilinear", antialias=True, align_corners=False)


def _convert(images: Tensor, options: ImageOptions) -> Tensor:
    if options.channels is not None:
        images = to_channels(images, options.channels)
    if options.resize is not None:
        images = resize(images, options.resize)
    return images.contiguous(memory_format=torch.channels_last)
