"""A run folder, opened to use what was trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import runs as codes
from netdsl.diagnostics.reason import first_line
from netdsl.text_file import read_text_file
from netdsl.training.recipe import Recipe, Statistics, load_recipe
from netdsl.training.run_folder.files import RECIPE
from netdsl.training.run_folder.reading import broken, read_facts, reading
from netdsl.training.run_folder.records import RunFacts

if TYPE_CHECKING:
    from torch import Tensor, nn

Which = Literal["best", "last"]

WHICH: tuple[Which, ...] = ("best", "last")

_NAMED = 3


@dataclass(frozen=True, slots=True)
class SavedRun:
    """A run folder: how the run began and its resolved recipe."""

    folder: Path
    facts: RunFacts
    recipe: Recipe

    def weights(self, which: Which) -> Path:
        """The file with the state dict of the best or of the last epoch."""
        return self.folder / f"{which}.safetensors"


def open_run(folder: Path) -> SavedRun:
    """Read a run folder's facts and recipe; the weights are read by `load_weights`.

    Raises `DiagnosticError` where there is no run, or a file of it is missing,
    broken, or says what can't be.
    """
    facts = read_facts(folder)
    path, recipe = folder / RECIPE, read_recipe(folder)
    statistics, channels = recipe.normalization, facts.image_shape[0]
    if statistics == "data":
        raise broken(path, "lacks the mean and standard deviation that the run measured")
    if isinstance(statistics, Statistics) and len(statistics.mean) != channels:
        raise broken(path, f"has {len(statistics.mean)} means for images of {channels} channels")
    return SavedRun(folder, facts, recipe)


def read_recipe(folder: Path) -> Recipe:
    """A run's resolved recipe; raises `DiagnosticError` where it is missing or broken."""
    path = folder / RECIPE
    text = reading(path, lambda: read_text_file(path))
    recipe, wrong = load_recipe(text, str(path), resolved=True)
    if recipe is None:
        raise DiagnosticError(wrong[0])
    return recipe


def load_weights(module: nn.Module, path: Path) -> None:
    """Fill the module with the state dict of a safetensors file.

    Nothing in the file can run. Raises `DiagnosticError` where it is not
    there, damaged, of another format, or another network's; the module is
    then as it was.
    """
    tensors = _read(path)
    expected = module.state_dict()
    differences = _differences(tensors, expected)
    if differences:
        more = f", and {len(differences) - _NAMED} more" if len(differences) > _NAMED else ""
        raise DiagnosticError(
            Diagnostic(
                codes.WEIGHTS_DIFFER,
                f"{path} does not fit the network: {'; '.join(differences[:_NAMED])}{more}",
                file=str(path),
                help="use the weights with the network that they were trained in",
            )
        )
    module.load_state_dict(tensors)


def _read(path: Path) -> dict[str, Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        tensors: dict[str, Tensor] = load_file(path)
    except FileNotFoundError as error:
        raise _unreadable(path, "is not there") from error
    except (OSError, SafetensorError, ValueError, KeyError, RuntimeError, MemoryError) as error:
        reason = first_line(error)
        raise _unreadable(path, f"can't be read: {reason}") from error
    return tensors


def _unreadable(path: Path, problem: str) -> DiagnosticError:
    other = next(which for which in WHICH if which != path.stem)
    there = (path.parent / f"{other}.safetensors").exists()
    return DiagnosticError(
        Diagnostic(
            codes.BROKEN_WEIGHTS,
            f"{path} {problem}",
            file=str(path),
            help=f"the run's other weights may do: `--weights {other}`" if there else None,
        )
    )


def _differences(found: Mapping[str, Tensor], expected: Mapping[str, Tensor]) -> list[str]:
    """What a state dict lacks, has too much, or has in another shape, in words."""
    lacking = [f"`{name}` is missing" for name in expected if name not in found]
    shapes = [
        f"`{name}` is {_shape(found[name])} and should be {_shape(tensor)}"
        for name, tensor in expected.items()
        if name in found and found[name].shape != tensor.shape
    ]
    unknown = [f"the network has no `{name}`" for name in found if name not in expected]
    return shapes + lacking + unknown


def _shape(tensor: Tensor) -> str:
    return "x".join(map(str, tensor.shape)) or "a single number"
