"""`netdsl sweep FILE.yaml`."""

from __future__ import annotations

import shlex
import sys

from netdsl.cli.shared.numbers import positive
from netdsl.cli.shared.printing import print_findings, print_json
from netdsl.diagnostics.diagnostic import DiagnosticError
from netdsl.experiments.engine.choose import ENGINES, LOCAL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

INTERRUPTED = 130


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("file", nargs="?", metavar="FILE", help="an experiment file, in YAML")
    parser.add_argument(
        "--data", metavar="DATA", help="other data than the file's: what `train --data` takes"
    )
    parser.add_argument("--data-dir", metavar="DIR", help="where named sets are kept and downloaded to")
    parser.add_argument("--out", metavar="DIR", help="the sweep's folder (runs/NAME-OF-FILE)")
    parser.add_argument(
        "--dry-run", action="store_true", help="check every net and recipe, list the runs, and train nothing"
    )
    parser.add_argument("--jobs", type=positive, default=1, metavar="N", help="train N runs at a time (1)")
    parser.add_argument("--engine", choices=ENGINES, default=LOCAL, help="where to train (local)")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--epochs", type=positive, metavar="N", help="train no run longer than N epochs")
    length.add_argument(
        "--partial", action="store_true", help="train no run longer than the file's `partial_epochs`"
    )
    parser.add_argument(
        "--only", nargs="+", action="extend", default=[], metavar="NAME", help="train these runs alone"
    )
    parser.add_argument("--seeds", type=positive, metavar="N", help="train every run with the seeds 0 to N-1")
    parser.add_argument("--device", help="cpu, cuda, cuda:1, mps; the best there is if not given")
    parser.add_argument(
        "--deterministic", action="store_true", help="equal runs to the bit, at some cost of speed"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print the table")
    parser.add_argument(
        "--schema", action="store_true", help="print the JSON Schema of experiment files, for editors"
    )


def run(options: Namespace) -> int:
    """Train what is not done yet; 1 where something is wrong with the file or a run has failed."""
    if options.schema:
        return print_schema()
    if options.file is None:
        print("netdsl sweep: name a FILE", file=sys.stderr)
        return 2
    from netdsl.cli.sweep.carry_out import carry_out
    from netdsl.cli.sweep.dry_run import print_plan
    from netdsl.cli.sweep.plan import read_plan
    from netdsl.experiments.check_order import check_order

    try:
        plan, found = read_plan(options)
        if plan is None:
            print_findings(found)
            return 1
        if options.dry_run:
            print_plan(plan, options.format)
            unshuffled = check_order(plan.file, plan.chosen_runs, plan.data)
            if unshuffled is not None:
                print_findings([unshuffled])
            return 0
        code = carry_out(plan, options)
    except DiagnosticError as error:
        print_findings([error.diagnostic])
        return 1
    except KeyboardInterrupt:
        code = INTERRUPTED
    if code == INTERRUPTED:
        command = shlex.join(["netdsl", *options.arguments])
        print(f"interrupted; repeat the command to go on: {command}", file=sys.stderr)
    return code


def print_schema() -> int:
    """Print the schema of experiment files."""
    from netdsl.experiments.schema import experiment_schema

    print_json(experiment_schema())
    return 0
