"""Whether each run's network suits the data, as far as that is known before the data are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from netdsl.diagnostics import Diagnostic, Label
from netdsl.diagnostics.catalogue import data as codes
from netdsl.experiments.check import NetKey, Size, net_key
from netdsl.experiments.plan import PlannedVariant, unique
from netdsl.experiments.planned import PlannedRun
from netdsl.training.data.names import NAMED_SETS
from netdsl.training.data.suit import brought_to, remedies, shapes_differ, times, too_few_outputs
from netdsl.training.recipe.positions import Place


def check_data(
    planned: Iterable[PlannedVariant], sizes: Mapping[NetKey, Size], data: str, data_place: Place | None
) -> list[Diagnostic]:
    """What keeps networks from training on the data; `data_place` is where the file names these.

    Nothing is said of variants that have mistakes already.
    """
    found = []
    for each in planned:
        size = sizes.get(net_key(each.runs[0])) if each.runs else None
        if size is None:
            continue
        wrong = _wrong_network(each.runs[0], size, data)
        if wrong is not None:
            found.append(_placed(wrong, each, data_place))
    return unique(found)


def _wrong_network(run: PlannedRun, size: Size, data: str) -> Diagnostic | None:
    if len(size.output) != 1:
        gives = f"the network gives {times(size.output)} for an image, not one row of numbers"
        return Diagnostic(codes.FORWARD_FAILED, gives, help="end it with `flatten` and a `linear`")
    known = NAMED_SETS.get(data)
    if known is None:
        return None
    shape = brought_to(known.shape, run.recipe.image_options)
    if size.input != shape:
        changes = " and ".join(f"`{key}: {value}`" for key, value in remedies(size.input, shape).items())
        return shapes_differ(size.input, shape, data, f"{changes} in the recipe" if changes else "")
    if size.output[0] < known.classes:
        return too_few_outputs(size.output[0], known.classes, data, f"set: {{classes: {known.classes}}}")
    return None


def _placed(found: Diagnostic, planned: PlannedVariant, data_place: Place | None) -> Diagnostic:
    """A finding at the name of the network, with the places of the run and of the data."""
    variant = planned.variant
    net = (variant.net_place or variant.place).value
    labels = [Label(data_place.value, "the data")] if data_place is not None else []
    if variant.place.value != net:
        labels.append(Label(variant.place.value, "in this run"))
    return found.replace(span=net, label="this network", labels=tuple(labels))
