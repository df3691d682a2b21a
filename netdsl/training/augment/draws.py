"""How numbers are drawn for an epoch, and how they become what an image needs.

Everything is drawn on the CPU for the whole epoch, before the size of the
images is known: a draw is a number from 0 to 1, or a small whole number.
What depends on the size is worked out batch by batch from the draw, with
operations that round alike on every device (products, roots and floors, one
at a time).
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import torch
from torch import Tensor

# The increment and the multipliers of SplitMix64.
_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


class DrawnStep(Protocol):
    """One augmentation with its draws for every position of an epoch."""

    def apply(self, pixels: Tensor, start: int) -> Tensor:
        """Augment uint8 pixels (n, height, width, channels), the images from position `start` on.

        The given pixels are left as they are; the result has their shape.
        """
        ...


class Step(Protocol):
    """One augmentation, as the recipe sets it."""

    def draw(
        self, images: Tensor, epoch: int, seed: int, generator: torch.Generator, device: torch.device
    ) -> DrawnStep:
        """Draw for every position of an epoch; the arguments are those of `Augmentation.draw`."""
        ...


def uniform(shape: tuple[int, ...], low: float, high: float, generator: torch.Generator) -> Tensor:
    """Numbers from `low` to `high`, float32 on the CPU."""
    return torch.rand(shape, generator=generator) * (high - low) + low


def one_of(fractions: Tensor, count: int | Tensor) -> Tensor:
    """Draws from 0 to below 1 as whole numbers from 0 to `count` - 1, each as likely."""
    numbers = (fractions * count).long()
    # A float32 just below 1 can round up to `count` in the product.
    return numbers.clamp_max(count - 1)


def lasting_bits(images: Tensor, seed: int) -> Tensor:
    """A random bit for each image that depends on the image's number and the seed alone, int64 (count,).

    It is the top bit of SplitMix64 (Steele, Lea and Flood 2014)
    at the image's place in the sequence of the seed, so that it doesn't
    matter which other images there are.
    """
    beginning = np.random.SeedSequence(seed).generate_state(1, np.uint64)
    mixed = beginning + (images.numpy().astype(np.uint64) + np.uint64(1)) * _STEP
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    mixed = mixed ^ (mixed >> np.uint64(31))
    return torch.from_numpy((mixed >> np.uint64(63)).astype(np.int64))
