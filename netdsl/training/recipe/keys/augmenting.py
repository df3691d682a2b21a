"""How training images are varied."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netdsl.training.recipe.augmentation import (
    ErasingValue,
    HorizontalFlip,
    JitterValue,
    NoPolicy,
    PolicyValue,
)
from netdsl.training.recipe.keys.section import Section
from netdsl.training.recipe.values import Flag, Fraction, NonNegative, Pixels, Takes


class Augmenting(Section):
    """Augmentation, in the order in which it is applied, each image by its own draws."""

    title: ClassVar[str] = "Augmentation"

    auto_augment: PolicyValue = Field(
        default_factory=NoPolicy, description="a published policy of colour and shape changes"
    )
    rotation: Annotated[float, Field(ge=0, le=180), Takes("degrees, from 0 to 180", "DEGREES")] = Field(
        default=0.0, description="turn by up to so many degrees either way, the corners black"
    )
    translation: Fraction = Field(
        default=0.0, description="shift by up to this part of the side either way, the rest black"
    )
    crop_padding: Pixels = Field(
        default=0, description="pad the image by this many pixels and crop it at a random place"
    )
    crop_padding_mode: Literal["constant", "reflect"] = Field(
        default="constant", description="pad with black, or with the image reflected at its edge"
    )
    horizontal_flip: HorizontalFlip = Field(
        default=False,
        description="mirror each training image with probability 1/2; alternating: once at random, and then "
        "in every other epoch",
    )
    vertical_flip: Flag = Field(default=False, description="turn upside down with probability 1/2")
    color_jitter: JitterValue = Field(
        default=None, description="change brightness, contrast, saturation and hue at random"
    )
    cutout: Pixels = Field(
        default=0, description="blacken a square of this side, its centre anywhere in the image"
    )
    random_erasing: ErasingValue = Field(
        default=None, description="blacken a random rectangle with some probability"
    )
    mixup: NonNegative = Field(
        default=0.0, description="blend pairs of images and their labels, by a draw of Beta(x, x)"
    )
    cutmix: NonNegative = Field(
        default=0.0,
        description="paste a rectangle of one image into another and mix their labels, by a draw of "
        "Beta(x, x); with `mixup`, each batch has one of the two",
    )
