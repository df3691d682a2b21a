"""Augmentation of a whole batch at once, each image by numbers drawn for it alone."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True)
class CropAndFlip:
    """Pads with black, crops at a random place to the old size, and mirrors half of the images.

    `padding` is in pixels, on every side; `flip` says whether to mirror.
    """

    padding: int = 0
    flip: bool = False

    @property
    def changes_nothing(self) -> bool:
        """Whether images come out as they went in."""
        return self.padding == 0 and not self.flip

    def draw(self, count: int, generator: torch.Generator) -> Tensor:
        """Numbers for so many images.

        They are int64 of shape (count, 3): top and left (0 to twice the
        padding), and whether mirrored (0 or 1).
        """
        places = torch.randint(0, 2 * self.padding + 1, (count, 2), generator=generator)
        mirrored = torch.randint(0, 2 if self.flip else 1, (count, 1), generator=generator)
        return torch.cat([places, mirrored], dim=1)

    def apply(self, pixels: Tensor, drawn: Tensor) -> Tensor:
        """Augment pixels (images, height, width, channels) by the numbers drawn for them."""
        count, height, width, channels = pixels.shape
        top, left, mirrored = drawn.unbind(1)
        side = self.padding
        if side:
            pixels = functional.pad(pixels, (0, 0, side, side, side, side))
        padded_height, padded_width = height + 2 * side, width + 2 * side
        rightward = torch.arange(width, device=pixels.device)
        columns = torch.where(mirrored[:, None] > 0, rightward.flip(0), rightward) + left[:, None]
        rows = top[:, None] + torch.arange(height, device=pixels.device)
        rows += torch.arange(0, count * padded_height, padded_height, device=pixels.device)[:, None]
        # One gather of whole pixels does both; it costs less than a crop and a flip apart.
        places = (rows * padded_width)[:, :, None] + columns[:, None, :]
        gathered = pixels.reshape(-1, channels).index_select(0, places.flatten())
        return gathered.view(count, height, width, channels)
