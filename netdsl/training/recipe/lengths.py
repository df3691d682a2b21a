"""What is planned for epochs that a training does not have.

A part of a training has such plans rightly. So this is asked only of keys
that were written side by side, and never of the recipe that a run keeps. How
many steps an epoch has is known only with the data: at least one, so that so
many steps are at most as many epochs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from netdsl.diagnostics import Diagnostic, Label
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.training.recipe.model import Recipe
from netdsl.training.recipe.positions import Path, Place
from netdsl.training.recipe.schedule import MultiStep


def length_key(recipe: Recipe) -> str:
    """The key that says when the training ends."""
    return "epochs" if recipe.steps is None else "steps"


def check_lengths(
    recipe: Recipe, together: Collection[str], places: Mapping[Path, Place]
) -> list[Diagnostic]:
    """What comes after the end, or in the wrong order; `together` are the keys beside the length."""
    key = length_key(recipe)
    end = Label(places[(key,)].value, "the training ends here") if (key,) in places else None
    most = recipe.steps or recipe.epochs
    found = []
    if "warmup" in together and end is not None and recipe.warmup > most:
        found.append(_clash("warmup lasts longer than the training", places[("warmup",)], end, _WARMUP[key]))
    schedule = recipe.schedule
    if not isinstance(schedule, MultiStep) or ("schedule",) not in places:
        return found
    place = places.get(("schedule", "milestones"), places[("schedule",)])
    if list(schedule.milestones) != sorted(schedule.milestones):
        found.append(_clash("milestones go from earlier epochs to later ones", place, None, "sort them"))
    elif "schedule" in together and end is not None and schedule.milestones[0] >= most:
        found.append(_clash("all milestones come after the training", place, end, _MILESTONES[key]))
    return found


_WARMUP = {
    "epochs": "give it fewer epochs, or the training more",
    "steps": "it is counted in epochs, of which so many steps make no more: give it fewer, or the training "
    "more steps",
}
_MILESTONES = {
    "epochs": "give earlier ones, or the training more epochs",
    "steps": "they are counted in epochs, of which so many steps make no more: give earlier ones, or the "
    "training more steps",
}


def _clash(message: str, place: Place, end: Label | None, help_text: str) -> Diagnostic:
    labels = (end,) if end is not None else ()
    return Diagnostic(codes.CLASHING_KEYS, message, place.value, "", labels, help_text)
