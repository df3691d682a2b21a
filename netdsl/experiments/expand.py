"""Experiment to variants: the runs that are named, the grid's combinations and the draws."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping

from netdsl.diagnostics import Diagnostic, DiagnosticError, Label
from netdsl.diagnostics.catalogue import experiments as codes
from netdsl.experiments.assignment import Assignment
from netdsl.experiments.folder import TAKEN
from netdsl.experiments.load import ExperimentFile
from netdsl.experiments.model import Random, RunEntry, Search
from netdsl.experiments.space import draw
from netdsl.experiments.values import seeds_of
from netdsl.experiments.variant import LONGEST_NAME, RecipeLayer, Setting, Variant
from netdsl.training.recipe.fields import write_value
from netdsl.training.recipe.positions import Path, Place, inside

MOST_RUNS = 10_000

# What the only run of a file without runs, grid, random and search is called.
ALONE = "base"


def expand(file: ExperimentFile) -> tuple[list[Variant], list[Diagnostic]]:
    """Every variant of a file without a search, in order, and what is wrong with them."""
    too_many = _too_many(file)
    if too_many is not None:
        return [], [too_many]
    variants: list[Variant] = []
    found: list[Diagnostic] = []
    for make in (_runs, _grid, _draws):
        try:
            variants += make(file)
        except DiagnosticError as error:
            found.append(error.diagnostic)
    if not variants and not found:
        variants = [base(file)]
    return variants, found + _repeated_names(variants)


def base(file: ExperimentFile) -> Variant:
    """What is the same in all runs."""
    experiment, places = file.experiment, file.places
    recipe = [_layer(experiment.recipe, places, ("recipe",))] if experiment.recipe else []
    return Variant(
        ALONE,
        places.get(("net",), file.beginning),
        experiment.net,
        places.get(("net",)),
        _settings(experiment.set, places, ("set",)),
        recipe,
        seeds=seeds_of(experiment.seeds),
        seeds_place=places.get(("seeds",)),
    )


def _runs(file: ExperimentFile) -> list[Variant]:
    whole = base(file)
    return [_run(entry, ("runs", number), file, whole) for number, entry in enumerate(file.experiment.runs)]


def _run(entry: RunEntry, path: Path, file: ExperimentFile, whole: Variant) -> Variant:
    places = file.places
    other_net = entry.net is not None and entry.net != whole.net and whole.net is not None
    settings = {} if other_net else dict(whole.settings)
    settings.update(_settings(entry.set, places, (*path, "set")))
    layers = list(whole.recipes)
    if entry.recipe:
        layer = _layer(entry.recipe, places, (*path, "recipe"))
        layers = [layer] if isinstance(layer.keys, str) else [*layers, layer]
    return Variant(
        entry.name,
        places[(*path, "name")],
        entry.net or whole.net,
        places.get((*path, "net"), whole.net_place),
        settings,
        layers,
        seeds=seeds_of(entry.seeds) or whole.seeds,
        seeds_place=places.get((*path, "seeds"), whole.seeds_place),
        changes=_changes(entry),
        reported=entry.reported,
        note=entry.note,
    )


def _changes(entry: RunEntry) -> tuple[str, ...]:
    """What a named run changes, in words."""
    net = [f"net={entry.net}"] if entry.net else []
    settings = [f"{name}={text}" for name, text in entry.set.items()]
    if isinstance(entry.recipe, str):
        return (*net, *settings, f"recipe={entry.recipe}")
    return (*net, *settings, *(f"{key}={write_value(value)}" for key, value in entry.recipe.items()))


def _settings(texts: Mapping[str, str], places: Mapping[Path, Place], path: Path) -> dict[str, Setting]:
    return {name: Setting(text, places[(*path, name)]) for name, text in texts.items()}


def _layer(keys: Mapping[object, object] | str, places: Mapping[Path, Place], path: Path) -> RecipeLayer:
    return RecipeLayer(keys, inside(places, path), places[path])


def _grid(file: ExperimentFile) -> list[Variant]:
    grid = file.experiment.grid
    if not grid:
        return []
    lists = [
        [
            Assignment(key, value, Place(file.places[("grid", key)].key, file.places[("grid", key, n)].value))
            for n, value in enumerate(values)
        ]
        for key, values in grid.items()
    ]
    whole = base(file)
    return [_combination(whole, point, n) for n, point in enumerate(itertools.product(*lists), 1)]


def _combination(whole: Variant, point: tuple[Assignment, ...], number: int) -> Variant:
    variant = whole.given(point)
    place = point[0].place
    long = len(variant.name) > LONGEST_NAME
    return whole.given(point, f"grid {number}" if long else variant.name).at(place)


def _draws(file: ExperimentFile) -> list[Variant]:
    part = file.experiment.random
    if part is None:
        return []
    whole = base(file)
    return [
        whole.given(drawn(file, part, "random", number), f"draw {number}").at(file.places[("random",)])
        for number in range(1, part.draws + 1)
    ]


def drawn(file: ExperimentFile, part: Random, name: str, number: int) -> list[Assignment]:
    """A draw's values; `name` is that of the part of the file that has the space."""
    values = draw(part.space, part.seed, number)
    return [assignment(file, name, key, value, index) for key, (value, index) in values.items()]


