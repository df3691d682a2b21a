"""The model of an experiment file."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netdsl.experiments.space import Space
from netdsl.experiments.values import Grid, Name, RecipeKeys, Seeds, SettingValues, Text
from netdsl.training.recipe.values import Count, Fraction, NonNegative, Positive, Seed, Settings, Takes

Metric = Literal["validation_accuracy", "validation_loss", "test_accuracy", "train_accuracy", "train_loss"]

# What is known after every epoch.
EpochMetric = Literal["validation_accuracy", "validation_loss", "train_accuracy", "train_loss"]

_Fraction = Annotated[Fraction | None, Takes("a fraction from 0 to 1, such as 0.694", "FRACTION")]
_Loss = Annotated[NonNegative | None, Takes("a loss of at least 0, such as 0.79", "LOSS")]
_Count = Annotated[Count | None, Takes("a whole number of at least 1", "N")]


class Reported(Settings):
    """What a source says that a run reached."""

    called: ClassVar[str] = "`reported`"

    train_accuracy: _Fraction = Field(default=None, description="on the training images")
    validation_accuracy: _Fraction = Field(default=None, description="on the validation images")
    test_accuracy: _Fraction = Field(default=None, description="on the test images")
    train_loss: _Loss = Field(default=None, description="on the training images")
    validation_loss: _Loss = Field(default=None, description="on the validation images")
    epochs: _Count = Field(default=None, description="how long it was trained")
    seconds: Annotated[Positive | None, Takes("a number of seconds above 0", "SECONDS")] = Field(
        default=None, description="the time that it took"
    )
    parameters: _Count = Field(default=None, description="learned values of the network")


class RunEntry(Settings):
    """One run: what it changes of the whole experiment, and what a source reported for it."""

    called: ClassVar[str] = "a run"

    name: Name = Field(description="what it is called in the table; its folder is named after it")
    net: Text | None = Field(default=None, description="another network; the file's `set` is then left out")
    set: SettingValues = Field(default_factory=dict, description="settings, over those of the file")
    recipe: RecipeKeys = Field(
        default_factory=dict, description="recipe keys, over those of the file; a path takes their place"
    )
    seeds: Seeds = Field(default=None, description="seeds of this run")
    reported: Annotated[Reported | None, Takes("figures, such as {test_accuracy: 0.694}", "MAP")] = Field(
        default=None, description="what a source says that the run reached"
    )
    note: Text | None = Field(default=None, description="a remark, shown under the table")


class Random(Settings):
    """Draws from a space, all of them chosen before the first is trained."""

    called: ClassVar[str] = "`random`"

    draws: Count = Field(description="how many")
    seed: Seed = Field(default=0, description="seed of the draws")
    space: Space = Field(description="what is drawn, by `set.NAME`, `recipe.KEY` or `net`")


class Search(Settings):
    """Trials that Optuna chooses, each by what those before it reached."""

    called: ClassVar[str] = "`search`"

    trials: Count = Field(description="how many")
    seed: Seed = Field(default=0, description="seed of the choices")
    metric: Metric = Field(
        default="validation_accuracy", description="what is made as high as can be; a loss, as low"
    )
    space: Space = Field(description="what is chosen, by `set.NAME`, `recipe.KEY` or `net`")


class Asha(Settings):
    """Successive halving without waiting for others.

    Li et al., "A System for Massively Parallel Hyperparameter Tuning", 2020.
    Runs are compared after `grace_epochs`, and again after `reduction_factor`
    times as many, and so on; each time, a run goes on if it is among the best
    1 / `reduction_factor` of those that came so far.
    """

    called: ClassVar[str] = "`asha`"

    metric: EpochMetric = Field(
        default="validation_accuracy",
        description="by what runs are compared: the higher the better; a loss, the lower",
    )
    grace_epochs: Count = Field(default=3, description="no run is stopped before it has so many epochs")
    reduction_factor: Annotated[int, Field(ge=2), Takes("a whole number of at least 2", "N")] = Field(
        default=4,
        description="of so many runs, the best goes on; the next comparison is at so many times the epochs",
    )


class Scheduler(Settings):
    """What stops bad runs before their end."""

    called: ClassVar[str] = "`scheduler`"

    asha: Annotated[
        Asha, Takes("{metric: validation_accuracy, grace_epochs: 3, reduction_factor: 4}", "MAP")
    ] = Field(description="asynchronous successive halving")


class Experiment(Settings):
    """An experiment file: what is the same in all runs, and what is varied."""

    called: ClassVar[str] = "an experiment"

    title: Text = Field(description="what stands above the table")
    source: Text | None = Field(default=None, description="whom the reported figures are from")
    note: Text | None = Field(default=None, description="a remark, shown above the table")
    net: Text | None = Field(
        default=None, description="what `netdsl train` takes as FILE; a path is relative to this file"
    )
    set: SettingValues = Field(default_factory=dict, description="settings of the network, as `--set`")
    data: Text = Field(
        default="shapes", description="what `--data` takes; a path is relative to this file; `--data` wins"
    )
    recipe: RecipeKeys = Field(
        default_factory=dict, description="recipe keys, or the path of a recipe, relative to this file"
    )
    seeds: Seeds = Field(
        default=None, description="the seeds of every run, or n for 0 to n - 1 (the recipe's own)"
    )
    runs: Annotated[
        tuple[RunEntry, ...], Field(strict=False), Takes("a list of runs, such as [{name: wide}]", "RUNS")
    ] = Field(default=(), description="runs that are named one by one")
    grid: Grid = Field(default_factory=dict, description="runs with every combination of values")
    random: Annotated[Random | None, Takes("{draws: 20, seed: 0, space: {...}}", "MAP")] = Field(
        default=None, description="runs drawn from a space"
    )
    search: Annotated[
        Search | None, Takes("{trials: 20, seed: 0, metric: validation_accuracy, space: {...}}", "MAP")
    ] = Field(default=None, description="runs that Optuna chooses one after another; in place of the others")
    scheduler: Annotated[
        Scheduler | None,
        Takes("{asha: {metric: validation_accuracy, grace_epochs: 3, reduction_factor: 4}}", "MAP"),
    ] = Field(default=None, description="what stops bad runs early; needs `--engine ray`")
    partial_epochs: _Count = Field(
        default=None, description="how many epochs `--partial` trains in place of all"
    )
