"""A page to HTML."""

from __future__ import annotations

import math
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path

from netdsl.atomic import write_text
from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import runs as codes
from netdsl.report.canvas import percent, require_matplotlib
from netdsl.report.page.charts import Line, Point, draw_lines, draw_trade_off
from netdsl.report.page.contents import Page, RunContents, TableContents
from netdsl.report.page.figures import by_class, confusion, run_facts, summary
from netdsl.report.page.look import Look

_FOLDER = Path(__file__).parent


def require_libraries() -> None:
    """Raise `DiagnosticError`, which says how to install them, where Matplotlib or Jinja are not there."""
    require_matplotlib()
    if find_spec("jinja2") is None:
        raise DiagnosticError(
            Diagnostic(
                codes.MISSING_EXTRA,
                "pages need Jinja, which is not installed",
                help="pip install 'netdsl[plots]'",
            )
        )


def write_page(page: Page, path: Path) -> Path:
    """Write a page that needs no other file, and give its path back.

    Raises `DiagnosticError` where a library is missing or the file can't be
    written.
    """
    require_libraries()
    text = _render(page)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)
    except OSError as error:
        raise DiagnosticError(
            Diagnostic(
                codes.NO_PICTURE,
                f"{path} can't be written: {(error.strerror or str(error)).lower()}",
                file=str(path),
                help="give the path of a file in a folder that can be written, with -o",
            )
        ) from error
    return path


def _render(page: Page) -> str:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["percent"] = percent
    return environment.get_template("page.html.j2").render(
        page=page,
        style=(_FOLDER / "page.css").read_text(encoding="utf-8"),
        summary=summary(page.runs) if page.table is None else page.table,
        charts=list(_charts(page.runs)),
        keys=_keys(page.runs),
        facts=run_facts,
        by_class=by_class,
        confusion=confusion,
        TableContents=TableContents,
    )


def _keys(runs: tuple[RunContents, ...]) -> list[tuple[str, list[tuple[str, int, str]]]]:
    """For each group of runs its name, and of each of its lines the text, the run's number and the SVG.

    The seeds of one run are a group; other runs stand alone, with their name as text.
    """
    numbered = enumerate(runs, 1)
    found = []
    for _, group in groupby(numbered, lambda each: each[1].group):
        lines = list(group)
        name = lines[0][1].name if len(lines) > 1 else ""
        texts = [run.seed_name if name else run.label for _, run in lines]
        keys = [(text, number, _look(run).key) for text, (number, run) in zip(texts, lines, strict=True)]
        found.append((name, keys))
    return found


def _look(run: RunContents) -> Look:
    return Look(run.group, run.dash)


def _charts(runs: tuple[RunContents, ...]) -> Iterator[str]:
    """Curves of all runs together, and what accuracy costs where there are several."""
    number = 0
    for figure, share in (("loss", False), ("accuracy", True)):
        parts = {part: _lines(runs, f"{part}_{figure}") for part in ("train", "validation")}
        span = _span([line for lines in parts.values() for line in lines])
        for part, lines in parts.items():
            if _known(lines):
                title = f"{part.capitalize()} {figure}"
                yield draw_lines(title, lines, share=share, number=number, span=span)
                number += 1
    for xlabel, cost in (("parameters", "parameters"), ("seconds of the whole run", "seconds")):
        points = [
            Point(_look(run), getattr(result, cost), result.test_accuracy)
            for run in runs
            if (result := run.history.result) is not None and result.test_accuracy is not None
        ]
        if len({point.x for point in points}) > 1:
            yield draw_trade_off(f"Test accuracy over {xlabel}", xlabel, points, number=number)
            number += 1


def _lines(runs: tuple[RunContents, ...], figure: str) -> list[Line]:
    return [Line(_look(run), [getattr(each, figure) for each in run.history.epochs]) for run in runs]


def _known(lines: list[Line]) -> list[float]:
    """The values that there are."""
    return [value for line in lines for value in line.values if value is not None]


def _span(lines: list[Line]) -> tuple[float, float] | None:
    """The lowest and highest value of charts that are compared: training's and validation's side by side."""
    known = [value for value in _known(lines) if math.isfinite(value)]
    return (min(known), max(known)) if known else None
