"""From a command line to the runs of an experiment, all of them checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from netdsl.diagnostics.catalogue import experiments as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError
from netdsl.diagnostics.suggest import closest
from netdsl.experiments.check import NetKey, Size, check_networks
from netdsl.experiments.check_data import check_data
from netdsl.experiments.data import find_data
from netdsl.experiments.engine.choose import RAY
from netdsl.experiments.expand import corners
from netdsl.experiments.load import ExperimentFile, read_experiment
from netdsl.experiments.measured import check_measured
from netdsl.experiments.plan import Choices, PlannedVariant, make_plan, plan_variant, unique
from netdsl.experiments.sweep import Sweep
from netdsl.training.recipe.wrong import in_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from netdsl.experiments.planned import PlannedRun


@dataclass(frozen=True, slots=True)
class SweepPlan:
    """An experiment, its runs, and which of them are asked for; a search has no runs beforehand.

    `data` is what `netdsl train` takes, in any folder.
    """

    file: ExperimentFile
    choices: Choices
    variants: Sequence[PlannedVariant]
    sizes: Mapping[NetKey, Size]
    chosen: Sequence[PlannedVariant]
    data: str
    folder: Path

    @property
    def runs(self) -> list[PlannedRun]:
        """Every run, in the order of the table."""
        return [run for each in self.variants for run in each.runs]

    @property
    def chosen_runs(self) -> list[PlannedRun]:
        """The runs that are asked for."""
        return [run for each in self.chosen for run in each.runs]

    @property
    def sweep(self) -> Sweep:
        """What carries the plan out."""
        return Sweep(self.file.experiment, self.data, self.folder)


def read_plan(options: Namespace) -> tuple[SweepPlan | None, list[Diagnostic]]:
    """The plan of a command line; with any error, there is none."""
    file, found = read_experiment(Path(options.file))
    if file is None:
        return None, in_order(found)
    epochs = file.experiment.partial_epochs if options.partial else options.epochs
    if options.partial and epochs is None:
        return None, [_no_partial_epochs(file)]
    seeds = tuple(range(options.seeds)) if options.seeds else None
    choices = Choices(epochs, seeds)
    variants, checked, found = _variants(file, choices)
    sizes, wrong = check_networks(checked)
    found = unique([*found, *wrong, *_unheeded(file, options.engine)])
    chosen, unknown = _chosen(variants, options.only)
    found += unknown
    data = ""
    try:
        data = find_data(file, options.data)
        place = file.places.get(("data",)) if options.data is None else None
        found += check_data(checked, sizes, data, place)
        found += check_measured(file, checked, data)
    except DiagnosticError as error:
        found.append(error.diagnostic)
    if found:
        return None, in_order(found)
    folder = Path(options.out or Path("runs") / Path(options.file).stem)
    plan = SweepPlan(file, choices, variants, sizes, chosen, data, folder)
    found = plan.sweep.check(plan.runs)
    return (None if found else plan), found


def _variants(
    file: ExperimentFile, choices: Choices
) -> tuple[list[PlannedVariant], list[PlannedVariant], list[Diagnostic]]:
    """What is planned, and what is checked: of a search, the ends of its space."""
    search = file.experiment.search
    if search is None:
        planned, found = make_plan(file, choices)
        return planned, planned, found
    checked, found = [], []
    for variant in corners(file, search):
        each, wrong = plan_variant(variant, file, choices)
        checked.append(each)
        found += wrong
    return [], checked, found


def _chosen(
    variants: Sequence[PlannedVariant], names: Sequence[str]
) -> tuple[list[PlannedVariant], list[Diagnostic]]:
    """Those that `--only` names, all of them without it."""
    known = [name for each in variants for name in (each.variant.name, each.variant.slug)]
    unknown = [_no_such_run(name, known) for name in names if name not in known]
    asked = [
        each for each in variants if not names or each.variant.name in names or each.variant.slug in names
    ]
    return asked, unknown


def _no_such_run(name: str, known: Sequence[str]) -> Diagnostic:
    meant = closest(name, known)
    listed = ", ".join(f"`{each}`" for each in dict.fromkeys(known[::2]))
    help_text = f"its runs are {listed}" if listed else "a search's trials can't be chosen"
    return Diagnostic(
        codes.NO_SUCH_RUN,
        f"the experiment has no run `{name}`",
        help=f"did you mean `{meant}`?" if meant else help_text,
    )


def _unheeded(file: ExperimentFile, engine: str) -> list[Diagnostic]:
    """A scheduler, where the engine has none."""
    if file.experiment.scheduler is None or engine == RAY:
        return []
    return [
        Diagnostic(
            codes.NO_SCHEDULER,
            "only Ray can stop runs early",
            file.places[("scheduler",)].key,
            "asks for bad runs to be stopped early",
            help="add `--engine ray`, or take this key away to train every run to its end",
        )
    ]


def _no_partial_epochs(file: ExperimentFile) -> Diagnostic:
    return Diagnostic(
        codes.MISSING_KEY,
        "the file does not say how many epochs a part of a run is",
        file.beginning.value,
        "lacks `partial_epochs`",
        help="add `partial_epochs: 3`, or give their number with `--epochs`",
    )
