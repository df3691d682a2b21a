"""Charts as SVG that stands in a page: its letters and colours are the page's, light or dark."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdsl.report import canvas
from netdsl.report.page.look import Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_VARIABLES = {canvas.INK: "--ink", canvas.QUIET: "--quiet", canvas.LINE: "--line", canvas.GROUND: "--ground"}
_WIDTH, _HEIGHT = 5.4, 3.2
# Of an axis of test accuracies.
_LEAST_SPAN = 0.02
# On lines of many epochs that are told from others by their markers.
_MARKERS_A_LINE = 6


@dataclass(frozen=True, slots=True)
class Line:
    """A run's line: a value (or None) for each of its epochs."""

    look: Look
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Point:
    """A run's place in a trade-off."""

    look: Look
    x: float
    y: float


def draw_lines(
    title: str, lines: Sequence[Line], *, share: bool, number: int, span: tuple[float, float] | None = None
) -> str:
    """Lines over the epochs, from 1; with `share`, the values are fractions and shown in percent.

    `span` holds the lowest and highest of the values of all charts that are to
    have one scale; without it, the lines' own. `number` tells the chart from
    others of the page.
    """
    figure, axes = _new(title)
    for line in lines:
        _draw_line(axes, line)
    axes.set_xlabel("epoch", size=canvas.SMALL_SIZE, color=canvas.QUIET)
    last = max(len(line.values) for line in lines)
    axes.set_xticks(canvas.epoch_ticks(1, last))
    if last == 1:
        axes.set_xlim(0, 2)
    if span is not None:
        low, high = span
        room = 0.05 * (high - low) or 0.05 * abs(high) or 0.05
        axes.set_ylim(low - room, high + room)
    if share:
        axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
    return _as_svg(figure, number)


def _draw_line(axes: Axes, line: Line) -> None:
    """A run's line, with a marker for each epoch where they are few, or where its colour is another's too."""
    values = [float("nan") if value is None else value for value in line.values]
    is_short = len(values) < 3
    axes.plot(
        range(1, len(values) + 1),
        values,
        color=line.look.color,
        linestyle=(0, line.look.dash) if line.look.dash else "-",
        linewidth=1.6,
        marker=line.look.marker if is_short or line.look.is_beyond_colors else "",
        markersize=5,
        markevery=max(1, len(values) // _MARKERS_A_LINE),
    )


def draw_trade_off(title: str, xlabel: str, points: Sequence[Point], *, number: int) -> str:
    """Accuracies (fractions) over a cost, on a logarithmic axis where costs differ by much."""
    from matplotlib.ticker import MaxNLocator

    figure, axes = _new(title)
    for point in points:
        axes.plot(
            [point.x], [point.y], marker=point.look.marker, markersize=7, color=point.look.color, linestyle=""
        )
    costs = [point.x for point in points]
    if min(costs) > 0 and max(costs) / min(costs) > 10:
        axes.set_xscale("log")
    else:
        axes.margins(x=0.25)
    _widen(axes, [point.y for point in points])
    axes.set_xlabel(xlabel, size=canvas.SMALL_SIZE, color=canvas.QUIET)
    if axes.get_xscale() != "log":
        axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
    return _as_svg(figure, number)


def _widen(axes: Axes, values: Sequence[float]) -> None:
    """Room above and below accuracies; a part of a point, which is chance, shall look small."""
    low, high = min(values), max(values)
    room = max(0.2 * (high - low), (_LEAST_SPAN - (high - low)) / 2)
    axes.set_ylim(low - room, high + room)


def _new(title: str) -> tuple[Figure, Axes]:
    figure = canvas.new_figure(_WIDTH, _HEIGHT)
    axes = figure.add_axes((0.12, 0.16, 0.84, 0.7))
    canvas.clear_axes(axes)
    axes.set_title(title, loc="left", size=10, weight="bold", color=canvas.INK, pad=8)
    return figure, axes


def _as_svg(figure: Figure, number: int) -> str:
    """The figure's SVG with the page's colours; its names are made different from other charts'."""
    import matplotlib

    written = io.StringIO()
    # Letters stay letters, in the page's own; without a date, the same runs give the same page.
    with matplotlib.rc_context(
        {"svg.fonttype": "none", "svg.hashsalt": "netdsl", "font.family": ["sans-serif"]}
    ):
        figure.savefig(written, format="svg", transparent=True, metadata={"Date": None})
    text = written.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    for color, variable in _VARIABLES.items():
        text = re.sub(re.escape(color), f"var({variable})", text, flags=re.IGNORECASE)
    return re.sub(r'(id="|url\(#|href="#)', rf"\g<1>chart{number}-", text)
