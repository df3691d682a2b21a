"""Augmentation of whole batches on the device where they lie, each image by its own draws.

    augmentation = make_augmentation(recipe)
    mixing = make_mixing(recipe)                            None where nothing is mixed
    drawn = augmentation.draw(images, epoch, recipe.seed, generator, device)
    mixed = mixing.draw(len(images), generator, device)
    pixels = drawn.apply(pixels, start)                     before normalization
    inputs, targets = mixed.apply(inputs, targets, start)   after it

Names, ranges and defaults are those of torchvision's transforms.
"""

from netdsl.training.augment.mixing import MixedEpoch, Mixing, make_mixing
from netdsl.training.augment.pipeline import Augmentation, AugmentedEpoch, make_augmentation

__all__ = [
    "Augmentation",
    "AugmentedEpoch",
    "MixedEpoch",
    "Mixing",
    "make_augmentation",
    "make_mixing",
]
