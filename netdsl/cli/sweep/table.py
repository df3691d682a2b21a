"""The table of a sweep on a terminal of 80 columns: what was reported stands below what was reached."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table as RichTable

from netdsl.experiments.rows import ACCURACIES, LOSSES, NOT_TRAINED, Row, figures_epoch
from netdsl.experiments.table import Table
from netdsl.plain_text import add_row, say
from netdsl.training.progress.durations import duration
from netdsl.training.run_folder.repeat import Summary

_TITLES = ("train", "validation", "test", "epochs", "time")

# Longer texts, such as those of errors, are cut.
_LONGEST = 160


def print_table(table: Table) -> None:
    """Print the table on standard output."""
    console = Console()
    say(console, f"\n{table.title}\n")
    console.print(_as_rich(table.rows))
    for text in _remarks(table.rows):
        say(console, text)


def _as_rich(rows: tuple[Row, ...]) -> RichTable:
    """Columns without any figure are left out."""
    lines = [line for row in rows for line in (*_lines(row), *_loss_lines(row))]
    shown = [n for n in range(len(_TITLES)) if any(cells[n] for _, cells in lines)]
    made = RichTable(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    made.add_column("run", overflow="fold")
    for n in shown:
        made.add_column(_TITLES[n], justify="right", no_wrap=True)
    for name, cells in lines:
        add_row(made, name, *(cells[n] for n in shown))
    return made


def _lines(row: Row) -> Iterator[tuple[str, list[str]]]:
    """A row's figures, then those that were reported, then the differences."""
    marks = ["partial"] if row.partial else []
    marks += ["failed"] if any(each.failure for each in row.outcomes) else []
    name = f"{row.name} ({', '.join(marks)})" if marks else row.name
    reached = [_figure(each, row.figures[each]) for each in ACCURACIES]
    yield name, [*reached, _epochs(row), "" if row.seconds is None else duration(row.seconds)]
    reported = row.reported
    if reported.model_fields_set - set(LOSSES):
        told = [_number(getattr(reported, each), "{:.2f}", 100) for each in ACCURACIES]
        time = "" if reported.seconds is None else duration(reported.seconds)
        yield "  reported", [*told, _number(reported.epochs, "{:g}"), time]
    more = [_number(row.differences.get(each), "{:+.2f}") for each in ACCURACIES]
    if any(more):
        yield "  difference", [*more, "", ""]


def _loss_lines(row: Row) -> Iterator[tuple[str, list[str]]]:
    """The losses in the columns of their accuracies, where some were reported."""
    if not row.reported.model_fields_set & set(LOSSES):
        return
    empty = [""] * (len(_TITLES) - len(LOSSES))
    yield "  loss", [*(_figure(each, row.figures[each]) for each in LOSSES), *empty]
    told = [_number(getattr(row.reported, each), "{:.3g}") for each in LOSSES]
    yield "  loss, reported", [*told, *empty]
    more = [_number(row.differences.get(each), "{:+.3f}") for each in LOSSES]
    if any(more):
        yield "  loss, difference", [*more, *empty]


def _epochs(row: Row) -> str:
    whole = row.outcomes[0].run.whole
    number = _number(row.epochs, "{:.4g}")
    return f"{number} of {whole.epochs}" if number and whole is not None and whole.steps is None else number


def _figure(name: str, summary: Summary | None) -> str:
    if summary is None:
        return ""
    return summary.text(2, 100) if name in ACCURACIES else summary.text(3)


def _number(value: float | None, form: str, times: int = 1) -> str:
    return "" if value is None else form.format(times * value)


def _remarks(rows: tuple[Row, ...]) -> Iterator[str]:
    """What the figures mean, and what is missing of the runs that were begun."""
    if any(row.epochs is not None for row in rows):
        several = any(each is not None and each.count > 1 for row in rows for each in row.figures.values())
        spread = ", mean ± standard deviation over the seeds" if several else ""
        points = "; differences in percentage points" if any(row.differences for row in rows) else ""
        yield f"\nfigures of {figures_epoch(rows)}, accuracies in %{spread}{points}"
    for row in rows:
        if row.state not in ("", NOT_TRAINED):
            text = f"{row.name}: {row.state}"
            yield text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
