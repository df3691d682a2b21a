"""The values of the augmentation's keys; names and defaults are those of torchvision's transforms."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from netdsl.training.recipe.values import Fraction, NonNegative, Positive, Settings, ShortForm, Takes


class ColorJitter(Settings):
    """Brightness, contrast and saturation times 1 - x to 1 + x; hue turned by up to x of the circle."""

    brightness: NonNegative = 0.0
    contrast: NonNegative = 0.0
    saturation: NonNegative = 0.0
    hue: Annotated[float, Field(ge=0, le=0.5), Takes("a number from 0 to 0.5", "NUMBER")] = 0.0


class RandomErasing(Settings):
    """With probability `p`, blackens a rectangle of a share of the area in `scale` and a ratio in `ratio`."""

    p: Fraction = 0.5
    scale: Annotated[
        tuple[Fraction, Fraction], Field(strict=False), Takes("two numbers from 0 to 1", "PAIR")
    ] = (
        0.02,
        0.33,
    )
    ratio: Annotated[tuple[Positive, Positive], Field(strict=False), Takes("two numbers above 0", "PAIR")] = (
        0.3,
        3.3,
    )


class NoPolicy(Settings):
    """No policy."""

    type: Literal["none"] = "none"


class Cifar10Policy(Settings):
    """AutoAugment's policy for CIFAR-10 (Cubuk et al. 2019)."""

    type: Literal["cifar10"] = "cifar10"


class RandAugment(Settings):
    """`num_ops` operations of one `magnitude` (0 to 30) (Cubuk et al. 2020)."""

    type: Literal["randaugment"] = "randaugment"
    num_ops: Annotated[int, Field(ge=1), Takes("a whole number of at least 1", "N")] = 2
    magnitude: Annotated[int, Field(ge=0, le=30), Takes("a whole number from 0 to 30", "N")] = 9


class TrivialAugment(Settings):
    """One operation of any magnitude, in the wide space (Müller and Hutter 2021)."""

    type: Literal["trivialaugment"] = "trivialaugment"


AnyPolicy = NoPolicy | Cifar10Policy | RandAugment | TrivialAugment
POLICIES = ("none", "cifar10", "randaugment", "trivialaugment")


def _jitter(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"brightness": value, "contrast": value, "saturation": value}
    return value


def _erasing(value: object) -> object:
    return {"p": value} if isinstance(value, int | float) and not isinstance(value, bool) else value


def _policy(value: object) -> object:
    return {"type": value} if isinstance(value, str) else value


JitterValue = Annotated[
    ColorJitter | None,
    BeforeValidator(_jitter),
    Takes(
        "a number of at least 0 for brightness, contrast and saturation, or {brightness: ..., contrast: ..., "
        "saturation: ..., hue: ...}",
        "NUMBER|MAP",
    ),
    ShortForm({"type": "number", "minimum": 0}),
]
ErasingValue = Annotated[
    RandomErasing | None,
    BeforeValidator(_erasing),
    Takes("a probability from 0 to 1, or {p: 0.5, scale: [0.02, 0.33], ratio: [0.3, 3.3]}", "NUMBER|MAP"),
    ShortForm({"type": "number", "minimum": 0, "maximum": 1}),
]
PolicyValue = Annotated[
    Annotated[AnyPolicy, Field(discriminator="type")],
    BeforeValidator(_policy),
    Takes(
        f"one of {', '.join(POLICIES)}, or its settings, such as {{type: randaugment, num_ops: 2, "
        "magnitude: 9}",
        "NAME|MAP",
        POLICIES,
    ),
    ShortForm({"enum": list(POLICIES)}),
]


HorizontalFlip = Annotated[
    bool | Literal["alternating"],
    Takes("true, false or alternating", "true|false|alternating", ("true", "false", "alternating")),
]
