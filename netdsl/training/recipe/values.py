"""The kinds of values that recipe keys take; each says in words what it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema

from netdsl.training.recipe.clash import clash


@dataclass(frozen=True, slots=True)
class Takes:
    """What a key takes, in words, for error messages and `--help`.

    `metavar` is the short form; `choices` are the words among its values,
    which a misspelt one is compared with.
    """

    words: str
    metavar: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ShortForm:
    """Another form of a value for the JSON Schema, which does not see what is done before validation."""

    schema: Mapping[str, object]

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [dict(self.schema), handler(core)]}


class Settings(BaseModel):
    """A value that is itself keys and values."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


Count = Annotated[int, Field(ge=1), Takes("a whole number of at least 1", "N")]
Pixels = Annotated[int, Field(ge=0), Takes("a number of pixels, 0 or more", "PIXELS")]
Seed = Annotated[int, Field(ge=0, lt=2**63), Takes("a whole number of at least 0", "SEED")]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False), Takes("a number above 0", "NUMBER")]
NonNegative = Annotated[float, Field(ge=0, allow_inf_nan=False), Takes("a number of at least 0", "NUMBER")]
BelowOne = Annotated[float, Field(ge=0, lt=1), Takes("a number from 0 to below 1", "NUMBER")]
Fraction = Annotated[float, Field(ge=0, le=1), Takes("a number from 0 to 1", "FRACTION")]
Flag = Annotated[bool, Takes("true or false", "true|false")]
Shuffle = Annotated[
    bool | Literal["once"], Takes("true, false or once", "true|false|once", ("true", "false", "once"))
]
Betas = Annotated[
    tuple[BelowOne, BelowOne], Field(strict=False), Takes("two numbers from 0 to below 1", "[BETA, BETA]")
]


def _tag_by_float(value: object) -> str:
    return "fraction" if isinstance(value, float) else "count"


CountOrFraction = Annotated[
    Annotated[Annotated[int, Field(ge=0)], Tag("count")]
    | Annotated[Annotated[float, Field(ge=0, lt=1)], Tag("fraction")],
    Discriminator(_tag_by_float),
    Takes("a number of images, such as 5000, or a fraction from 0 to below 1, such as 0.1", "N|FRACTION"),
]


SomeImages = Annotated[
    Annotated[Annotated[int, Field(ge=1)], Tag("count")]
    | Annotated[Annotated[float, Field(gt=0, lt=1)], Tag("fraction")],
    Discriminator(_tag_by_float),
]


class Statistics(Settings):
    """Mean and standard deviation of each channel, for pixels scaled to 0..1."""

    mean: tuple[float, ...] = Field(strict=False, min_length=1)
    std: tuple[Annotated[float, Field(gt=0, allow_inf_nan=False)], ...] = Field(strict=False, min_length=1)

    @model_validator(mode="after")
    def _are_of_the_same_channels(self) -> Self:
        means, deviations = len(self.mean), len(self.std)
        if means != deviations:
            raise clash(
                "normalization",
                f"`mean` is of {means} channel{'s' * (means != 1)}, `std` of {deviations}",
                "give both one number for each channel",
                "normalization",
            )
        return self


def _tag_by_mapping(value: object) -> str:
    return "statistics" if isinstance(value, dict | Statistics) else "word"


Normalization = Annotated[
    Annotated[Literal["data", "none"], Tag("word")] | Annotated[Statistics, Tag("statistics")],
    Discriminator(_tag_by_mapping),
    Takes(
        "`data`, `none`, or {mean: [...], std: [...]} with a number for each channel",
        "data|none|MAP",
        ("data", "none"),
    ),
]


def _tag_by_sequence(value: object) -> str:
    if value is None:
        return "none"
    return "pair" if isinstance(value, list | tuple) else "side"


_Side = Annotated[int, Field(ge=1)]
Size = Annotated[
    Annotated[None, Tag("none")]
    | Annotated[_Side, Tag("side")]
    | Annotated[tuple[_Side, _Side], Field(strict=False), Tag("pair")],
    Discriminator(_tag_by_sequence),
    Takes("a side in pixels, such as 32, or [height, width]", "PIXELS"),
]


def _tag_weights(value: object) -> str:
    return "list" if isinstance(value, list | tuple) else "word"


ClassWeights = Annotated[
    Annotated[Literal["none", "balanced"], Tag("word")]
    | Annotated[
        Annotated[
            tuple[Annotated[float, Field(ge=0, allow_inf_nan=False)], ...], Field(strict=False, min_length=1)
        ],
        Tag("list"),
    ],
    Discriminator(_tag_weights),
    Takes(
        "`none`, `balanced` (one over the class's share of the images), or a list with a number for each "
        "class",
        "none|balanced|LIST",
        ("none", "balanced"),
    ),
]


def _tag_rate(value: object) -> str:
    return "map" if isinstance(value, dict) else "number"


# In JSON, keys are words.
_RATES_SCHEMA = WithJsonSchema(
    {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": "^[0-9]+$"},
        "additionalProperties": {"type": "number", "exclusiveMinimum": 0},
    }
)
_Rate = Annotated[float, Field(gt=0, allow_inf_nan=False)]
LearningRate = Annotated[
    Annotated[_Rate, Tag("number")]
    | Annotated[
        Annotated[dict[Annotated[int, Field(ge=0)], _Rate], Field(min_length=1), _RATES_SCHEMA],
        Tag("map"),
    ],
    Discriminator(_tag_rate),
    Takes(
        "a number above 0, or the epochs from which rates hold, such as {0: 0.1, 60: 0.02}",
        "RATE|{EPOCH: RATE}",
    ),
]
