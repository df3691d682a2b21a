"""The folder of a run, and what `train` returns."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from safetensors.torch import save_file
from torch import Tensor, nn

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.training.atomic import replacing, write_text
from netdsl.training.recipe import Recipe, write_recipe
from netdsl.training.records import EpochMetrics, Result

BEST = "best.safetensors"
LAST = "last.safetensors"
METRICS = "metrics.jsonl"
RESULT = "result.json"
RECIPE = "recipe.yaml"

Weights = Mapping[str, Tensor]


@dataclass(frozen=True, eq=False)
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


class RunFolder:
    """Writes a run's files; each but the metrics is replaced as a whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def create(cls, out: Path | None, name: str) -> RunFolder:
        """Make the folder `out`, or without one the first free `runs/<name>-<n>`.

        Raises `DiagnosticError` where `out` holds a run already or the folder
        can't be made.
        """
        if out is None:
            return cls(_next_free(name))
        with _reported(out):
            out.mkdir(parents=True, exist_ok=True)
            if (out / METRICS).exists() or (out / RESULT).exists():
                raise DiagnosticError(
                    Diagnostic(
                        codes.RUN_FOLDER,
                        f"{out} holds a run already",
                        file=str(out),
                        help="give another folder with `--out`, or leave it away",
                    )
                )
        return cls(out)

    def write_recipe(self, recipe: Recipe) -> None:
        """Write `recipe.yaml`."""
        with _reported(self.path):
            write_text(self.path / RECIPE, write_recipe(recipe))

    def write_weights(self, name: str, weights: Weights) -> None:
        """Write a state dict (on the CPU, contiguous) as safetensors."""
        with _reported(self.path), replacing(self.path / name) as temporary:
            save_file(dict(weights), temporary)

    def add_metrics(self, metrics: EpochMetrics) -> None:
        """Append a line to `metrics.jsonl`."""
        with _reported(self.path), (self.path / METRICS).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(metrics)) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def write_result(self, result: Result) -> None:
        """Write `result.json`."""
        with _reported(self.path):
            write_text(self.path / RESULT, json.dumps(asdict(result), indent=2) + "\n")


def copy_weights(module: nn.Module) -> dict[str, Tensor]:
    """The module's state dict, copied to the CPU in contiguous memory."""
    return {name: value.detach().cpu().contiguous().clone() for name, value in module.state_dict().items()}


def _next_free(name: str) -> Path:
    for number in itertools.count(1):
        path = Path("runs") / f"{name}-{number}"
        with _reported(path):
            try:
                path.mkdir(parents=True)
            except FileExistsError:
                continue
        break
    return path


@contextmanager
def _reported(path: Path) -> Iterator[None]:
    """Errors of the file system as a diagnostic about the run folder."""
    try:
        yield
    except OSError as error:
        raise DiagnosticError(
            Diagnostic(
                codes.RUN_FOLDER,
                f"{path} can't be written: {error.strerror or error}",
                file=str(path),
                help="give a folder that can be written with `--out`",
            )
        ) from error
