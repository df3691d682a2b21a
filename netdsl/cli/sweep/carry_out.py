"""Carries the plan of a sweep out, and prints its table after every run."""

from __future__ import annotations

import os
import sys

from netdsl.cli.shared.printing import print_json
from netdsl.cli.sweep.plan import SweepPlan
from netdsl.cli.sweep.table import print_table
from netdsl.experiments.engine.choose import RAY, open_engine
from netdsl.experiments.folder import MARKDOWN
from netdsl.experiments.outcome import Outcome
from netdsl.experiments.progress import shown_alone, shown_among_others
from netdsl.experiments.sweep import Ending, Sweep
from netdsl.experiments.table import Table, as_json
from netdsl.experiments.train_one import Circumstances, TrainOne

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from netdsl.experiments.engine.protocol import Engine

CODES = {Ending.FINISHED: 0, Ending.SOME_FAILED: 1, Ending.INTERRUPTED: 130}


class Printer:
    """Prints the table after every run; as JSON, once at the end."""

    def __init__(self, form: str) -> None:
        self._form = form
        self._table: Table | None = None
        self._printed = False

    def told(self, table: Table, outcome: Outcome | None) -> None:
        """Hear of a run, or of the table at the beginning."""
        self._table = table
        self._printed = outcome is not None and self._form == "text"
        if outcome is not None and outcome.failure is not None:
            failure = outcome.failure
            print(f"{outcome.run.label} failed: {failure.code} {failure.message}", file=sys.stderr)
            if failure.help is not None:
                print(f"  help: {failure.help}", file=sys.stderr)
        if self._printed:
            print_table(table)

    def end(self) -> None:
        """Print what has not been printed yet."""
        if self._table is None:
            return
        if self._form == "json":
            print_json(as_json(self._table))
        elif not self._printed:
            print_table(self._table)


def carry_out(plan: SweepPlan, options: Namespace) -> int:
    """Train what is not done yet; the exit code. Raises `DiagnosticError`."""
    sweep = plan.sweep
    data_dir = os.path.abspath(os.path.expanduser(options.data_dir)) if options.data_dir else None
    circumstances = Circumstances(plan.folder, plan.data, data_dir, options.device, options.deterministic)
    if options.engine == RAY:
        train = TrainOne(circumstances.lasting(), shown_among_others)
    else:
        train = TrainOne(circumstances, shown_alone if options.jobs == 1 else shown_among_others)
    printer = Printer(options.format)
    scheduler = plan.file.experiment.scheduler
    asha = scheduler.asha if scheduler is not None else None
    with open_engine(options.engine, options.jobs, asha, options.device) as engine:
        ending = _run(plan, sweep, engine, train, options.jobs, printer)
    printer.end()
    print(f"the table is in {plan.folder / MARKDOWN}", file=sys.stderr)
    return CODES[ending]


def _run(
    plan: SweepPlan, sweep: Sweep, engine: Engine, train: TrainOne, jobs: int, printer: Printer
) -> Ending:
    """Train the runs that are planned, or those that a search chooses."""
    if plan.file.experiment.search is not None:
        from netdsl.experiments.search import Searcher

        searcher = Searcher(plan.file, plan.choices, sweep)
        ending = searcher.carry_out(engine, train, jobs, printer.told)
        best = searcher.best
        if best is not None:
            print(f"best: {best.name}, {best.metric} {best.value:.4f}", file=sys.stderr)
        return ending
    return sweep.carry_out(plan.runs, plan.chosen_runs, engine, train, printer.told)
