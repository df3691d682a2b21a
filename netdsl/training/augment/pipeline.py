"""All augmentations of a recipe, one after the other."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from netdsl.training.augment.crop_and_flip import CropAndFlip
from netdsl.training.augment.draws import DrawnStep, Step
from netdsl.training.augment.erasing import Cutout, Erasing
from netdsl.training.augment.geometry import RotationAndTranslation
from netdsl.training.augment.jitter import Jitter
from netdsl.training.augment.policies import Cifar10, Rand, Trivial
from netdsl.training.recipe import Recipe
from netdsl.training.recipe.augmentation import AnyPolicy, Cifar10Policy, RandAugment, TrivialAugment


def make_augmentation(recipe: Recipe) -> Augmentation:
    """What the recipe's section Augmentation says, but for mixing, in its order."""
    steps: list[Step] = list(_policy(recipe.auto_augment))
    if recipe.rotation or recipe.translation:
        steps.append(RotationAndTranslation(recipe.rotation, recipe.translation))
    if recipe.crop_padding or recipe.horizontal_flip or recipe.vertical_flip:
        steps.append(
            CropAndFlip(
                recipe.crop_padding, recipe.crop_padding_mode, recipe.horizontal_flip, recipe.vertical_flip
            )
        )
    jitter = recipe.color_jitter
    if jitter is not None and any(jitter.model_dump().values()):
        steps.append(Jitter(**jitter.model_dump()))
    if recipe.cutout:
        steps.append(Cutout(recipe.cutout))
    erasing = recipe.random_erasing
    if erasing is not None and erasing.p:
        steps.append(Erasing(erasing.p, erasing.scale, erasing.ratio))
    return Augmentation(tuple(steps))


@dataclass(frozen=True, slots=True)
class Augmentation:
    """The augmentations that training images go through, in order."""

    steps: tuple[Step, ...] = ()

    @property
    def changes_nothing(self) -> bool:
        """Whether images come out as they went in."""
        return not self.steps

    def draw(
        self, images: Tensor, epoch: int, seed: int, generator: torch.Generator, device: torch.device
    ) -> AugmentedEpoch:
        """Draw everything that an epoch needs.

        `images` (int64 (count,), on the CPU) says which image stands at each
        position of the epoch, and `epoch` counts from 1. Everything random
        comes from the generator, which is on the CPU, so that the draws are
        the same for every device; but for an alternating flip, whose start
        must be the same in every epoch and comes from `seed`, the recipe's.
        """
        return AugmentedEpoch(tuple(step.draw(images, epoch, seed, generator, device) for step in self.steps))


@dataclass(frozen=True, slots=True, eq=False)
class AugmentedEpoch:
    """The augmentations with their draws for one epoch."""

    steps: tuple[DrawnStep, ...]

    def apply(self, pixels: Tensor, start: int) -> Tensor:
        """Augment the images at the positions from `start` on.

        `pixels` are uint8 (n, height, width, channels), with 1 or 3
        channels, on the device that was drawn for; they are left as they are,
        and the result has their shape. An image comes out the same however
        the epoch is cut into batches. Nothing is read from the device.
        """
        for step in self.steps:
            pixels = step.apply(pixels, start)
        return pixels


def _policy(policy: AnyPolicy) -> tuple[Step, ...]:
    if isinstance(policy, Cifar10Policy):
        return (Cifar10(),)
    if isinstance(policy, RandAugment):
        return (Rand(policy.num_ops, policy.magnitude),)
    if isinstance(policy, TrivialAugment):
        return (Trivial(),)
    return ()
