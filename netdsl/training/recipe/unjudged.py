"""What goes by the validation images where there are none, and would be without effect."""

from __future__ import annotations

from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.training.recipe.model import Recipe
from netdsl.training.recipe.schedule import Plateau


def unjudged(recipe: Recipe) -> Diagnostic | None:
    """The error of a recipe that waits for a better epoch on validation images which the data lack.

    Each epoch is then taken for the best, so that nothing ever comes of it.
    """
    if not recipe.best_by.startswith("validation"):
        return None
    if recipe.early_stopping is not None:
        what = "`early_stopping`"
    elif isinstance(recipe.schedule, Plateau):
        what = "`schedule: plateau`"
    else:
        return None
    return Diagnostic(
        codes.CLASHING_KEYS,
        f"{what} goes by the {recipe.best_by.replace('_', ' ')}, and there are no validation images",
        help="set some aside, such as `validation: 0.1`, or go by the training images: `best_by: train_loss`",
    )
