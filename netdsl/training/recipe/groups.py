"""Rules by which some parameters are optimized otherwise than the rest."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from netdsl.training.recipe.clash import clash
from netdsl.training.recipe.values import Flag, NonNegative, Positive, Settings, ShortForm, Takes

# The words that stand for parameters of a kind.
NORMS = "norms"
BIASES = "biases"


class ParameterGroup(Settings):
    """One rule; a parameter follows the first rule that it matches."""

    parameters: Annotated[
        tuple[str, ...],
        Field(strict=False, min_length=1),
        Takes("`norms`, `biases`, a name with wildcards, such as conv1.*, or a list of these", "NAMES"),
        ShortForm({"type": "string"}),
    ] = Field(description="which parameters, by their names in the state dict")
    weight_decay: Annotated[NonNegative | None, Takes("a number of at least 0", "NUMBER")] = None
    lr_factor: Annotated[Positive | None, Takes("a number above 0", "NUMBER")] = Field(
        default=None, description="times the learning rate"
    )
    frozen: Flag = Field(default=False, description="not trained at all")

    @model_validator(mode="before")
    @classmethod
    def _one_name_is_a_list(cls, value: object) -> object:
        if isinstance(value, dict) and isinstance(value.get("parameters"), str):
            return {**value, "parameters": [value["parameters"]]}
        return value

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.weight_decay is None and self.lr_factor is None and not self.frozen:
            raise _empty()
        return self


def _empty() -> PydanticCustomError:
    return clash(
        "parameter_groups",
        "a rule of `parameter_groups` changes nothing",
        "give it a `weight_decay`, an `lr_factor` or `frozen: true`",
    )


ParameterGroups = Annotated[
    tuple[ParameterGroup, ...],
    Field(strict=False),
    Takes("a list of rules, such as [{parameters: [norms, biases], weight_decay: 0}]", "RULES"),
]
