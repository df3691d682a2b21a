"""Published policies: AutoAugment's for CIFAR-10, RandAugment and TrivialAugment, in torchvision's ranges."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from netdsl.training.augment.cifar10 import SUBPOLICIES
from netdsl.training.augment.draws import DrawnStep
from netdsl.training.augment.operations import Operation, operate
from netdsl.training.augment.spaces import CIFAR10, RANDOM, TRIVIAL_WIDE, Space


@dataclass(frozen=True, slots=True)
class Cifar10:
    """AutoAugment's policy for CIFAR-10 (Cubuk et al. 2019, section 4.1 and table 7).

    Each image gets one of 25 pairs of operations. Each operation of the pair
    happens with its own probability; either sign of its value is as likely.
    """

    def draw(
        self, images: Tensor, epoch: int, seed: int, generator: torch.Generator, device: torch.device
    ) -> DrawnStep:
        """Draw a pair, which of its operations happen, and signs, for each position."""
        count = len(images)
        pairs = torch.randint(0, len(SUBPOLICIES), (count,), generator=generator)
        happening = torch.rand((count, 2), generator=generator)
        signs = _signs((count, 2), generator)
        kinds = torch.tensor([[part.operation for part in pair] for pair in SUBPOLICIES])[pairs]
        chances = torch.tensor([[part.probability for part in pair] for pair in SUBPOLICIES])[pairs]
        bins = torch.tensor([[part.magnitude for part in pair] for pair in SUBPOLICIES])[pairs]
        kinds = torch.where(happening < chances, kinds, int(Operation.IDENTITY))
        return DrawnPolicy(CIFAR10, kinds, bins, signs)


@dataclass(frozen=True, slots=True)
class Rand:
    """RandAugment (Cubuk et al. 2020, section 3).

    Each image gets `num_ops` operations one after the other, any of them as
    likely, all of magnitude `magnitude` (0 to 30).
    """

    num_ops: int
    magnitude: int

    def draw(
        self, images: Tensor, epoch: int, seed: int, generator: torch.Generator, device: torch.device
    ) -> DrawnStep:
        """Draw operations and signs for each position."""
        shape = (len(images), self.num_ops)
        kinds = RANDOM.pick(shape, generator)
        return DrawnPolicy(RANDOM, kinds, torch.full(shape, self.magnitude), _signs(shape, generator))


@dataclass(frozen=True, slots=True)
class Trivial:
    """TrivialAugment in the wide space (Müller and Hutter 2021, section 3).

    Each image gets one operation of any magnitude, all as likely.
    """

    def draw(
        self, images: Tensor, epoch: int, seed: int, generator: torch.Generator, device: torch.device
    ) -> DrawnStep:
        """Draw an operation, a magnitude and a sign for each position."""
        shape = (len(images), 1)
        kinds = TRIVIAL_WIDE.pick(shape, generator)
        bins = torch.randint(0, TRIVIAL_WIDE.bins, shape, generator=generator)
        return DrawnPolicy(TRIVIAL_WIDE, kinds, bins, _signs(shape, generator))


@dataclass(frozen=True, slots=True, eq=False)
class DrawnPolicy:
    """A policy's choices for an epoch, on the CPU.

    `operations`, `bins` (which magnitude of the space) and `signs` (-1 or 1)
    are int64 of shape (count, operations an image).
    """

    space: Space
    operations: Tensor
    bins: Tensor
    signs: Tensor

    def apply(self, pixels: Tensor, start: int) -> Tensor:
        """Apply their operations to the images from position `start` on."""
        some = slice(start, start + len(pixels))
        _, height, width, _ = pixels.shape
        values = self.space.values(
            self.operations[some], self.bins[some], self.signs[some], height=height, width=width
        )
        return operate(pixels, self.operations[some], values)


def _signs(shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    return 2 * torch.randint(0, 2, shape, generator=generator) - 1
