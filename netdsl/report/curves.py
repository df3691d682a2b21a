"""Loss, accuracy and learning rate over the epochs, as one picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netdsl.report import canvas
from netdsl.report.history import History
from netdsl.training.run_folder.records import EpochMetrics

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDTH, _HEIGHT = 12.0, 4.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 0.6, 0.35, 0.95, 0.5

# From how many epochs on a line needs no dot for each.
_MANY = 40


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    color: str
    values: tuple[float, ...]


def draw_curves(history: History, path: Path) -> Path:
    """Write the picture of a run that has finished an epoch or more, and give its path back.

    Raises `DiagnosticError` where Matplotlib is not installed or the file
    can't be written, and `ValueError` where there is no epoch.
    """
    epochs = history.epochs
    if not epochs:
        raise ValueError("no epoch to draw")
    figure = canvas.new_figure(_WIDTH, _HEIGHT)
    loss, accuracy, rate = figure.subplots(1, 3, gridspec_kw={"width_ratios": [3, 3, 2]})
    figure.subplots_adjust(
        left=_LEFT / _WIDTH,
        right=1 - _RIGHT / _WIDTH,
        top=1 - _TOP / _HEIGHT,
        bottom=_BOTTOM / _HEIGHT,
        wspace=0.5,
    )
    best = history.best
    _draw_losses(loss, epochs, best)
    _draw_accuracies(accuracy, epochs, best)
    _draw_rates(rate, epochs)
    canvas.write_title(figure, canvas.plain(history.name), _subtitle(history), left=0.2)
    return canvas.save(figure, path)


def _subtitle(history: History) -> str:
    parts = []
    if history.data is not None:
        parts.append(f"on {canvas.plain(history.data)}")
    told = history.result or history.facts
    if told is not None:
        parts.append(f"{told.parameters:,} parameters")
    if history.best is not None:
        parts.append(f"best epoch {history.best.epoch} of {len(history.epochs)}")
    elif history.result is not None:
        parts.append(f"last epoch {history.epochs[-1].epoch}, no validation images")
    if history.result is not None and history.result.test_accuracy is not None:
        parts.append(f"test accuracy {canvas.percent(history.result.test_accuracy, 2)}")
    return "  ·  ".join(parts)


def _draw_losses(axes: Axes, epochs: Sequence[EpochMetrics], best: EpochMetrics | None) -> None:
    lines = _pair([e.train_loss for e in epochs], [e.validation_loss for e in epochs])
    _draw_lines(axes, "Loss", epochs, lines)
    _mark_best(axes, epochs, lines[-1], best, lambda value: f"{value:.3g}")


def _draw_accuracies(axes: Axes, epochs: Sequence[EpochMetrics], best: EpochMetrics | None) -> None:
    lines = _pair([e.train_accuracy for e in epochs], [e.validation_accuracy for e in epochs])
    _draw_lines(axes, "Accuracy", epochs, lines)
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
    _mark_best(axes, epochs, lines[-1], best, canvas.percent)


def _draw_rates(axes: Axes, epochs: Sequence[EpochMetrics]) -> None:
    rates = tuple(epoch.lr for epoch in epochs)
    _draw_lines(axes, "Learning rate", epochs, (_Line("", canvas.INK, rates),))
    low, high = min(rates), max(rates)
    if low > 0 and high / low > 20:
        axes.set_yscale("log")
    elif high > 0:
        axes.set_ylim(0, high * 1.15)


def _pair(train: Sequence[float], validation: Sequence[float | None]) -> tuple[_Line, ...]:
    """The training's line, and the validation's where there is one."""
    lines = [_Line("train", canvas.BLUE, tuple(train))]
    if any(value is not None for value in validation):
        numbers = tuple(math.nan if value is None else value for value in validation)
        lines.append(_Line("validation", canvas.ORANGE, numbers))
    return tuple(lines)


def _draw_lines(axes: Axes, title: str, epochs: Sequence[EpochMetrics], lines: Sequence[_Line]) -> None:
    canvas.clear_axes(axes)
    axes.set_title(title, loc="left", size=10, weight="bold", color=canvas.INK, pad=8)
    axes.set_xlabel("epoch", size=canvas.SMALL_SIZE, color=canvas.QUIET)
    numbers = [epoch.epoch for epoch in epochs]
    marker = "o" if len(epochs) < _MANY else ""
    for line in lines:
        axes.plot(
            numbers,
            line.values,
            color=line.color,
            linewidth=1.6,
            marker=marker,
            markersize=2.6,
            clip_on=False,
        )
    axes.set_xticks(canvas.epoch_ticks(numbers[0], numbers[-1]))
    if len(epochs) == 1:
        axes.set_xlim(numbers[0] - 1, numbers[0] + 1)
    else:
        axes.set_xlim(numbers[0], numbers[-1])
    axes.margins(y=0.12)
    _name_lines(axes, lines)


def _name_lines(axes: Axes, lines: Sequence[_Line]) -> None:
    """Each line's name at its end, those of two that end close to each other moved apart."""
    named = [line for line in lines if line.name and math.isfinite(line.values[-1])]
    low, high = axes.get_ylim()
    # Heights of the ends, from 0 to 1; a name takes about a fifteenth.
    heights = [(line.values[-1] - low) / (high - low) for line in named]
    gap = 0.075
    if len(heights) == 2 and abs(heights[0] - heights[1]) < gap:
        middle = sum(heights) / 2
        up = 1 if heights[0] >= heights[1] else -1
        heights = [middle + up * gap / 2, middle - up * gap / 2]
    for line, height in zip(named, heights, strict=True):
        axes.annotate(
            line.name,
            (1, height),
            xycoords="axes fraction",
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            size=canvas.TEXT_SIZE,
            color=line.color,
            annotation_clip=False,
        )


def _mark_best(
    axes: Axes,
    epochs: Sequence[EpochMetrics],
    line: _Line,
    best: EpochMetrics | None,
    write: Callable[[float], str],
) -> None:
    """A ring round the best epoch's value, and above the chart what it is of and how much."""
    if best is None:
        return
    value = line.values[[epoch.epoch for epoch in epochs].index(best.epoch)]
    if not math.isfinite(value):
        return
    axes.axvline(best.epoch, color=canvas.QUIET, linewidth=0.8, linestyle=(0, (3, 3)), zorder=1)
    axes.plot(
        [best.epoch],
        [value],
        marker="o",
        markersize=7,
        markerfacecolor=canvas.GROUND,
        markeredgecolor=line.color,
        markeredgewidth=1.8,
        clip_on=False,
        zorder=5,
    )
    # Beside the chart's title, where it covers neither lines nor numbers.
    axes.set_title(
        f"{line.name} {write(value)}, epoch {best.epoch}",
        loc="right",
        size=canvas.SMALL_SIZE,
        color=canvas.QUIET,
        pad=8,
    )
