"""What is made small."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from netdsl.training.recipe.keys.section import Section
from netdsl.training.recipe.values import BelowOne, ClassWeights, NonNegative


class Loss(Section):
    """The loss and its options."""

    title: ClassVar[str] = "Loss"

    loss: Literal["cross_entropy", "focal", "mse", "bce"] = Field(
        default="cross_entropy",
        description="what is made small: cross_entropy and focal compare the classes' probabilities, mse and "
        "bce each output with 0 or 1 (bce after a sigmoid)",
    )
    label_smoothing: BelowOne = Field(
        default=0.0, description="the part of each target that is spread evenly over all classes"
    )
    class_weights: ClassWeights = Field(
        default="none", description="how much an image counts in the loss, by its class"
    )
    auxiliary_weight: NonNegative = Field(
        default=0.3,
        description="how much the loss of each further output counts that a network has in training",
    )
    focal_gamma: NonNegative = Field(
        default=2.0, description="how much less the focal loss cares for images that are already right"
    )
