"""`netdsl train --runs N`: the same training with several seeds, and what they have in common."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from netdsl.plain_text import add_row
from netdsl.text_file import read_json_file
from netdsl.training.progress.console import percent
from netdsl.training.run_folder.files import RESULT
from netdsl.training.run_folder.repeat import Summary, summarise

# Trains with a seed in a folder, or goes on there; the result as in result.json, None where there is none.
TrainOnce = Callable[[int, Path], dict[str, Any] | None]

FIGURES = {"validation_accuracy": "validation", "test_accuracy": "test"}


def repeat(train_once: TrainOnce, seeds: Sequence[int], folder: Path) -> bool:
    """Train with each seed in `<folder>/seed-<n>`, print a table, write `runs.json`; whether all were ended.

    What is done already is not done again, so the command can be interrupted
    and repeated. Raises `DiagnosticError` where the folder can't be written.
    """
    results: dict[int, dict[str, Any]] = {}
    for seed in seeds:
        place = seed_folder(folder, seed)
        result = finished(place) or train_once(seed, place)
        if result is None or result["interrupted"]:
            return False
        results[seed] = result
    summaries = {name: _summary(name, results) for name in FIGURES}
    _write(folder / "runs.json", results, summaries)
    Console().print(_table(results, summaries))
    return True


def seed_folder(folder: Path, seed: int) -> Path:
    """The run folder of a seed."""
    return folder / f"seed-{seed}"


def finished(folder: Path) -> dict[str, Any] | None:
    """The result of a run that came to its end, if there is one in the folder."""
    try:
        result: Any = read_json_file(folder / RESULT)
    except (OSError, ValueError):
        return None
    return result if isinstance(result, dict) and result.get("interrupted") is False else None


def _summary(name: str, results: dict[int, dict[str, Any]]) -> Summary | None:
    values = [result[name] for result in results.values() if result.get(name) is not None]
    return summarise(values) if values else None


def _write(path: Path, results: dict[int, dict[str, Any]], summaries: dict[str, Summary | None]) -> None:
    from netdsl.atomic import write_text
    from netdsl.training.run_folder.making import reported

    runs = [
        {"seed": seed, **{name: result.get(name) for name in (*FIGURES, "best_epoch", "seconds")}}
        for seed, result in results.items()
    ]
    summary = {name: asdict(each) for name, each in summaries.items() if each is not None}
    with reported(path.parent):
        write_text(path, json.dumps({"runs": runs, **summary}, indent=2) + "\n")


def _table(results: dict[int, dict[str, Any]], summaries: dict[str, Summary | None]) -> Table:
    shown = [name for name, summary in summaries.items() if summary is not None]
    table = Table(box=None)
    table.add_column("seed", justify="right")
    for name in shown:
        table.add_column(FIGURES[name], justify="right")
    # Without validation images, the weights are those of the last epoch.
    table.add_column("best epoch" if "validation_accuracy" in shown else "last epoch", justify="right")
    table.add_column("seconds", justify="right")
    for seed, result in results.items():
        figures = [percent(result[name]) for name in shown]
        add_row(table, str(seed), *figures, str(result["best_epoch"]), f"{result['seconds']:.1f}")
    table.add_section()
    add_row(table, "mean ± sd", *(_mean(summaries[name]) for name in shown))
    add_row(table, "95 % interval", *(_interval(summaries[name]) for name in shown))
    return table


def _mean(summary: Summary | None) -> str:
    if summary is None or summary.deviation is None:
        return percent(summary.mean if summary else None)
    return f"{100 * summary.mean:.2f} ± {100 * summary.deviation:.2f} %"


def _interval(summary: Summary | None) -> str:
    if summary is None or summary.low is None or summary.high is None:
        return "-"
    return f"{100 * summary.low:.2f} to {100 * summary.high:.2f} %"
