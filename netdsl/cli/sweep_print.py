"""What `netdsl sweep` prints: the plan of a dry run, and the table."""

from __future__ import annotations

import sys
from dataclasses import asdict

from netdsl.cli.common import print_json
from netdsl.cli.sweep_plan import SweepPlan
from netdsl.experiments.check import net_key, relative_costs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.experiments.planned import PlannedRun
    from netdsl.experiments.table import Table


def print_plan(plan: SweepPlan, form: str) -> None:
    """The runs with what they cost, as far as it can be known without the data."""
    costs = relative_costs(plan.runs, plan.sizes, plan.data)
    if form == "json":
        search = plan.file.experiment.search
        print_json(
            {
                "title": plan.file.experiment.title,
                "data": plan.data,
                "folder": str(plan.folder),
                "runs": [_run_json(run, plan, costs[run.folder]) for run in plan.runs],
                "search": search.model_dump(exclude_unset=True) if search is not None else None,
            }
        )
        return
    _print_text(plan, costs)


def _run_json(run: PlannedRun, plan: SweepPlan, cost: float) -> dict[str, object]:
    return {
        "run": run.name,
        "seed": run.seed,
        "folder": run.folder,
        "net": run.net,
        "settings": dict(run.settings),
        "changes": list(run.changes),
        "epochs": run.recipe.epochs if run.recipe.steps is None else None,
        "steps": run.recipe.steps,
        "partial": run.part,
        **asdict(plan.sizes[net_key(run)]),
        "cost": round(cost, 6),
    }


def _print_text(plan: SweepPlan, costs: dict[str, float]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table as RichTable

    experiment = plan.file.experiment
    made = RichTable(title=escape(f"{experiment.title}, on {plan.data}"), title_justify="left", box=None)
    made.add_column("run", overflow="fold")
    for title in ("seeds", "length", "parameters", "multiply-adds", "cost"):
        made.add_column(title, justify="right")
    for each in plan.variants:
        run, size = each.runs[0], plan.sizes[net_key(each.runs[0])]
        cost = sum(costs[one.folder] for one in each.runs)
        length = f"{run.recipe.epochs} epochs" if run.recipe.steps is None else f"{run.recipe.steps} steps"
        seeds = ", ".join(str(one.seed) for one in each.runs)
        made.add_row(
            escape(run.name),
            seeds,
            run.part or length,
            f"{size.parameters:,}",
            f"{size.multiply_adds:,}",
            f"{100 * cost:.1f} %",
        )
    console = Console()
    if plan.variants:
        console.print(made)
    if experiment.search is not None:
        console.print(f"{experiment.title}: {experiment.search.trials} trials", markup=False, highlight=False)
    chosen = len(plan.chosen)
    console.print(
        f"{chosen} runs in {plan.folder}; cost is multiply-adds x images x epochs, as a share of all"
        if plan.variants
        else f"Optuna chooses them by {experiment.search.metric if experiment.search else ''}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


def print_table(table: Table, to_errors: bool) -> None:
    """The table, on standard error while others are still to come and standard output is JSON's."""
    from rich.console import Console

    from netdsl.experiments.table import as_rich

    console = Console(file=sys.stderr if to_errors else sys.stdout)
    console.print(as_rich(table))
