"""Which runs a report is of: run folders, and those of a sweep with its table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netdsl.diagnostics import DiagnosticError
from netdsl.experiments.folder import JSON
from netdsl.experiments.rows import ACCURACIES
from netdsl.experiments.table import told, told_differences
from netdsl.report.page.contents import TableContents
from netdsl.training.durations import duration
from netdsl.training.repeat import Summary
from netdsl.training.stored import broken
from netdsl.training.text_file import read_json_file


@dataclass(frozen=True, slots=True)
class NamedRun:
    """A run folder, what the page calls it, and which seed of which run it is, both from 0."""

    folder: Path
    label: str
    group: int
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """The runs of a report; title, notes and rows are those of the sweep, if there is just one."""

    runs: tuple[NamedRun, ...]
    title: str = ""
    notes: tuple[str, ...] = ()
    rows: tuple[dict[str, Any], ...] = ()


def find_runs(paths: Sequence[Path]) -> Found:
    """The runs of all folders, those of sweeps in the order of their tables.

    Raises `DiagnosticError` where a sweep's table is broken or no run of it
    has begun.
    """
    sweeps = [path for path in paths if (path / JSON).is_file()]
    tables = {path: _read(path) for path in sweeps}
    runs: list[NamedRun] = []
    for path in paths:
        group = runs[-1].group + 1 if runs else 0
        found = _of_sweep(path, tables[path], group) if path in tables else None
        runs += found or [NamedRun(path, _name(path, paths), group)]
    if len(paths) != 1 or not sweeps:
        return Found(tuple(runs))
    table = tables[paths[0]]
    notes = tuple(str(table[key]) for key in ("source", "note") if table.get(key))
    return Found(tuple(runs), str(table["title"]), notes, tuple(table["rows"]))


def _name(path: Path, paths: Sequence[Path]) -> str:
    """The folder's name, with those above it where several have the same, or where it is a seed's."""
    for depth in range(1 + path.name.startswith("seed-"), len(path.parts) + 1):
        name = "/".join(path.parts[-depth:])
        if sum("/".join(each.parts[-depth:]) == name for each in paths) == 1:
            return name
    return str(path)


def _read(folder: Path) -> dict[str, Any]:
    path = folder / JSON
    try:
        table = read_json_file(path)
        for row in table["rows"]:
            row["run"], row["reported"], row["difference"]
            for each in row["runs"]:
                each["folder"], each["seed"]
        str(table["title"])
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise broken(path, "is no table of a sweep") from error
    found: dict[str, Any] = table
    return found


def _of_sweep(folder: Path, table: dict[str, Any], group: int) -> list[NamedRun]:
    """The runs that have begun, by name, and by seed where there are several."""
    runs = list(_begun(folder, table, group))
    if not runs:
        raise DiagnosticError(broken(folder / JSON, "has no run that has begun").diagnostic)
    return runs


def _begun(folder: Path, table: dict[str, Any], group: int) -> Iterator[NamedRun]:
    for number, row in enumerate(table["rows"], group):
        for place_of_seed, each in enumerate(row["runs"]):
            place = folder / str(each["folder"])
            inside = place.resolve().is_relative_to(folder.resolve())
            if inside and (place / "run.json").is_file():
                part = f" ({row['partial']})" if row.get("partial") else ""
                seed = f", seed {each['seed']}" if len(row["runs"]) > 1 else ""
                yield NamedRun(place, f"{row['run']}{seed}{part}", number, place_of_seed)


def table_of(found: Found) -> TableContents | None:
    """The sweep's table: what was reached, what was reported, and the difference."""
    if not found.rows:
        return None
    headings = ["run", "train", "validation", "test", "epochs", "parameters", "time"]
    headings += ["reported", "difference", "remark"]
    rows = [_cells(row) for row in found.rows]
    return TableContents(headings, [0 < n < 7 for n in range(len(headings))], rows).filled()


def _cells(row: dict[str, Any]) -> list[str]:
    return [
        str(row["run"]),
        *(_accuracy(row.get(name)) for name in ACCURACIES),
        f"{row['epochs']:g}" if row.get("epochs") else "",
        f"{row['parameters']:,}" if row.get("parameters") else "",
        duration(row["seconds"]) if row.get("seconds") else "",
        told(row["reported"]),
        told_differences(row["difference"]),
        "; ".join(str(row[key]) for key in ("partial", "state") if row.get(key)),
    ]


def _accuracy(summary: dict[str, float] | None) -> str:
    if summary is None:
        return ""
    return f"{Summary(1, summary['mean'], summary.get('deviation'), None, None).text(2, 100)} %"
