"""Whether runs take the images of a folder in the order of its classes, known before the images are read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from netdsl.diagnostics import Diagnostic
from netdsl.experiments.load import ExperimentFile
from netdsl.experiments.planned import PlannedRun
from netdsl.training.data.class_order import folder_class_by_class
from netdsl.training.data.names import NAMES
from netdsl.training.recipe.positions import Place

# So many runs are named.
_NAMED = 5


def check_order(file: ExperimentFile, runs: Sequence[PlannedRun], data: str) -> Diagnostic | None:
    """A warning about the runs that do not shuffle images which lie class by class.

    `data` is what `netdsl train` takes. Of data other than folders of images
    nothing is known before they are read; each run then warns itself.
    """
    names = list(dict.fromkeys(run.name for run in runs if run.recipe.shuffle is False))
    if not names or data in NAMES or not Path(data).is_dir():
        return None
    found = folder_class_by_class(Path(data))
    if found is None:
        return None
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    told = ", ".join(f"`{name}`" for name in names[:_NAMED]) + more
    every = len(names) == len({run.name for run in runs})
    return found.replace(span=_place(file).value, label="in all runs" if every else f"in {told}")


def _place(file: ExperimentFile) -> Place:
    """Where the file says so first; its beginning where a recipe of its own does."""
    written = (place for path, place in file.places.items() if path[-2:] == ("recipe", "shuffle"))
    return next((place for place in written if place.value.text.lower() == "false"), file.beginning)
