"""The table of a sweep: as Markdown, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from netdsl.atomic import write_text
from netdsl.experiments.folder import CSV, JSON, MARKDOWN
from netdsl.experiments.model import Experiment, Reported
from netdsl.experiments.outcome import Outcome
from netdsl.experiments.rows import ACCURACIES, FIGURES, LOSSES, Row, figures_epoch, make_rows
from netdsl.training.progress.durations import duration
from netdsl.training.run_folder.repeat import Summary

_SHORT = {
    "train_accuracy": "train",
    "validation_accuracy": "validation",
    "test_accuracy": "test",
    "train_loss": "train loss",
    "validation_loss": "validation loss",
}


@dataclass(frozen=True, slots=True)
class Table:
    """What a sweep has reached so far, with what the experiment says of itself."""

    title: str
    source: str | None
    note: str | None
    data: str
    rows: tuple[Row, ...]

    @property
    def has_losses(self) -> bool:
        """Whether the source reported losses."""
        return any(getattr(row.reported, name) is not None for row in self.rows for name in LOSSES)

    @classmethod
    def of(cls, experiment: Experiment, data: str, outcomes: Sequence[Outcome]) -> Table:
        """The table of an experiment's outcomes."""
        return cls(experiment.title, experiment.source, experiment.note, data, tuple(make_rows(outcomes)))

    def save(self, folder: Path) -> None:
        """Write `table.md`, `table.csv` and `table.json`, each replaced as a whole."""
        folder.mkdir(parents=True, exist_ok=True)
        write_text(folder / MARKDOWN, as_markdown(self))
        write_text(folder / CSV, as_csv(self))
        write_text(folder / JSON, json.dumps(as_json(self), indent=2, ensure_ascii=False) + "\n")


# A column's title, its cell, and whether it holds numbers.
_Column = tuple[str, Callable[[Row], str], bool]

_COLUMNS: tuple[_Column, ...] = (
    ("run", lambda row: row.name, False),
    ("changes", lambda row: "" if row.name == ", ".join(row.changes) else ", ".join(row.changes), False),
    ("train", lambda row: _percent(row.figures["train_accuracy"]), True),
    ("validation", lambda row: _percent(row.figures["validation_accuracy"]), True),
    ("test", lambda row: _percent(row.figures["test_accuracy"]), True),
    (_SHORT["train_loss"], lambda row: _loss(row.figures["train_loss"]), True),
    (_SHORT["validation_loss"], lambda row: _loss(row.figures["validation_loss"]), True),
    ("epochs", lambda row: _number(row.epochs), True),
    ("best epoch", lambda row: _number(row.best_epoch) if row.has_validation else "", True),
    ("time", lambda row: "" if row.seconds is None else duration(row.seconds), True),
    ("parameters", lambda row: "" if row.parameters is None else f"{row.parameters:,}", True),
    ("reported", lambda row: told(row.reported.model_dump(exclude_none=True)), False),
    ("difference", lambda row: told_differences(row.differences), False),
    ("", lambda row: "; ".join(each for each in (row.partial, row.state) if each), False),
)


def columns(table: Table) -> list[tuple[str, list[str], bool]]:
    """The columns with anything in them, losses only if some were reported: title, cells, is it numbers."""
    left_out = set() if table.has_losses else {_SHORT[name] for name in LOSSES}
    filled = [(title, [cell(row) for row in table.rows], numbers) for title, cell, numbers in _COLUMNS]
    return [column for column in filled if any(column[1]) and column[0] not in left_out]


def as_markdown(table: Table) -> str:
    """Title, source, note, the table, and the notes of its runs."""
    parts = [f"# {table.title}"]
    if table.source:
        parts.append(f"Reported by: {table.source}")
    if table.note:
        parts.append(table.note.strip())
    shown = columns(table)
    lines = [_line([title for title, _, _ in shown])]
    lines.append(_line(["---:" if numbers else "---" for _, _, numbers in shown]))
    lines += [_line([cells[n] for _, cells, _ in shown]) for n in range(len(table.rows))]
    parts.append("\n".join(lines))
    data = f"Data: {Path(table.data).name}. Figures are those of {figures_epoch(table.rows)};"
    parts.append(f"{data} differences of accuracies are in percentage points.")
    parts += [f"- {row.name}: {row.note.strip()}" for row in table.rows if row.note]
    return "\n\n".join(parts) + "\n"


