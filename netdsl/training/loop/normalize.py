"""Pixels to the numbers that a network is fed."""

from __future__ import annotations

import torch
from torch import Tensor

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import data as codes
from netdsl.training.data.dataset import ImageSplit, Split
from netdsl.training.recipe import Recipe, Statistics

_AT_ONCE = 256
_MOST_STREAMED = 5000


def resolve_normalization(recipe: Recipe, train: ImageSplit) -> Recipe:
    """The recipe with `normalization: data` replaced by the training images' own statistics.

    Raises `DiagnosticError` where given statistics have another number of
    channels than the images.
    """
    if recipe.normalization == "data":
        return recipe.model_copy(update={"normalization": measure(train)})
    if isinstance(recipe.normalization, Statistics):
        _check(recipe.normalization, train)
    return recipe


def measure(split: ImageSplit) -> Statistics:
    """Mean and standard deviation of each channel over all pixels, scaled to 0..1.

    Images in memory all count. Of streamed ones, which have to be decoded
    for it, at most 5,000 do, always the same: they are drawn by a fixed seed.
    Raises `DiagnosticError` where one of them can't be read.
    """
    channels, height, width = split.shape
    total = torch.zeros(channels, dtype=torch.float64)
    squares = torch.zeros(channels, dtype=torch.float64)
    measured = _measured(split)
    for pixels in split.batches(torch.split(measured, _AT_ONCE)):
        part = pixels.view(-1, channels).float()
        total += part.sum(0).double().cpu()
        squares += part.square_().sum(0).double().cpu()
    count = len(measured) * height * width
    mean = total / count
    deviation = (squares / count - mean.square()).clamp_min(0).sqrt()
    # A channel that never changes is left as dark as it is rather than divided by nothing.
    deviation[deviation < 0.5] = 255
    return Statistics(mean=_rounded(mean / 255), std=_rounded(deviation / 255))


def _measured(split: ImageSplit) -> Tensor:
    """The positions of the images that are measured."""
    if isinstance(split, Split) or len(split) <= _MOST_STREAMED:
        return torch.arange(len(split))
    drawn = torch.randperm(len(split), generator=torch.Generator().manual_seed(0))
    return drawn[:_MOST_STREAMED].sort().values


class Normalizer:
    """Turns uint8 pixels into a network's input, on the device.

    The result has the wanted memory format and floating type; without
    statistics it goes from 0 to 1.
    """

    def __init__(
        self,
        statistics: Statistics | None,
        channels: int,
        device: torch.device,
        memory_format: torch.memory_format,
        dtype: torch.dtype,
    ) -> None:
        mean = statistics.mean if statistics else (0.0,) * channels
        std = statistics.std if statistics else (1.0,) * channels
        self.memory_format = memory_format
        self.dtype = dtype
        self._mean = torch.tensor(mean, device=device, dtype=dtype).view(1, -1, 1, 1) * 255
        self._scale = 1 / (torch.tensor(std, device=device, dtype=dtype).view(1, -1, 1, 1) * 255)

    def __call__(self, pixels: Tensor) -> Tensor:
        """Pixels (images, height, width, channels) to input (images, channels, height, width)."""
        images = pixels.permute(0, 3, 1, 2).to(self.dtype, memory_format=self.memory_format)
        return images.sub_(self._mean).mul_(self._scale)


def _rounded(values: Tensor) -> tuple[float, ...]:
    return tuple(round(value, 6) for value in values.tolist())


def _check(statistics: Statistics, train: ImageSplit) -> None:
    channels = train.shape[0]
    if len(statistics.mean) != channels or len(statistics.std) != channels:
        raise DiagnosticError(
            Diagnostic(
                codes.WRONG_STATISTICS,
                f"`normalization` has {len(statistics.mean)} means and {len(statistics.std)} standard "
                f"deviations, but the images have {channels} channel{'s' * (channels > 1)}",
                help="write one number a channel, or `normalization: data`",
            )
        )
