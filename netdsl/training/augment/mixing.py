"""Mixup and cutmix: pairs of images made into one, and their labels with them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from netdsl.training.augment.boxes import Boxes
from netdsl.training.augment.draws import one_of, uniform
from netdsl.training.recipe import Recipe


def make_mixing(recipe: Recipe) -> Mixing | None:
    """What the recipe's `mixup` and `cutmix` say; None where neither is on."""
    return Mixing(recipe.mixup, recipe.cutmix) if recipe.mixup or recipe.cutmix else None


@dataclass(frozen=True, slots=True)
class Mixing:
    """Mixes each image of a batch with another of the batch, by a share of its own.

    `mixup` and `cutmix` are the two parameters of the Beta distribution that
    the shares are drawn from; 0 switches one off. With both on, each batch
    has one of the two, either as likely.
    """

    mixup: float = 0.0
    cutmix: float = 0.0

    def draw(self, count: int, generator: torch.Generator, device: torch.device) -> MixedEpoch:
        """Draw for `count` positions, on the CPU; what `apply` needs goes to the device."""
        ranks = torch.randperm(count, generator=generator).to(device, non_blocking=True)
        blend = paste = None
        if self.mixup:
            blend = Blend(_beta(self.mixup, count, generator).to(device, non_blocking=True))
        if self.cutmix:
            cut = (1 - _beta(self.cutmix, count, generator)).sqrt()
            centres = uniform((count, 2), 0, 1, generator)
            paste = Paste(cut.to(device, non_blocking=True), centres.to(device, non_blocking=True))
        choices = torch.rand(count, generator=generator)
        return MixedEpoch(ranks, blend, paste, choices)


@dataclass(frozen=True, slots=True, eq=False)
class Blend:
    """Mixup (Zhang et al. 2018, section 2): weighted means, the image's own weights `shares` (count,)."""

    shares: Tensor

    def mix(self, inputs: Tensor, others: Tensor, start: int) -> tuple[Tensor, Tensor]:
        """The mixed inputs, in the place of `others`, and the share of its own in each, float32 (n,)."""
        shares = self.shares[start : start + len(inputs)]
        own = shares.to(inputs.dtype).view(-1, 1, 1, 1)
        return others.mul_(1 - own).addcmul_(inputs, own), shares


@dataclass(frozen=True, slots=True, eq=False)
class Paste:
    """Cutmix (Yun et al. 2019, section 3.1 and appendix A): a rectangle is the other image's.

    `cuts` (count,) are the rectangles' sides as parts of the image's, and
    `centres` (count, 2), which are anywhere in the image, parts of height
    and width. What is beyond the border is cut off, and the share is that of
    the pixels that stay.
    """

    cuts: Tensor
    centres: Tensor

    def boxes(self, start: int, count: int, height: int, width: int) -> Boxes:
        """The rectangles for images of that size."""
        cuts = self.cuts[start : start + count]
        down, across = self.centres[start : start + count].unbind(1)
        row, column = one_of(down, height), one_of(across, width)
        half_high, half_wide = (cuts * (height / 2)).long(), (cuts * (width / 2)).long()
        return Boxes(
            (row - half_high).clamp_min(0),
            (column - half_wide).clamp_min(0),
            (row + half_high).clamp_max(height),
            (column + half_wide).clamp_max(width),
        )

    def mix(self, inputs: Tensor, others: Tensor, start: int) -> tuple[Tensor, Tensor]:
        """The mixed inputs, in the place of `others`, and the share of its own in each, float32 (n,)."""
        count, _, height, width = inputs.shape
        boxes = self.boxes(start, count, height, width)
        pasted = boxes.mask(height, width)[:, None]
        area = (boxes.bottom - boxes.top) * (boxes.right - boxes.left)
        return torch.where(pasted, others, inputs, out=others), 1 - area / (height * width)


@dataclass(frozen=True, slots=True, eq=False)
class MixedEpoch:
    """The draws of an epoch.

    `ranks` (count,) is a random order of the positions; `choices` (count,)
    are numbers from 0 to 1 on the CPU.
    """

    ranks: Tensor
    blend: Blend | None
    paste: Paste | None
    choices: Tensor

    def apply(self, inputs: Tensor, targets: Tensor, start: int) -> tuple[Tensor, Tensor]:
        """Mix the batch of the images from position `start` on, and their targets.

        `inputs` are floats (n, channels, height, width), normalized, in any
        memory format, which the result has too; `targets` are shares of the
        classes (n, classes). An image's partner may be the image itself.
        """
        # Positions in the order of distinct ranks: a permutation, and the same on every device.
        partners = self.ranks[start : start + len(inputs)].argsort()
        mixed, shares = self._method(start).mix(inputs, _take(inputs, partners), start)
        own = shares.to(targets.dtype)[:, None]
        return mixed, targets * own + targets.index_select(0, partners) * (1 - own)

    def _method(self, start: int) -> Blend | Paste:
        if self.blend is None or self.paste is None:
            method = self.blend or self.paste
            assert method is not None
            return method
        return self.blend if float(self.choices[start]) < 0.5 else self.paste


def _take(inputs: Tensor, images: Tensor) -> Tensor:
    """Those images, lying in memory like `inputs`."""
    # Images of one channel count as lying either way, and only their strides say which is meant.
    if inputs.stride(1) == 1 and inputs.is_contiguous(memory_format=torch.channels_last):
        return inputs.permute(0, 2, 3, 1).index_select(0, images).permute(0, 3, 1, 2)
    return inputs.index_select(0, images)


def _beta(parameter: float, count: int, generator: torch.Generator) -> Tensor:
    """Draws of Beta(`parameter`, `parameter`), float32 (count,) on the CPU."""
    # Torch draws from this distribution with its global generator only.
    seed = int(torch.randint(0, 2**62, (), generator=generator))
    return torch.from_numpy(np.random.default_rng(seed).beta(parameter, parameter, count)).float()
