"""Whether the run that a folder holds is the one that is planned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import experiments as codes
from netdsl.experiments.planned import PlannedRun
from netdsl.network.nodes import Network
from netdsl.spec import check_file
from netdsl.training.recipe import Recipe, Statistics
from netdsl.training.recipe.fields import write_value
from netdsl.training.run_folder.files import FACTS
from netdsl.training.run_folder.opened import open_run


def check_agreement(run: PlannedRun, folder: Path, data: str) -> Diagnostic | None:
    """The error of a folder that holds another run than the one planned; None where all is well."""
    place = folder / run.folder
    help = "remove the folder, rename the run, or give the sweep another folder with `--out`"
    return find_other_training(
        place, run.recipe, lambda: check_file(run.spec, dict(run.settings)).network, data, help
    )


def find_other_training(
    place: Path,
    recipe: Recipe,
    network: Callable[[], Network | None],
    data: str,
    help: str = "remove the folder, or give another one with `--out`",
) -> Diagnostic | None:
    """The error of a run folder, if there is one, that holds another training than this.

    `network` is asked for the checked network only where all else agrees.
    """
    if not (place / FACTS).exists():
        return None
    try:
        difference = next(_differences(place, recipe, network, data), None)
    except DiagnosticError as error:
        return error.diagnostic
    if difference is None:
        return None
    message = f"{place} holds a run with {difference}"
    return Diagnostic(codes.OTHER_RUN, message, file=str(place), help=help)


def _differences(
    place: Path, recipe: Recipe, network: Callable[[], Network | None], data: str
) -> Iterator[str]:
    """What the folder's run was trained with, where that is not what is planned."""
    saved = open_run(place)
    yield from recipe_differences(saved.recipe, recipe, Recipe.model_fields)
    begun = (saved.facts.request or {}).get("data")
    # The same set may lie elsewhere by now.
    if isinstance(begun, str) and Path(begun).name != Path(data).name:
        yield f"the data {begun}, now {data}"
    now = network()
    if now is None or holds_other_network(place, saved.facts.source or {}, now):
        yield "another network"


def holds_other_network(place: Path, source: Mapping[str, object], now: Network) -> bool:
    """Whether a run folder's network, to which the source in its facts leads, is not this one."""
    spec = f"{place / str(source.get('file'))}:{source.get('net')}"
    then = check_file(spec, _settings(source)).network
    return then is None or _anatomy(then) != _anatomy(now)


def recipe_differences(then: Recipe, now: Recipe, keys: Iterable[str]) -> Iterator[str]:
    """Those of the keys that a begun run's resolved recipe has otherwise than the one of now, in words."""
    for key in keys:
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
