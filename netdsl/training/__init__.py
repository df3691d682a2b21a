"""The trainer: a module, a dataset and a recipe in, a run folder out. It knows nothing of `.net` files.

    load_recipe(text: str | None, source_name: str, overrides: Mapping[str, str] | None = None)
        -> tuple[Recipe | None, list[Diagnostic]]

    recipe_fields() -> tuple[RecipeField, ...]

    load_dataset(spec: str, data_dir: Path | None = None, options: ImageOptions | None = None,
                 *, progress: Progress | None = None)
        -> ImageDataset                                     raises DiagnosticError

    train(module: nn.Module, dataset: ImageDataset, recipe: Recipe, out: Path | None = None, ...)
        -> Run                                              raises DiagnosticError; see `trainer.train`

So a command does, in this order:

    recipe, diagnostics = load_recipe(text, path, {"lr": "0.1"})
    progress = ConsoleProgress()
    dataset = load_dataset(data, data_dir, recipe.image_options, progress=progress)
    run = train(module, dataset, recipe, out, name="lenet5", input_shape=(3, 32, 32), progress=progress)

Importing this package imports nothing heavy; the recipe's names import
pydantic and PyYAML, and torch comes with the data and `train`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netdsl.training.data.dataset import ImageDataset, Split
    from netdsl.training.data.load import load_dataset
    from netdsl.training.image_options import ImageOptions
    from netdsl.training.progress import Progress
    from netdsl.training.progress.console import ConsoleProgress
    from netdsl.training.recipe import (
        Recipe,
        RecipeField,
        Statistics,
        load_recipe,
        recipe_fields,
        write_recipe,
    )
    from netdsl.training.run_folder.opened import load_weights
    from netdsl.training.run_folder.records import EpochMetrics, Result
    from netdsl.training.run_folder.run import Run
    from netdsl.training.trainer import train

__all__ = [
    "ConsoleProgress",
    "EpochMetrics",
    "ImageDataset",
    "ImageOptions",
    "Progress",
    "Recipe",
    "RecipeField",
    "Result",
    "Run",
    "Split",
    "Statistics",
    "load_dataset",
    "load_recipe",
    "load_weights",
    "recipe_fields",
    "train",
    "write_recipe",
]

_HOMES = {
    "ConsoleProgress": "progress.console",
    "EpochMetrics": "run_folder.records",
    "ImageDataset": "data.dataset",
    "ImageOptions": "image_options",
    "Progress": "progress",
    "Recipe": "recipe",
    "RecipeField": "recipe",
    "Result": "run_folder.records",
    "Run": "run_folder.run",
    "Split": "data.dataset",
    "Statistics": "recipe",
    "load_dataset": "data.load",
    "load_recipe": "recipe",
    "load_weights": "run_folder.opened",
    "recipe_fields": "recipe",
    "train": "trainer",
    "write_recipe": "recipe",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
