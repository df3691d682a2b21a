"""What `netdsl sweep --dry-run` prints: the runs, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table as RichTable

from netdsl.cli.shared.printing import print_json
from netdsl.cli.sweep.plan import SweepPlan
from netdsl.experiments.check import net_key, relative_costs
from netdsl.plain_text import add_row, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.experiments.planned import PlannedRun


def print_plan(plan: SweepPlan, form: str) -> None:
    """The runs with what they cost, as far as it can be known without the data."""
    costs = relative_costs(plan.chosen_runs, plan.sizes, plan.data)
    if form == "json":
        search = plan.file.experiment.search
        print_json(
            {
                "title": plan.file.experiment.title,
                "data": plan.data,
                "folder": str(plan.folder),
                "runs": [_run_json(run, plan, costs[run.folder]) for run in plan.chosen_runs],
                "search": search.model_dump(exclude_unset=True) if search is not None else None,
            }
        )
        return
    console = Console()
    for part in _as_text(plan, costs):
        if isinstance(part, str):
            say(console, part)
        else:
            console.print(part)


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
        "same_as": run.twin,
    }


def _as_text(plan: SweepPlan, costs: dict[str, float]) -> Iterator[str | RichTable]:
    """What is said and shown of a plan, in order."""
    experiment = plan.file.experiment
    yield f"{experiment.title}, on {Path(plan.data).name}\n"
    if experiment.search is not None:
        trials = experiment.search.trials
        yield f"{trials} trials in {plan.folder}, which Optuna chooses by {experiment.search.metric}"
        return
    yield _table(plan, costs)
    for each in plan.chosen:
        for run in each.runs:
            if run.twin is not None:
                yield f"`{run.label}` is the same training as that of `{run.twin}`, and is trained once"
    runs = plan.chosen_runs
    trainings = len({run.folder for run in runs})
    left = len(plan.sweep.pending(plan.sweep.known(plan.runs), runs))
    done = f", {trainings - left} of them done" if left < trainings else ""
    yield f"\n{_counted(trainings, 'training')} in {plan.folder}{done}"
    yield "cost: multiply-adds x images x epochs, as a share of all"


def _table(plan: SweepPlan, costs: dict[str, float]) -> RichTable:
    made = RichTable(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    made.add_column("run", overflow="fold")
    for title in ("seeds", "length", "parameters", "multiply-adds", "cost"):
        made.add_column(title, justify="right", no_wrap=title != "seeds")
    for each in plan.chosen:
        run = each.runs[0]
        size = plan.sizes[net_key(run)]
        cost = sum(costs[one.folder] for one in each.runs if one.twin is None)
        length = f"{run.recipe.epochs} epochs" if run.recipe.steps is None else f"{run.recipe.steps} steps"
        add_row(
            made,
            run.name,
            spans([one.seed for one in each.runs]),
            run.part or length,
            f"{size.parameters:,}",
            f"{size.multiply_adds:,}",
            f"{100 * cost:.1f} %",
        )
    return made


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'s' * (number != 1)}"


def spans(numbers: Sequence[int]) -> str:
    """Whole numbers as a person lists them: 0-9, 20."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(f"{part[0]}-{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts)
