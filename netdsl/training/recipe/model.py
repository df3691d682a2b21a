"""The recipe: every setting of a training but the network and the data."""

from __future__ import annotations

from typing import Self

from pydantic import ValidationError, model_validator
from pydantic_core import InitErrorDetails

from netdsl.training.image_options import ImageOptions
from netdsl.training.recipe.clashes import clashes
from netdsl.training.recipe.keys.augmenting import Augmenting
from netdsl.training.recipe.keys.duration import Duration
from netdsl.training.recipe.keys.execution import Execution
from netdsl.training.recipe.keys.images import Images
from netdsl.training.recipe.keys.loss import Loss
from netdsl.training.recipe.keys.optimization import Optimization
from netdsl.training.recipe.keys.section import Section

SECTIONS: tuple[type[Section], ...] = (Optimization, Duration, Loss, Images, Augmenting, Execution)


# Pydantic collects the fields of the last base first.
class Recipe(Execution, Augmenting, Images, Loss, Duration, Optimization):
    """How a network is trained; every field is a key of the YAML file and an option of the command line.

    Built in Python, a wrong value raises `pydantic.ValidationError`;
    `load_recipe` gives diagnostics with line and column instead.
    """

    @property
    def image_options(self) -> ImageOptions:
        """The keys that matter when a dataset is read."""
        size = (self.resize, self.resize) if isinstance(self.resize, int) else self.resize
        return ImageOptions(
            resize=size,
            channels=self.channels,
            corrupt_images=self.corrupt_images,
            storage=self.storage,
            workers=self.workers,
        )

    @property
    def base_rate(self) -> float:
        """The learning rate that the schedule starts from."""
        rate = self.learning_rate
        return rate[min(rate)] if isinstance(rate, dict) else rate

    @model_validator(mode="after")
    def _keys_go_together(self) -> Self:
        wrong = clashes(self)
        if wrong:
            details = [InitErrorDetails(type=each, input=self) for each in wrong]
            raise ValidationError.from_exception_data("Recipe", details)
        return self