def assignment(file: ExperimentFile, part: str, key: str, value: object, index: int | None) -> Assignment:
    """A value of a space, at its place: that of the choice with this index, or of the space."""
    place = file.places[(part, "space", key)]
    if index is not None:
        place = Place(place.key, file.places[(part, "space", key, "choice", index)].value)
    return Assignment(key, value, place)


def corners(file: ExperimentFile, part: Search) -> Iterator[Variant]:
    """Variants in which every choice and every end of a range of a search's space occurs."""
    whole = base(file)
    examples = {
        key: [assignment(file, "search", key, value, index) for value, index in space.examples()]
        for key, space in part.space.items()
    }
    first = {key: each[0] for key, each in examples.items()}
    for key, each in examples.items():
        for one in each:
            point = list({**first, key: one}.values())
            yield whole.given(point, "trial").at(one.place)


def _too_many(file: ExperimentFile) -> Diagnostic | None:
    """Counted before a single run is made: the numbers of a grid multiply."""
    experiment = file.experiment
    combinations = math.prod(len(values) for values in experiment.grid.values()) if experiment.grid else 0
    draws = experiment.random.draws if experiment.random else 0
    trials = experiment.search.trials if experiment.search else 0
    every = len(seeds_of(experiment.seeds) or (0,))
    named = sum(len(seeds_of(entry.seeds or experiment.seeds) or (0,)) for entry in experiment.runs)
    total = max(every, named + every * (combinations + draws + trials))
    if total <= MOST_RUNS:
        return None
    largest = next(key for key in ("grid", "random", "search", "seeds", "runs") if (key,) in file.places)
    return Diagnostic(
        codes.TOO_MANY_RUNS,
        f"these are {total:,} runs, and a sweep has at most {MOST_RUNS:,}",
        file.places[(largest,)].key,
        help="try some of the combinations: `random: {draws: 100, space: ...}`",
    )


def _repeated_names(variants: list[Variant]) -> list[Diagnostic]:
    found = []
    first: dict[str, Variant] = {}
    for variant in variants:
        earlier = first.setdefault(variant.slug, variant)
        if not variant.slug or variant.slug in TAKEN:
            found.append(_no_folder(variant))
        elif earlier is not variant:
            found.append(_same_folder(variant, earlier))
    return found


def _no_folder(variant: Variant) -> Diagnostic:
    is_taken = bool(variant.slug)
    return Diagnostic(
        codes.WRONG_VALUE,
        f"`{variant.name}` can't be the name of a folder",
        variant.place.value,
        "a file of the sweep is called so" if is_taken else "",
        help="give the run another name" if is_taken else "use letters or digits",
    )


def _same_folder(variant: Variant, earlier: Variant) -> Diagnostic:
    same = variant.name == earlier.name
    message = (
        f"two runs are called `{variant.name}`"
        if same
        else (f"`{variant.name}` and `{earlier.name}` would have the same folder, `{variant.slug}`")
    )
    return Diagnostic(
        codes.REPEATED_NAME,
        message,
        variant.place.value,
        "called so again here",
        (Label(earlier.place.value, "first called so here"),) if earlier.place != variant.place else (),
        "give one of them another name",
    )
