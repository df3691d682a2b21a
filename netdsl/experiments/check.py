"""Checks every network of a plan, without torch; mistakes point into the experiment file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from netdsl.diagnostics import COMMAND_LINE, Diagnostic, Label, Span
from netdsl.experiments.plan import PlannedVariant, unique
from netdsl.experiments.planned import PlannedRun
from netdsl.experiments.variant import Variant
from netdsl.network.nodes import Network
from netdsl.spec import check_file
from netdsl.training.data.names import NAMED_SETS
from netdsl.training.recipe.positions import Place

# What sets of unknown size are taken to have.
_UNKNOWN_IMAGES = 10_000


@dataclass(frozen=True, slots=True)
class Size:
    """A network's learned values, multiply-adds of one image's forward pass, and shapes of its two ends."""

    parameters: int
    multiply_adds: int
    input: tuple[int, ...]
    output: tuple[int, ...]


NetKey = tuple[str, tuple[tuple[str, str], ...]]


def net_key(run: PlannedRun) -> NetKey:
    """What tells a run's network from others: its file, and its settings."""
    return run.spec, tuple(sorted(run.settings.items()))


def check_networks(planned: Iterable[PlannedVariant]) -> tuple[dict[NetKey, Size], list[Diagnostic]]:
    """The size of every network, each checked once, and what is wrong with them.

    Networks of variants whose recipes are wrong are checked too.
    """
    sizes: dict[NetKey, Size] = {}
    found: list[Diagnostic] = []
    wrong: set[NetKey] = set()
    for each in planned:
        settings = {name: setting.text for name, setting in each.variant.settings.items()}
        key = (each.spec, tuple(sorted(settings.items())))
        if not each.spec or key in sizes or key in wrong:
            continue
        result = check_file(_shown(each.spec), settings)
        found += [placed(diagnostic, each.variant) for diagnostic in result.diagnostics]
        if result.network is None:
            wrong.add(key)
        else:
            sizes[key] = size_of(result.network)
    return sizes, unique(found)


def _shown(spec: str) -> str:
    """A network's path as a person would write it: below the current folder, from there."""
    return spec.removeprefix(f"{Path.cwd()}{os.sep}")


def size_of(network: Network) -> Size:
    """The size of a checked network."""
    return Size(network.parameter_count, network.multiply_adds, network.input.shape, network.output.shape)


def placed(diagnostic: Diagnostic, variant: Variant) -> Diagnostic:
    """A finding about a variant's network, its places moved to or completed by those of the file."""
    net = variant.net_place or variant.place
    if diagnostic.span is None:
        return Diagnostic(
            diagnostic.code, diagnostic.message, net.value, diagnostic.label, help=diagnostic.help
        )
    span = _moved(diagnostic.span, variant)
    labels = tuple(Label(_moved(label.span, variant), label.text) for label in diagnostic.labels)
    sources = {span.source, *(label.span.source for label in labels)}
    if net.value.source not in sources:
        labels = (*labels, Label(variant.place.value, "in this run"))
    # A fix edits the text that was checked, which is not this file's.
    fix = diagnostic.fix if span is diagnostic.span else None
    return Diagnostic(
        diagnostic.code, diagnostic.message, span, diagnostic.label, labels, diagnostic.help, fix
    )


def _moved(span: Span, variant: Variant) -> Span:
    """The place in the file of a setting's name or value; other places stay."""
    if span.source.name != COMMAND_LINE:
        return span
    name = span.source.text.partition("=")[0]
    setting = variant.settings.get(name)
    place: Place | None = setting.place if setting is not None else None
    if place is None:
        return span
    return place.key if span.end <= len(name) else place.value


def relative_costs(runs: Sequence[PlannedRun], sizes: Mapping[NetKey, Size], data: str) -> dict[str, float]:
    """Multiply-adds x images x epochs of each run by its folder, as a share of all of them."""
    costs = {run.folder: sizes[net_key(run)].multiply_adds * images_seen(run, data) for run in runs}
    total = sum(costs.values()) or 1
    return {folder: cost / total for folder, cost in costs.items()}


def images_seen(run: PlannedRun, data: str) -> float:
    """How many images a run trains on, over all epochs; sets of unknown size count as 10,000."""
    recipe = run.recipe
    if recipe.steps is not None:
        return recipe.steps * recipe.batch_size * recipe.accumulation_steps
    images: float = NAMED_SETS[data].images if data in NAMED_SETS else _UNKNOWN_IMAGES
    if recipe.subset is not None:
        images = recipe.subset if isinstance(recipe.subset, int) else recipe.subset * images
    elif data in NAMED_SETS:
        aside = recipe.validation
        images -= aside if isinstance(aside, int) else aside * images
    return max(recipe.samples_per_epoch or images, 1) * recipe.epochs
