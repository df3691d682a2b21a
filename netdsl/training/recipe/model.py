"""The recipe: every setting of a training but the network and the data."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from netdsl.training.data.options import CorruptImages, ImageOptions
from netdsl.training.recipe.values import (
    Count,
    CountOrFraction,
    Flag,
    LearningRate,
    Momentum,
    NonNegative,
    Normalization,
    Pixels,
    Seed,
    Size,
)

CLASH = "clashing_keys"


class Recipe(BaseModel):
    """How a network is trained; every field is a key of the YAML file and an option of the command line.

    Built in Python, a wrong value raises `pydantic.ValidationError`;
    `load_recipe` gives diagnostics with line and column instead.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)

    optimizer: Literal["sgd", "adam", "adamw"] = Field(
        default="adam", description="how gradients change the weights"
    )
    learning_rate: LearningRate = Field(
        default=1e-3,
        validation_alias=AliasChoices("learning_rate", "lr"),
        description="step size of the optimizer",
    )
    weight_decay: NonNegative = Field(
        default=0.0, description="L2 penalty (sgd, adam) or decoupled decay (adamw) of the weights"
    )
    momentum: Momentum = Field(default=0.0, description="momentum of sgd")
    nesterov: Flag = Field(default=False, description="Nesterov's form of sgd's momentum")

    batch_size: Count = Field(default=64, description="images a step")
    epochs: Count = Field(default=10, description="passes over the training images")
    shuffle: Flag = Field(default=True, description="draw a new order of the training images for each epoch")
    seed: Seed = Field(default=0, description="seed of the shuffling, the augmentation and dropout")

    validation: CountOrFraction = Field(
        default=0.1,
        description="training images set aside to choose the best epoch; 0 for none; not used when the "
        "data has a validation part of its own",
    )
    split_seed: Seed = Field(default=0, description="seed of the choice of validation images")

    normalization: Normalization = Field(
        default="data",
        description="subtract the mean and divide by the standard deviation of each channel: the training "
        "images' own, given ones, or not at all",
    )
    crop_padding: Pixels = Field(
        default=0, description="pad the image by this many black pixels and crop it at a random place"
    )
    horizontal_flip: Flag = Field(
        default=False, description="mirror each training image with probability 1/2"
    )

    resize: Size = Field(default=None, description="bring every image to this size when it is read")
    channels: Literal[1, 3] | None = Field(default=None, description="read images as grey (1) or as RGB (3)")
    corrupt_images: CorruptImages = Field(
        default="error", description="stop at an image that can't be decoded, or leave it out"
    )

    @property
    def image_options(self) -> ImageOptions:
        """The keys that matter when a dataset is read."""
        size = (self.resize, self.resize) if isinstance(self.resize, int) else self.resize
        return ImageOptions(resize=size, channels=self.channels, corrupt_images=self.corrupt_images)

    @model_validator(mode="after")
    def _keys_go_together(self) -> Self:
        if self.momentum and self.optimizer != "sgd":
            raise _clash(
                "momentum", "momentum is an option of sgd", "set `optimizer: sgd` or drop `momentum`"
            )
        if self.nesterov and not self.momentum:
            raise _clash(
                "nesterov",
                "Nesterov's momentum needs a momentum",
                "set `momentum: 0.9` with `optimizer: sgd`",
            )
        return self


def _clash(key: str, message: str, help_text: str) -> PydanticCustomError:
    return PydanticCustomError(CLASH, "{message}", {"key": key, "message": message, "help": help_text})
