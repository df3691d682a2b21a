"""How a run goes on that is asked for from Python: as it was begun, to a new length."""

from __future__ import annotations

from pathlib import Path

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.experiments.agreement import holds_other_network, recipe_differences
from netdsl.experiments.request import LENGTHS
from netdsl.network.nodes import Network
from netdsl.training.recipe import Recipe, load_recipe
from netdsl.training.recipe.fields import write_value
from netdsl.training.run_folder.files import FACTS, RECIPE
from netdsl.training.run_folder.opened import open_run


def going_on(folder: Path, asked: Recipe, network: Network | None) -> Recipe:
    """The recipe with which the run in a folder goes on; the one asked for, where none has begun there.

    Of `asked`, the keys count that were given. `network` is None where a
    module is trained. Raises `DiagnosticError` where they are not those that
    the run was begun with, or the folder's files are broken.
    """
    if not (folder / FACTS).exists():
        return asked
    saved = open_run(folder)
    given = asked.model_fields_set
    difference = next(recipe_differences(saved.recipe, asked, given.difference(LENGTHS)), None)
    if difference is not None:
        raise _refused(folder, difference, "of the recipe, only `epochs` or `steps` may be given anew")
    source = saved.facts.source
    if network is not None and source is not None and holds_other_network(folder, source, network):
        raise _refused(folder, "another network", "train the network as it is now in another folder")
    lengths = {key: write_value(getattr(asked, key)) for key in LENGTHS if key in given}
    path = folder / RECIPE
    recipe, wrong = load_recipe(path.read_text(encoding="utf-8"), str(path), lengths, resolved=True)
    if recipe is None:
        raise DiagnosticError(wrong[0])
    return recipe


def _refused(folder: Path, difference: str, help_text: str) -> DiagnosticError:
    return DiagnosticError(
        Diagnostic(
            codes.CANT_RESUME, f"{folder} was begun with {difference}", file=str(folder), help=help_text
        )
    )
