"""Which keys don't go together, whatever they were given for; each rule raises where a recipe breaks it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pydantic_core import PydanticCustomError

from netdsl.training.recipe.clash import clash

if TYPE_CHECKING:
    from netdsl.training.recipe.model import Recipe

_MOMENTUM = ("sgd", "rmsprop", "muon")
_BETAS = ("adam", "adamw", "nadam", "muon")


def _momentum(recipe: Recipe) -> None:
    if recipe.momentum and recipe.optimizer not in _MOMENTUM:
        raise clash(
            "momentum",
            f"momentum is an option of {', '.join(_MOMENTUM)}",
            "set `optimizer: sgd` or drop `momentum`",
        )


def _nesterov(recipe: Recipe) -> None:
    if recipe.nesterov and not (recipe.optimizer == "sgd" and recipe.momentum):
        raise clash(
            "nesterov",
            "Nesterov's momentum needs a momentum",
            "set `momentum: 0.9` with `optimizer: sgd`",
        )


def _betas(recipe: Recipe) -> None:
    if recipe.betas is not None and recipe.optimizer not in _BETAS:
        raise clash(
            "betas", f"betas are an option of {', '.join(_BETAS)}", "drop `betas`, or set `optimizer: adam`"
        )


def _alpha(recipe: Recipe) -> None:
    if recipe.alpha is not None and recipe.optimizer != "rmsprop":
        raise clash("alpha", "alpha is an option of rmsprop", "drop `alpha`, or set `optimizer: rmsprop`")


def _eps(recipe: Recipe) -> None:
    if recipe.eps is not None and recipe.optimizer == "sgd":
        raise clash("eps", "sgd has no eps", "drop `eps`, or choose another optimizer")


def _rates(recipe: Recipe) -> None:
    rate = recipe.learning_rate
    if not isinstance(rate, dict):
        return
    if recipe.schedule.type != "constant":
        raise clash(
            "learning_rate",
            "a rate for each of several epochs leaves nothing for a schedule to do",
            "give one `learning_rate`, or drop `schedule`",
            "schedule",
        )
    if 0 not in rate:
        raise clash(
            "learning_rate",
            "the rate of the first epochs is missing",
            "add one from epoch 0, such as {0: 0.1}",
        )


def _steps(recipe: Recipe) -> None:
    if recipe.steps is not None and "epochs" in recipe.model_fields_set:
        raise clash(
            "epochs", "`epochs` and `steps` both say when training ends", "keep one of the two", "steps"
        )


def _smoothing(recipe: Recipe) -> None:
    if recipe.label_smoothing and recipe.loss == "mse":
        raise clash(
            "label_smoothing",
            "label smoothing is an option of cross_entropy, focal and bce",
            "drop `label_smoothing`",
            "loss",
        )


def _focal_gamma(recipe: Recipe) -> None:
    if recipe.loss != "focal" and recipe.focal_gamma != type(recipe).model_fields["focal_gamma"].default:
        raise clash(
            "focal_gamma",
            "`focal_gamma` is an option of focal",
            "drop `focal_gamma`, or set `loss: focal`",
            "loss",
        )


def _replacement(recipe: Recipe) -> None:
    if not recipe.replacement and recipe.sampling_weights == "none":
        raise clash(
            "replacement",
            "without `sampling_weights` no image is drawn twice anyway",
            "drop `replacement`, or set `sampling_weights: balanced`",
            "sampling_weights",
        )


def _order(recipe: Recipe) -> None:
    if recipe.shuffle is not True and recipe.sampling_weights != "none":
        raise clash(
            "shuffle",
            "`sampling_weights` draw a new order for each epoch",
            "drop `shuffle`, or `sampling_weights`",
            "sampling_weights",
        )


def _erasing(recipe: Recipe) -> None:
    if recipe.random_erasing is not None:
        least, most = recipe.random_erasing.scale
        if least > most or recipe.random_erasing.ratio[0] > recipe.random_erasing.ratio[1]:
            raise clash(
                "random_erasing",
                "the ranges of `random_erasing` go from the smaller number to the larger",
                "swap the two numbers",
            )


_RULES: tuple[Callable[[Recipe], None], ...] = (
    _momentum,
    _nesterov,
    _betas,
    _alpha,
    _eps,
    _rates,
    _steps,
    _smoothing,
    _focal_gamma,
    _replacement,
    _order,
    _erasing,
)


def clashes(recipe: Recipe) -> list[PydanticCustomError]:
    """An error for each rule that a recipe breaks."""
    found = []
    for rule in _RULES:
        try:
            rule(recipe)
        except PydanticCustomError as error:
            found.append(error)
    return found
