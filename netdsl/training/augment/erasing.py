"""Parts of the image made black: cutout and random erasing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from netdsl.training.augment.boxes import Boxes
from netdsl.training.augment.draws import DrawnStep, one_of, uniform

# How often torchvision's `RandomErasing` tries to find a rectangle that fits, before it leaves the image.
_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class Cutout:
    """Blackens a square of `side` pixels (DeVries and Taylor 2017, section 3.2).

    Its centre is anywhere in the image, as likely at each pixel; what
    is beyond the border is cut off.
    """

    side: int

    def draw(
        self, images: Tensor, epoch: int, seed: int, generator: torch.Generator, device: torch.device
    ) -> DrawnStep:
        """Draw a centre for each position."""
        centres = uniform((len(images), 2), 0, 1, generator)
        return DrawnCutout(self.side, centres.to(device, non_blocking=True))


@dataclass(frozen=True, slots=True, eq=False)
class DrawnCutout:
    """Centres of squares, as parts of height and width, (count, 2)."""

    side: int
    centres: Tensor

    def apply(self, pixels: Tensor, start: int) -> Tensor:
        """Blacken a square of each image from position `start` on."""
        count, height, width, _ = pixels.shape
        down, across = self.centres[start : start + count].unbind(1)
        top, left = (one_of(down, height) - self.side // 2), (one_of(across, width) - self.side // 2)
        return Boxes(top, left, top + self.side, left + self.side).blacken(pixels)


@dataclass(frozen=True, slots=True)
class Erasing:
    """Blackens a rectangle with probability `probability` (Zhong et al. 2020, section 3.2, algorithm 1).

    Its area is a part of the image's from `scale`, and height over width
    from `ratio`, evenly on a logarithmic scale. Where it isn't smaller than
    the image in both directions, it is drawn again, up to ten times in all.
    """

    probability: float = 0.5
    scale: tuple[float, float] = (0.02, 0.33)
    ratio: tuple[float, float] = (0.3, 3.3)

    def draw(
        self, images: Tensor, epoch: int, seed: int, generator: torch.Generator, device: torch.device
    ) -> DrawnStep:
        """Draw whether, the sizes of all attempts, and a place for each position."""
        count = len(images)
        wanted = torch.rand(count, generator=generator) < self.probability
        areas = uniform((count, _ATTEMPTS), *self.scale, generator)
        lowest, highest = (math.log(ratio) for ratio in self.ratio)
        ratios = uniform((count, _ATTEMPTS), lowest, highest, generator).exp()
        places = uniform((count, 2), 0, 1, generator)
        # Height and width for an image of one pixel; the square root of its real area is yet to come.
        sizes = torch.stack([(areas * ratios).sqrt(), (areas / ratios).sqrt()], dim=1)
        # An area of nothing is not taken, and not tried again.
        sizes[~wanted] = 0
        return DrawnErasing(sizes.to(device, non_blocking=True), places.to(device, non_blocking=True))


@dataclass(frozen=True, slots=True, eq=False)
class DrawnErasing:
    """Rectangles of an epoch.

    `sizes` are heights and widths of all attempts, as parts of the side of
    a square of the image's area, (count, 2, attempts); 0 where nothing is
    erased. `places` say where the rectangle lies, from wholly up and left (0)
    to wholly down and right (1), (count, 2).
    """

    sizes: Tensor
    places: Tensor

    def apply(self, pixels: Tensor, start: int) -> Tensor:
        """Blacken a rectangle of each image from position `start` on."""
        count, height, width, _ = pixels.shape
        sizes = (self.sizes[start : start + count] * math.sqrt(height * width)).round().long()
        heights, widths = sizes.unbind(1)
        fitting = (heights < height) & (widths < width)
        # The first attempt that fits; the first of all where none does.
        attempt = fitting.to(torch.uint8).argmax(1, keepdim=True)
        taken = fitting.gather(1, attempt)
        high, wide = ((side.gather(1, attempt) * taken)[:, 0] for side in (heights, widths))
        down, across = self.places[start : start + count].unbind(1)
        top, left = one_of(down, height - high + 1), one_of(across, width - wide + 1)
        return Boxes(top, left, top + high, left + wide).blacken(pixels)
