"""What `train` returns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from torch import nn

from netdsl.training.recipe import Recipe
from netdsl.training.run_folder.records import EpochMetrics, Result


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A finished or interrupted training.

    `module` holds the best weights (the last ones where it was interrupted);
    `recipe` is the resolved one, its statistics written out.
    """

    folder: Path
    module: nn.Module
    recipe: Recipe
    history: tuple[EpochMetrics, ...]
    result: Result
