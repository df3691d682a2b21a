"""How long a training lasts, and which of its epochs is kept."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netdsl.training.recipe.keys.section import Section
from netdsl.training.recipe.values import Count, Flag, Takes

Metric = Literal["validation_accuracy", "validation_loss", "train_accuracy", "train_loss"]


class Duration(Section):
    """Length, early stopping and the choice of the best epoch."""

    title: ClassVar[str] = "Duration and evaluation"

    epochs: Count = Field(default=10, description="passes over the training images")
    steps: Annotated[Count | None, Takes("a whole number of at least 1", "N")] = Field(
        default=None, description="changes of the weights after which training ends, in place of `epochs`"
    )
    best_by: Metric = Field(
        default="validation_accuracy",
        description="which epoch is the best; without validation images, and unless told otherwise, the last",
    )
    early_stopping: Annotated[Count | None, Takes("a number of epochs, at least 1", "EPOCHS")] = Field(
        default=None, description="stop after this many epochs in a row without a new best one"
    )
    test_time_flip: Flag = Field(
        default=False, description="evaluate on each image and its mirror image, and average the outputs"
    )
    keep_every: Annotated[Count | None, Takes("a number of epochs, at least 1", "EPOCHS")] = Field(
        default=None, description="keep the weights of every so many epochs too, as epoch-0010.safetensors"
    )
