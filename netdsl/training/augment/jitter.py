"""Colour jitter: brightness, contrast, saturation and hue changed at random, in random order."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from netdsl.training.augment.draws import DrawnStep, uniform
from netdsl.training.augment.operations import Operation, operate


@dataclass(frozen=True, slots=True)
class Jitter:
    """Changes an image's colours, as torchvision's `ColorJitter` does.

    Factors are from 1 - x, but at least 0, to 1 + x for each of
    `brightness`, `contrast` and `saturation`; the hue turns by up to `hue`
    (0 to 0.5) of the circle either way. The order is each image's own.
    """

    brightness: float = 0.0
    contrast: float = 0.0
    saturation: float = 0.0
    hue: float = 0.0

    def draw(
        self, images: Tensor, epoch: int, seed: int, generator: torch.Generator, device: torch.device
    ) -> DrawnStep:
        """Draw an order, factors and a turn for each position; of these, only what is wanted."""
        ranges = self._ranges()
        count = len(images)
        values = [uniform((count,), low, high, generator) for low, high in ranges.values()]
        order = torch.rand((count, len(ranges)), generator=generator).argsort(dim=1)
        operations = torch.tensor(list(ranges))[order]
        return DrawnJitter(operations, torch.stack(values, dim=1).double().gather(1, order))

    def _ranges(self) -> dict[Operation, tuple[float, float]]:
        """The operations that change anything, and the least and the greatest value of each."""
        factors = {
            Operation.BRIGHTNESS: self.brightness,
            Operation.CONTRAST: self.contrast,
            Operation.SATURATION: self.saturation,
        }
        ranges = {kind: (max(0.0, 1 - width), 1 + width) for kind, width in factors.items() if width}
        if self.hue:
            ranges[Operation.HUE] = (-self.hue, self.hue)
        return ranges


@dataclass(frozen=True, slots=True, eq=False)
class DrawnJitter:
    """Operations and their values in the order in which each position gets them, (count, operations)."""

    operations: Tensor
    values: Tensor

    def apply(self, pixels: Tensor, start: int) -> Tensor:
        """Change the colours of the images from position `start` on."""
        some = slice(start, start + len(pixels))
        return operate(pixels, self.operations[some], self.values[some])
