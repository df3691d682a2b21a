"""The data of a run, in the parts that the run had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import data as data_codes
from netdsl.diagnostics.catalogue import runs as codes
from netdsl.training.data.dataset import ImageDataset, ImageSplit
from netdsl.training.data.load import load_dataset
from netdsl.training.data.split import set_validation_aside, take_subset
from netdsl.training.data.suit import times
from netdsl.training.image_options import ImageOptions
from netdsl.training.progress import Progress
from netdsl.training.run_folder.opened import SavedRun

Part = Literal["test", "validation", "train"]

PARTS: tuple[Part, ...] = ("test", "validation", "train")


def find_parts(
    saved: SavedRun, data: str | None, data_dir: Path | None, progress: Progress | None
) -> tuple[ImageDataset, tuple[Diagnostic, ...]]:
    """A dataset in its parts, and warnings about it: as the run had them where it is the run's own.

    `data` is what `load_dataset` takes (None: the run's). Parts of other data
    are as they lie. Raises `DiagnosticError` where the data can't be had or
    has other classes or another shape.
    """
    facts, recipe, own = saved.facts, saved.recipe, data is None
    spec, data_dir = (data, data_dir) if data is not None else _asked_for(saved, data_dir)
    options = recipe.image_options if own else _fitting(saved)
    dataset = load_dataset(spec, data_dir, options, progress=progress)
    if dataset.classes != facts.classes:
        raise DiagnosticError(_other_classes(dataset, facts.classes))
    if dataset.shape != facts.image_shape:
        raise DiagnosticError(_other_shape(dataset, facts.image_shape))
    divided = set_validation_aside(dataset, recipe.validation, recipe.split_seed, recipe.stratified)
    divided = take_subset(divided, recipe.subset, recipe.split_seed, recipe.stratified)
    same = not facts.images or _counts(divided) == dict(facts.images)
    if same or own:
        changed = () if same else (_changed(dataset, divided, facts.images),)
        return divided, (*dataset.warnings, *changed)
    return dataset, dataset.warnings


def _asked_for(saved: SavedRun, data_dir: Path | None) -> tuple[str, Path | None]:
    """What the run was given as its data, and where named sets lay."""
    request = saved.facts.request or {}
    spec, folder = request.get("data"), request.get("data_dir")
    if not isinstance(spec, str):
        raise DiagnosticError(
            Diagnostic(
                data_codes.UNKNOWN_DATA,
                f"{saved.folder} does not say where its data is",
                file=str(saved.folder),
                help="name the data with `--data`",
            )
        )
    return spec, data_dir or (Path(folder) if isinstance(folder, str) else None)


def _fitting(saved: SavedRun) -> ImageOptions:
    """How other data is brought to the images of the run."""
    channels, height, width = saved.facts.image_shape
    options = replace(saved.recipe.image_options, resize=(height, width))
    known: Literal[1, 3] | None = 1 if channels == 1 else 3 if channels == 3 else None
    return replace(options, channels=known)


def find_part(dataset: ImageDataset, part: Part) -> ImageSplit:
    """The part of that name; raises `DiagnosticError` where the dataset has none."""
    parts: dict[Part, ImageSplit | None] = {
        "test": dataset.test,
        "validation": dataset.validation,
        "train": dataset.train,
    }
    split = parts[part]
    if split is None:
        there = [name for name, each in parts.items() if each is not None]
        raise DiagnosticError(
            Diagnostic(
                codes.NO_SUCH_PART,
                f"{dataset.name} has no {part} images",
                help=f"there are {' and '.join(there)} images: `--part {there[0]}`",
            )
        )
    return split


def _counts(dataset: ImageDataset) -> dict[str, int]:
    parts = {"train": dataset.train, "validation": dataset.validation, "test": dataset.test}
    return {name: len(split) for name, split in parts.items() if split is not None}


def _other_classes(dataset: ImageDataset, classes: tuple[str, ...]) -> Diagnostic:
    lacking = [name for name in classes if name not in dataset.classes]
    unknown = [name for name in dataset.classes if name not in classes]
    told = [f"lacks {_few(lacking)}"] * bool(lacking) + [f"has {_few(unknown)} too"] * bool(unknown)
    return Diagnostic(
        codes.OTHER_CLASSES,
        f"{dataset.name} {' and '.join(told) or 'has the classes in another order'}, and the run was trained "
        f"on {_few(classes)}",
        help="give data with the classes of the run",
    )


def _few(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(names[:5]) + (f", ... ({len(names)} classes)" if len(names) > 5 else "")


def _other_shape(dataset: ImageDataset, shape: tuple[int, int, int]) -> Diagnostic:
    return Diagnostic(
        data_codes.SHAPE_MISMATCH,
        f"the images of {dataset.name} are {times(dataset.shape)}, and the run was trained on {times(shape)}",
        help="name the data with `--data`: its images are then brought to the size of the run's",
    )


def _changed(dataset: ImageDataset, divided: ImageDataset, begun: Mapping[str, int]) -> Diagnostic:
    before = ", ".join(f"{count} {part}" for part, count in begun.items())
    now = ", ".join(f"{count} {part}" for part, count in _counts(divided).items())
    return Diagnostic(
        codes.DATA_CHANGED, f"{dataset.name} had {before} images when the run began, and now has {now}"
    )
