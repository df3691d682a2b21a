"""Which runs a report is of: run folders, and those of a sweep with its table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from netdsl.diagnostics import DiagnosticError
from netdsl.experiments.folder import JSON
from netdsl.experiments.rows import ACCURACIES
from netdsl.experiments.saved_table import SavedRow, SavedSummary, SavedTable, read_table
from netdsl.experiments.table import told, told_differences
from netdsl.report.page.contents import TableContents
from netdsl.training.progress.durations import duration
from netdsl.training.run_folder.files import FACTS
from netdsl.training.run_folder.reading import broken
from netdsl.training.run_folder.repeat import Summary


@dataclass(frozen=True, slots=True)
class NamedRun:
    """A run folder, what the page calls it, and which seed of which run it is, both from 0.

    `seed_name` is `seed 3` where the run has several seeds, and else empty.
    """

    folder: Path
    name: str
    group: int
    seed: int = 0
    seed_name: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The runs of a report; title, notes and rows are those of the sweep, if there is just one."""

    runs: tuple[NamedRun, ...]
    title: str = ""
    notes: tuple[str, ...] = ()
    rows: tuple[SavedRow, ...] = ()


def find_runs(paths: Sequence[Path]) -> Found:
    """The runs of all folders, those of sweeps in the order of their tables.

    Raises `DiagnosticError` where a sweep's table is broken or no run of it
    has begun.
    """
    sweeps = [path for path in paths if (path / JSON).is_file()]
    tables = {path: read_table(path) for path in sweeps}
    runs: list[NamedRun] = []
    for path in paths:
        group = runs[-1].group + 1 if runs else 0
        found = _of_sweep(path, tables[path], group) if path in tables else None
        runs += found or [NamedRun(path, _name(path, paths), group)]
    if len(paths) != 1 or not sweeps:
        return Found(tuple(runs))
    table = tables[paths[0]]
    notes = tuple(each for each in (table.source, table.note) if each)
    return Found(tuple(runs), table.title, notes, table.rows)


def _name(path: Path, paths: Sequence[Path]) -> str:
    """The folder's name, with those above it where several have the same, or where it is a seed's."""
    for depth in range(1 + path.name.startswith("seed-"), len(path.parts) + 1):
        name = "/".join(path.parts[-depth:])
        if sum("/".join(each.parts[-depth:]) == name for each in paths) == 1:
            return name
    return str(path)


def _of_sweep(folder: Path, table: SavedTable, group: int) -> list[NamedRun]:
    """The runs that have begun, by name, and by seed where there are several."""
    runs = list(_begun(folder, table, group))
    if not runs:
        raise DiagnosticError(broken(folder / JSON, "has no run that has begun").diagnostic)
    return runs


def _begun(folder: Path, table: SavedTable, group: int) -> Iterator[NamedRun]:
    for number, row in enumerate(table.rows, group):
        for place_of_seed, each in enumerate(row.runs):
            if _has_begun(folder / each.folder, folder):
                part = f" ({row.partial})" if row.partial else ""
                seed_name = f"seed {each.seed}" if len(row.runs) > 1 else ""
                yield NamedRun(folder / each.folder, f"{row.run}{part}", number, place_of_seed, seed_name)


def _has_begun(place: Path, folder: Path) -> bool:
    """Whether a run has begun there, which must be inside the sweep's folder."""
    try:
        return place.resolve().is_relative_to(folder.resolve()) and (place / FACTS).is_file()
    except (OSError, ValueError, RuntimeError):  # No path that there could be, or links in circles.
        return False


def table_of(found: Found) -> TableContents | None:
    """The sweep's table: what was reached, what was reported, and the difference."""
    if not found.rows:
        return None
    headings = ["run", "train", "validation", "test", "epochs", "parameters", "time"]
    headings += ["reported", "difference", "remark"]
    rows = [_cells(row) for row in found.rows]
    return TableContents(headings, [0 < n < 7 for n in range(len(headings))], rows).filled()


def _cells(row: SavedRow) -> list[str]:
    return [
        row.run,
        *(_accuracy(getattr(row, name)) for name in ACCURACIES),
        f"{row.epochs:g}" if row.epochs else "",
        f"{row.parameters:,}" if row.parameters else "",
        duration(row.seconds) if row.seconds else "",
        told(row.reported),
        told_differences(row.difference),
        "; ".join(each for each in (row.partial, row.state) if each),
    ]


def _accuracy(summary: SavedSummary | None) -> str:
    if summary is None:
        return ""
    return f"{Summary(1, summary.mean, summary.deviation, None, None).text(2, 100)} %"
