"""Variants to planned runs: recipes made and checked, nets found, a run for each seed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from netdsl.checker.loading.packaged import packaged_folder, packaged_names
from netdsl.diagnostics import Diagnostic, Label, Source
from netdsl.diagnostics.catalogue import experiments as codes
from netdsl.diagnostics.catalogue import files as file_codes
from netdsl.experiments.assignment import RECIPE
from netdsl.experiments.expand import expand
from netdsl.experiments.load import ExperimentFile
from netdsl.experiments.model import Reported
from netdsl.experiments.planned import PlannedRun
from netdsl.experiments.variant import RecipeLayer, Variant
from netdsl.spec import split_spec
from netdsl.text_file import read_text_file
from netdsl.training.recipe import Recipe
from netdsl.training.recipe.draft import RecipeDraft, unknown_key
from netdsl.training.recipe.load import lay_file
from netdsl.training.recipe.wrong import MOST_FINDINGS


@dataclass(frozen=True, slots=True)
class Choices:
    """What a command line says about all runs: at most so many epochs, other seeds."""

    epochs: int | None = None
    seeds: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class PlannedVariant:
    """A variant with a run for each of its seeds; one with mistakes has none.

    `spec` is its network as `netdsl train` takes it in any folder; empty where
    it has none.
    """

    variant: Variant
    spec: str
    runs: tuple[PlannedRun, ...] = ()


def make_plan(
    file: ExperimentFile, choices: Choices | None = None
) -> tuple[list[PlannedVariant], list[Diagnostic]]:
    """The variants of an experiment without a search, and what is wrong with their recipes and seeds.

    The networks themselves are not looked at here: `check_networks` does.
    """
    variants, found = expand(file)
    planned = []
    for variant in variants:
        each, wrong = plan_variant(variant, file, choices or Choices())
        planned.append(each)
        found += wrong
    return shared(planned), unique(found)


def shared(planned: Iterable[PlannedVariant]) -> list[PlannedVariant]:
    """The variants, in which a run that is the same training as an earlier one has that one's folder."""
    first: dict[object, PlannedRun] = {}
    return [
        replace(each, runs=tuple(_sharing(run, first.setdefault(run.training, run)) for run in each.runs))
        for each in planned
    ]


def _sharing(run: PlannedRun, earlier: PlannedRun) -> PlannedRun:
    return run if run is earlier else replace(run, twin=earlier.name, home=earlier.slug)


def plan_variant(
    variant: Variant, file: ExperimentFile, choices: Choices
) -> tuple[PlannedVariant, list[Diagnostic]]:
    """A variant with its runs, and what is wrong with its recipe and seeds."""
    draft = _draft(variant, file.folder)
    recipe, found = draft.finish()
    found += _two_seeds(draft, variant, choices)
    if variant.net is None:
        return PlannedVariant(variant, ""), [*found, _no_net(variant, file)]
    spec = find_spec(variant.net, file.folder)
    if recipe is None or found:
        return PlannedVariant(variant, spec), found
    recipe, whole = _shortened(recipe, choices.epochs)
    first = PlannedRun(
        variant.name,
        variant.slug,
        variant.net,
        spec,
        {name: setting.text for name, setting in variant.settings.items()},
        recipe,
        tuple(variant.changes),
        variant.reported or Reported(),
        variant.note,
        whole,
    )
    seeds = choices.seeds or variant.seeds or (recipe.seed,)
    return PlannedVariant(variant, spec, tuple(_seeded(first, seed) for seed in seeds)), []


def _seeded(run: PlannedRun, seed: int) -> PlannedRun:
    whole = run.whole.model_copy(update={"seed": seed}) if run.whole is not None else None
    return replace(run, recipe=run.recipe.model_copy(update={"seed": seed}), whole=whole)


def find_spec(net: str, folder: Path) -> str:
    """A network of an experiment file as `netdsl train` takes it in any folder.

    A path is relative to the file's folder; a name that is no file there is
    a packaged one's.
    """
    name, part = (net, None) if os.path.lexists(folder / net) else split_spec(net)
    tried = [folder / name, folder / f"{name}.net"]
    stem = name.removesuffix(".net")
    if stem in packaged_names():
        tried.append(Path(packaged_folder()) / f"{stem}.net")
    found = next((path for path in tried if path.is_file()), None)
    # What is nowhere stays as it was written: the check says so, and what may have been meant.
    path = name if found is None else str(found.absolute())
    return f"{path}:{part}" if part else path


def _draft(variant: Variant, folder: Path) -> RecipeDraft:
    draft = RecipeDraft()
    for layer in variant.recipes:
        _lay(draft, layer, folder)
    for each in variant.assignments:
        if each.part == RECIPE and not draft.put(each.name, each.value, each.name_place):
            draft.diagnostics.append(unknown_key(each.name, each.name_place.key))
    return draft


def _lay(draft: RecipeDraft, layer: RecipeLayer, folder: Path) -> None:
    if not isinstance(layer.keys, str):
        draft.lay(layer.keys, layer.places)
        return
    path = folder / layer.keys
    try:
        text = read_text_file(path, "utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        draft.diagnostics.append(
            Diagnostic(
                file_codes.UNREADABLE,
                f"recipe `{path}` can't be read",
                layer.place.value,
                (reason or "it can't be opened").lower(),
            )
        )
        return
    lay_file(draft, Source(str(path), text))


def _shortened(recipe: Recipe, epochs: int | None) -> tuple[Recipe, Recipe | None]:
    """The recipe with so many epochs at most, and the whole one where that has more."""
    if epochs is None or (recipe.steps is None and recipe.epochs <= epochs):
        return recipe, None
    return recipe.model_copy(update={"epochs": epochs, "steps": None}), recipe


def _two_seeds(draft: RecipeDraft, variant: Variant, choices: Choices) -> list[Diagnostic]:
    """A seed in the recipe beside `seeds`, which would override it."""
    place = draft.place_of("seed")
    if place is None or variant.seeds_place is None or choices.seeds is not None:
        return []
    return [
        Diagnostic(
            codes.CLASHING_KEYS,
            "`seeds` and the recipe's `seed` don't go together",
            place.key,
            "one seed here",
            (Label(variant.seeds_place.value, "seeds of every run here"),),
            "drop one of the two",
        )
    ]


def _no_net(variant: Variant, file: ExperimentFile) -> Diagnostic:
    """Of several runs without a network, the first is named."""
    needs = (Label(variant.place.value, "this run has none of its own"),) if file.experiment.runs else ()
    return Diagnostic(
        codes.MISSING_KEY,
        "the experiment has no network",
        file.beginning.value,
        "lacks `net`",
        needs,
        "write `net: NAME` at the top, or into every run",
    )


def unique(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Findings without those that several runs share."""
    seen: dict[object, Diagnostic] = {}
    for each in found:
        span = each.span
        at = (span.source.name, span.start, span.end) if span is not None else each.file
        seen.setdefault((each.code.id, each.message, at), each)
    return list(seen.values())[:MOST_FINDINGS]
