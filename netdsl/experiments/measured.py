"""Whether runs have the figures that something goes by: a search, a scheduler, an end before the end."""

from __future__ import annotations

from collections.abc import Iterable

from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.catalogue import experiments as codes
from netdsl.experiments.load import ExperimentFile
from netdsl.experiments.plan import PlannedVariant, unique
from netdsl.training.data.own_parts import lacks_validation
from netdsl.training.recipe.unjudged import unjudged


def check_measured(file: ExperimentFile, planned: Iterable[PlannedVariant], data: str) -> list[Diagnostic]:
    """What goes by validation images where there will surely be none."""
    without = [each for each in planned if each.runs and not each.runs[0].recipe.validation]
    if not without or not lacks_validation(data):
        return []
    search, scheduler = file.experiment.search, file.experiment.scheduler
    found = []
    if search is not None and search.metric.startswith("validation"):
        found.append(not_measured(search.metric, file))
    if scheduler is not None and scheduler.asha.metric.startswith("validation"):
        found.append(scheduler_not_measured(scheduler.asha.metric, file))
    for each in without:
        wrong = unjudged(each.runs[0].recipe)
        if wrong is not None:
            found.append(wrong.replace(span=each.variant.place.value, label="in this run"))
    return unique(found)


def not_measured(metric: str, file: ExperimentFile) -> Diagnostic:
    """The error of a search whose runs have not the figure that it goes by."""
    place = file.places.get(("search", "metric"), file.places[("search",)])
    return Diagnostic(
        codes.NOT_MEASURED,
        f"the runs have no {metric}",
        place.value if ("search", "metric") in file.places else place.key,
        "the search goes by it",
        help="set some images aside with `validation`, or go by `metric: test_accuracy`"
        if metric.startswith("validation")
        else "use data that has test images",
    )


def scheduler_not_measured(metric: str, file: ExperimentFile | None = None) -> Diagnostic:
    """The error of a scheduler that goes by a figure which the epochs have not; at its place, with a file."""
    found = Diagnostic(
        codes.NOT_MEASURED,
        f"the runs have no {metric}, by which the scheduler goes",
        help="set some images aside with `validation`, or let it go by train_accuracy: "
        "`scheduler: {asha: {metric: train_accuracy}}`",
    )
    if file is None:
        return found
    return found.replace(span=file.places[("scheduler",)].key, label="the scheduler goes by it")
