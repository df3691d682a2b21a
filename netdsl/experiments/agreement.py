"""Whether the run that a folder holds is the one that is planned."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from netdsl.api import check_file
from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import experiments as codes
from netdsl.experiments.planned import PlannedRun
from netdsl.network.nodes import Network
from netdsl.training.recipe import Recipe, Statistics
from netdsl.training.recipe.fields import write_value
from netdsl.training.saved import open_run
from netdsl.training.stored import FACTS_FILE


def check_agreement(run: PlannedRun, folder: Path, data: str) -> Diagnostic | None:
    """The error of a folder that holds another run than the one planned; None where all is well."""
    place = folder / run.folder
    if not (place / FACTS_FILE).exists():
        return None
    try:
        difference = next(_differences(run, place, data), None)
    except DiagnosticError as error:
        return error.diagnostic
    if difference is None:
        return None
    return Diagnostic(
        codes.OTHER_RUN,
        f"{place} holds a run with {difference}",
        file=str(place),
        help="remove the folder, rename the run, or give the sweep another folder with `--out`",
    )


def _differences(run: PlannedRun, place: Path, data: str) -> Iterator[str]:
    """What the folder's run was trained with, where that is not what is planned."""
    saved = open_run(place)
    yield from _recipe_differences(saved.recipe, run.recipe)
    begun = (saved.facts.request or {}).get("data")
    # The same set may lie elsewhere by now.
    if isinstance(begun, str) and Path(begun).name != Path(data).name:
        yield f"the data {begun}, now {data}"
    source = saved.facts.source or {}
    then = check_file(f"{place / str(source.get('file'))}:{source.get('net')}", _settings(source)).network
    now = check_file(run.spec, dict(run.settings)).network
    if then is None or now is None or _anatomy(then) != _anatomy(now):
        yield "another network"


def _recipe_differences(then: Recipe, now: Recipe) -> Iterator[str]:
    for key in Recipe.model_fields:
        begun, planned = getattr(then, key), getattr(now, key)
        # A run writes down the statistics that it measured, and what it chose by trying.
        measured = key == "normalization" and planned == "data" and isinstance(begun, Statistics)
        unused = key == "epochs" and now.steps is not None
        if begun != planned and planned != "auto" and not measured and not unused:
            yield f"{key} {_shown(begun)}, now {_shown(planned)}"


def _shown(value: object) -> str:
    plain = value.model_dump() if hasattr(value, "model_dump") else value
    try:
        return write_value(plain)
    except ValueError:
        return str(plain)


def _settings(source: object) -> dict[str, str]:
    settings = source.get("settings") if isinstance(source, dict) else None
    return dict(settings) if isinstance(settings, dict) else {}


def _anatomy(network: Network) -> list[object]:
    """All that a training depends on: not the text's layout or comments."""
    layers = [
        (name, layer.constructor, layer.parameters, layer.inputs, layer.output)
        for name, layer in network.layers()
    ]
    return [network.input, network.output, *layers]
