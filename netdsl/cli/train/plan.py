"""From a command line to a plan: network, recipe and request, of a new run or of one that goes on."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from netdsl.cli.shared.network import read_settings
from netdsl.cli.shared.printing import print_findings
from netdsl.cli.train.launch import goes_on, is_quiet, is_told
from netdsl.cli.train.recipe import given_keys, read_recipe, read_text
from netdsl.cli.train.request import read_request, request_of
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError
from netdsl.experiments.request import LENGTHS, Request
from netdsl.spec import check_file
from netdsl.training.run_folder.files import FACTS, RECIPE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping

    from netdsl.network.nodes import Network
    from netdsl.training import Recipe


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be trained, how and where; `resume` says whether the folder holds its beginning."""

    network: Network
    recipe: Recipe
    request: Request
    folder: Path | None
    resume: bool = False

    @property
    def name(self) -> str:
        """What the run is called."""
        return self.network.name.lower()


def make_plan(options: Namespace) -> Plan | None:
    """The plan of a command line; None where errors were printed.

    Raises `DiagnosticError` where a run can't be resumed or a file not read.
    """
    if options.resume is not None:
        return _resumed(options, Path(options.resume))
    out = Path(options.out) if options.out else None
    if goes_on():
        begun = out or _launched_folder()
        if begun is not None and (begun / FACTS).exists():
            return _resumed(options, begun, restarting=True)
    settings, wrong = read_settings(options)
    if wrong:
        print_findings(wrong)
        return None
    network = _network(options.file, settings)
    recipe = read_recipe(options) if network is not None else None
    if network is None or recipe is None:
        return None
    return Plan(network, recipe, request_of(options, settings), out, resume=goes_on() and out is not None)


def _resumed(options: Namespace, folder: Path, *, restarting: bool = False) -> Plan | None:
    from netdsl.training import load_recipe

    given = {} if restarting else given_keys(options)
    if not restarting:
        _refuse_changes(options, given)
    request = read_request(folder)
    network = _network(request.file, request.settings)
    path = str(folder / RECIPE)
    recipe, wrong = load_recipe(read_text(path), path, given)
    if wrong:
        print_findings(wrong)
    if network is None or recipe is None:
        return None
    return Plan(network, recipe, request, folder, resume=True)


def _refuse_changes(options: Namespace, given: dict[str, str]) -> None:
    others = {"FILE": options.file, "--set": options.settings, "--out": options.out, "--runs": options.runs}
    others |= {"--recipe": options.recipe, "--data": options.data, "--data-dir": options.data_dir}
    others |= {"--device": options.device, "--deterministic": options.deterministic}
    others |= {"--tensorboard": options.tensorboard, "--show-batch": options.show_batch}
    changed = [name for name, value in others.items() if value]
    changed += [f"--{key}" for key in given if key not in LENGTHS]
    if changed:
        raise DiagnosticError(
            Diagnostic(
                codes.CANT_RESUME,
                f"{changed[0]} can't be given with --resume: the run goes on as it was begun",
                file=options.resume,
                help="only --epochs or --steps may be given anew",
            )
        )


def _network(spec: str, settings: Mapping[str, str]) -> Network | None:
    result = check_file(spec, dict(settings))
    told = is_quiet() if result.network is None else is_told()
    if result.diagnostics and not told:
        print_findings(result.diagnostics, result.is_cut)
    return result.network


def _launched_folder() -> Path | None:
    """The folder of the run that the same torchrun agent began before it started its processes again."""
    from netdsl.text_file import read_json_file
    from netdsl.training.loop.begin import launch

    for facts in sorted(Path("runs").glob("*/run.json"), key=os.path.getmtime, reverse=True):
        try:
            if read_json_file(facts).get("launch") == launch():
                return facts.parent
        except (OSError, ValueError, AttributeError):
            continue
    return None