def as_csv(table: Table) -> str:
    """A line a row; accuracies are fractions, differences percentage points."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ["run", "changes", "seeds"]
        + [f"{name}{end}" for name in FIGURES for end in ("", "_sd")]
        + ["epochs", "best_epoch", "seconds", "parameters"]
        + [f"reported_{name}" for name in Reported.model_fields]
        + [f"difference_{name}" for name in FIGURES]
        + ["partial", "state"]
    )
    for row in table.rows:
        figures: list[object] = []
        for name in FIGURES:
            summary = row.figures[name]
            figures += [summary.mean, summary.deviation] if summary is not None else [None, None]
        seeds = " ".join(str(each.run.seed) for each in row.outcomes)
        writer.writerow(
            [row.name, ", ".join(row.changes), seeds, *figures]
            + [row.epochs, row.best_epoch, row.seconds, row.parameters]
            + [getattr(row.reported, name) for name in Reported.model_fields]
            + [_cut(row.differences.get(name)) for name in FIGURES]
            + [row.partial, row.state]
        )
    return text.getvalue()


def as_json(table: Table) -> dict[str, object]:
    """The table with the outcome of every single run."""
    return {
        "title": table.title,
        "source": table.source,
        "note": table.note,
        "data": table.data,
        "rows": [_row_json(row) for row in table.rows],
    }


def _row_json(row: Row) -> dict[str, object]:
    return {
        "run": row.name,
        "changes": list(row.changes),
        "note": row.note,
        **{name: asdict(each) if each is not None else None for name, each in row.figures.items()},
        "epochs": row.epochs,
        "best_epoch": row.best_epoch,
        "seconds": row.seconds,
        "parameters": row.parameters,
        "reported": row.reported.model_dump(exclude_none=True),
        "difference": {name: _cut(each) for name, each in row.differences.items()},
        "partial": row.partial or None,
        "state": row.state or None,
        "runs": [_outcome_json(each) for each in row.outcomes],
    }


def _outcome_json(outcome: Outcome) -> dict[str, object]:
    result = outcome.result
    names = (*FIGURES, "epochs", "best_epoch", "seconds", "parameters", "interrupted")
    return {
        "seed": outcome.run.seed,
        "folder": outcome.run.folder,
        "result": {name: getattr(result, name) for name in names} if result is not None else None,
        "error": asdict(outcome.failure) if outcome.failure is not None else None,
        "stopped": asdict(outcome.stopped) if outcome.stopped is not None else None,
    }


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _percent(summary: Summary | None) -> str:
    return "" if summary is None else f"{summary.text(2, 100)} %"


def _loss(summary: Summary | None) -> str:
    return "" if summary is None else summary.text(3)


def _figure(name: str, value: float) -> str:
    return f"{100 * value:.2f} %" if name in ACCURACIES else f"{value:.3g}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def told(reported: Mapping[str, float]) -> str:
    """What a source reported, in words: figures by the names that they have in an experiment file."""
    parts = [f"{_SHORT[name]} {_figure(name, reported[name])}" for name in FIGURES if name in reported]
    if "epochs" in reported:
        parts.append(f"{reported['epochs']:,} epochs")
    if "seconds" in reported:
        parts.append(duration(reported["seconds"]))
    if "parameters" in reported:
        parts.append(f"{reported['parameters']:,} parameters")
    return ", ".join(parts)


def told_differences(differences: Mapping[str, float]) -> str:
    """Differences by the names of their figures, in words."""
    return ", ".join(f"{_SHORT[name]} {differences[name]:+.2f}" for name in FIGURES if name in differences)


def _cut(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
