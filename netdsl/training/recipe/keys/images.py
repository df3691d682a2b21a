"""Which images are trained on, in which order, and how they are read."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netdsl.training.image_options import CorruptImages, Storage
from netdsl.training.recipe.keys.section import Section
from netdsl.training.recipe.values import (
    ClassWeights,
    Count,
    CountOrFraction,
    Flag,
    Normalization,
    Seed,
    Shuffle,
    Size,
    SomeImages,
    Takes,
)


class Images(Section):
    """Batches, order, validation and reading."""

    title: ClassVar[str] = "Images"

    batch_size: Count = Field(default=64, description="images a step, over all devices")
    shuffle: Shuffle = Field(
        default=True,
        description="draw a new order of the training images for each epoch; once: one order for all epochs; "
        "false: as they lie, which in an image folder is class by class",
    )
    sampling_weights: ClassWeights = Field(
        default="none", description="draw the images of an epoch, those of some classes more often"
    )
    replacement: Flag = Field(
        default=True, description="let `sampling_weights` draw an image more than once in an epoch"
    )
    samples_per_epoch: Annotated[Count | None, Takes("a whole number of at least 1", "N")] = Field(
        default=None, description="images an epoch, if not all"
    )
    subset: Annotated[
        SomeImages | None, Takes("a number of images, or a fraction, above 0", "N|FRACTION")
    ] = Field(
        default=None, description="train on this many of the training images only, drawn by `split_seed`"
    )
    seed: Seed = Field(
        default=0, description="seed of the first weights, the shuffling, the augmentation and dropout"
    )

    validation: CountOrFraction = Field(
        default=0.1,
        description="training images set aside to choose the best epoch; 0 for none; not used when the "
        "data has a validation part of its own",
    )
    stratified: Flag = Field(
        default=False, description="set aside and take subsets of each class in the same proportion"
    )
    split_seed: Seed = Field(default=0, description="seed of the choice of validation images")

    normalization: Normalization = Field(
        default="data",
        description="subtract the mean and divide by the standard deviation of each channel: the training "
        "images' own, given ones, or not at all",
    )
    resize: Size = Field(default=None, description="bring every image to this size when it is read")
    channels: Literal[1, 3] | None = Field(default=None, description="read images as grey (1) or as RGB (3)")
    corrupt_images: CorruptImages = Field(
        default="error", description="stop at an image that can't be decoded, or leave it out"
    )
    storage: Storage = Field(
        default="auto",
        description="keep a folder's images decoded in memory, or stream them from disk each epoch; auto: "
        "memory if they fit",
    )
    workers: Annotated[Count | None, Takes("a whole number of at least 1", "N")] = Field(
        default=None, description="processes that decode streamed images (as many as there are cores)"
    )
