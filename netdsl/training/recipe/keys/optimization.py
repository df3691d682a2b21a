"""How gradients change the weights, and how fast."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AliasChoices, Field

from netdsl.training.recipe.groups import ParameterGroups
from netdsl.training.recipe.keys.section import Section
from netdsl.training.recipe.schedule import Constant, Schedule
from netdsl.training.recipe.values import (
    BelowOne,
    Betas,
    Count,
    Flag,
    LearningRate,
    NonNegative,
    Positive,
    Takes,
)


class Optimization(Section):
    """Optimizer, learning rate and gradients."""

    title: ClassVar[str] = "Optimization"

    optimizer: Literal["sgd", "adam", "adamw", "rmsprop", "adagrad", "nadam", "muon"] = Field(
        default="adam",
        description="how gradients change the weights; muon takes the matrices and leaves the rest to adamw",
    )
    learning_rate: LearningRate = Field(
        default=1e-3,
        validation_alias=AliasChoices("learning_rate", "lr"),
        description="step size of the optimizer",
    )
    schedule: Schedule = Field(
        default_factory=Constant, description="how the learning rate changes during the training"
    )
    warmup: NonNegative = Field(
        default=0.0, description="epochs in which the learning rate rises evenly from almost 0"
    )
    weight_decay: NonNegative = Field(
        default=0.0,
        description="L2 penalty (sgd, adam, rmsprop, adagrad, nadam) or decoupled decay (adamw, muon)",
    )
    momentum: Annotated[BelowOne | None, Takes("a number from 0 to below 1", "NUMBER")] = Field(
        default=None, description="momentum of sgd and rmsprop (0 if not given) and of muon (0.95)"
    )
    nesterov: Flag = Field(default=False, description="Nesterov's form of sgd's momentum")
    betas: Annotated[Betas | None, Takes("two numbers from 0 to below 1", "[BETA, BETA]")] = Field(
        default=None, description="decay of adam's, adamw's and nadam's averages ([0.9, 0.999] if not given)"
    )
    alpha: Annotated[BelowOne | None, Takes("a number from 0 to below 1", "NUMBER")] = Field(
        default=None, description="decay of rmsprop's average (0.99 if not given)"
    )
    eps: Annotated[Positive | None, Takes("a number above 0", "NUMBER")] = Field(
        default=None, description="what the optimizer adds to a denominator (torch's default if not given)"
    )
    parameter_groups: ParameterGroups = Field(
        default=(), description="rules for some of the parameters; each follows the first that it matches"
    )
    clip_grad_norm: Annotated[Positive | None, Takes("a number above 0", "NUMBER")] = Field(
        default=None, description="scale the gradient down to this norm where it is larger"
    )
    clip_grad_value: Annotated[Positive | None, Takes("a number above 0", "NUMBER")] = Field(
        default=None, description="cut every element of the gradient to plus or minus this"
    )
    accumulation_steps: Count = Field(
        default=1, description="batches whose gradients are averaged before the weights change"
    )
    ema_decay: Annotated[BelowOne | None, Takes("a number from 0 to below 1", "NUMBER")] = Field(
        default=None,
        description="keep a moving average of the weights with this decay; it is what is evaluated and kept",
    )
