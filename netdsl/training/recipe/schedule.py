"""How the learning rate goes on from where it begins; names and defaults are those of torch's schedulers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from netdsl.training.recipe.values import (
    BelowOne,
    Count,
    Fraction,
    NonNegative,
    Positive,
    Settings,
    ShortForm,
    Takes,
)


class Constant(Settings):
    """The same rate throughout."""

    type: Literal["constant"] = "constant"


class Step(Settings):
    """Times `gamma` after every `step_size` epochs."""

    type: Literal["step"] = "step"
    step_size: Count = Field(default=30, description="epochs")
    gamma: Positive = 0.1


class MultiStep(Settings):
    """Times `gamma` at each of the `milestones`."""

    type: Literal["multistep"] = "multistep"
    milestones: Annotated[
        tuple[Annotated[int, Field(ge=1)], ...],
        Field(strict=False, min_length=1),
        Takes("a list of epochs, such as [60, 120]", "LIST"),
    ] = Field(description="epochs")
    gamma: Positive = 0.1


class Cosine(Settings):
    """Half a cosine down to `eta_min`; with `T_0`, anew after T_0, then T_0 * T_mult, ... epochs."""

    type: Literal["cosine"] = "cosine"
    eta_min: NonNegative = 0.0
    T_0: Annotated[Count | None, Takes("a number of epochs", "EPOCHS")] = None
    T_mult: Count = 1


class OneCycle(Settings):
    """Up from rate / div_factor to the rate, then down to rate / (div_factor * final_div_factor)."""

    type: Literal["one_cycle"] = "one_cycle"
    pct_start: Fraction = Field(default=0.3, description="the part of the training in which it rises")
    anneal_strategy: Literal["cos", "linear"] = "cos"
    div_factor: Positive = 25.0
    final_div_factor: Positive = 1e4


class Polynomial(Settings):
    """The rate times (1 - part done) to the `power`; a power of 1 is a straight line to 0."""

    type: Literal["polynomial"] = "polynomial"
    power: Positive = 1.0


class Exponential(Settings):
    """Times `gamma` after every epoch."""

    type: Literal["exponential"] = "exponential"
    gamma: Positive = 0.95


class Plateau(Settings):
    """Times `factor` where `best_by` has not improved by more than `threshold` for over `patience` epochs."""

    type: Literal["plateau"] = "plateau"
    factor: BelowOne = 0.1
    patience: Annotated[int, Field(ge=0), Takes("a number of epochs, 0 or more", "EPOCHS")] = 10
    threshold: NonNegative = Field(default=1e-4, description="relative to the best value")
    cooldown: Annotated[int, Field(ge=0), Takes("a number of epochs, 0 or more", "EPOCHS")] = 0
    min_lr: NonNegative = 0.0


AnySchedule = Constant | Step | MultiStep | Cosine | OneCycle | Polynomial | Exponential | Plateau
SCHEDULES = ("constant", "step", "multistep", "cosine", "one_cycle", "polynomial", "exponential", "plateau")


def _from_word(value: object) -> object:
    return {"type": value} if isinstance(value, str) else value


Schedule = Annotated[
    Annotated[AnySchedule, Field(discriminator="type")],
    BeforeValidator(_from_word),
    Takes(
        f"one of {', '.join(SCHEDULES)}, or its settings, such as {{type: step, step_size: 30, gamma: 0.1}}",
        "NAME|MAP",
        SCHEDULES,
    ),
    # The milestones of multistep have no default.
    ShortForm({"enum": [name for name in SCHEDULES if name != "multistep"]}),
]
