"""Which classes were taken for which, as one picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netdsl.report import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Up to so many classes, cells hold share and count, then the share alone, then nothing.
_BOTH = 12
_SHARES = 26

_RIGHT = (0x00, 0x72, 0xB2)
_WRONG = (0xD5, 0x5E, 0x00)
_EMPTY = (0xF3, 0xF4, 0xF6)


@dataclass(frozen=True, slots=True)
class ConfusionTable:
    """`counts[true][predicted]` images of each class of `classes`, and what the picture is called.

    Raises `ValueError` unless there is a row and a column for each class.
    """

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    title: str = "Confusion matrix"
    subtitle: str = ""

    def __post_init__(self) -> None:
        size = len(self.classes)
        if not size or len(self.counts) != size or any(len(row) != size for row in self.counts):
            raise ValueError("a confusion matrix has a row and a column for each class")

    @property
    def accuracy(self) -> float | None:
        """The part of all images that were named right; None where there are none."""
        seen = sum(map(sum, self.counts))
        return sum(self.counts[i][i] for i in range(len(self.classes))) / seen if seen else None

    def share(self, true: int, predicted: int) -> float | None:
        """The part of a class's images that were named `predicted`; None where the class has none."""
        seen = sum(self.counts[true])
        return self.counts[true][predicted] / seen if seen else None

    def percent(self, true: int, predicted: int) -> int | None:
        """That part in whole percent, a half rounded up; None where the class has no images."""
        seen = sum(self.counts[true])
        # In whole numbers: of floats, halves would go to the even number, or where the binary fraction lies.
        return (200 * self.counts[true][predicted] + seen) // (2 * seen) if seen else None


def draw_confusion(table: ConfusionTable, path: Path) -> Path:
    """Write the picture, a square for each pair of classes, and give its path back.

    Squares are filled by the share of the row: each row adds up to 100 %.
    Raises `DiagnosticError` where Matplotlib is not installed or the file
    can't be written.
    """
    size = len(table.classes)
    names = [canvas.plain(name, 24) for name in table.classes]
    cell, letters = _measures(size)
    # The names below are turned where they would run into each other.
    longest = max(len(name) for name in names)
    turned = longest * letters * 0.0086 > cell * 0.95
    room = longest * letters * 0.0086
    left = 0.75 + room
    bottom = 0.55 + (room if turned else 0.15)
    width, height = max(left + cell * size + 0.3, 4.6), bottom + cell * size + 0.75
    figure = canvas.new_figure(width, height)
    axes = figure.add_axes((left / width, bottom / height, cell * size / width, cell * size / height))
    axes.imshow(_colors(table), interpolation="nearest", aspect="auto")
    _write_names(axes, names, letters, turned)
    if size <= _SHARES:
        _write_cells(axes, table, with_counts=size <= _BOTH)
    canvas.write_title(figure, table.title, _subtitle(table), left=0.2)
    return canvas.save(figure, path)


def _measures(size: int) -> tuple[float, float]:
    """The side of a cell in inches, and the size of the names in points."""
    if size <= _BOTH:
        return max(0.62, 1.25 - 0.125 * size), 9.0
    if size <= _SHARES:
        return 0.42, 8.0
    return max(0.125, 10 / size), max(6.0, min(8.0, 520 / size))


def _subtitle(table: ConfusionTable) -> str:
    parts = [table.subtitle] if table.subtitle else []
    if table.accuracy is not None:
        parts.append(f"{canvas.percent(table.accuracy, 2)} right")
    return "  ·  ".join([*parts, "each row is 100 %"])


def _colors(table: ConfusionTable) -> list[list[tuple[float, float, float]]]:
    """Each cell's colour: blue for what is right, orange for mistakes, stronger for larger shares."""
    size = range(len(table.classes))
    # Rises steeply at first, so that rare mistakes can be seen; the more so where no number tells of them.
    power = 0.6 if len(size) <= _SHARES else 0.45
    return [[_color(table.share(i, j), power, _RIGHT if i == j else _WRONG) for j in size] for i in size]


def _color(share: float | None, power: float, full: tuple[int, int, int]) -> tuple[float, float, float]:
    if share is None:
        red, green, blue = (part / 255 for part in _EMPTY)
        return red, green, blue
    strength = share**power
    red, green, blue = (1 + strength * (part / 255 - 1) for part in full)
    return red, green, blue


def _write_names(axes: Axes, names: list[str], size: float, turned: bool) -> None:
    places = [float(place) for place in range(len(names))]
    axes.xaxis.set_ticks(places, labels=names, rotation=90 if turned else 0)
    axes.yaxis.set_ticks(places, labels=names)
    axes.tick_params(length=0, pad=4, labelsize=size, labelcolor=canvas.INK)
    axes.set_xlabel("predicted", size=canvas.TEXT_SIZE, color=canvas.QUIET, labelpad=6)
    axes.set_ylabel("true", size=canvas.TEXT_SIZE, color=canvas.QUIET, labelpad=6)
    axes.set_frame_on(False)
    # White lines between the cells.
    edges = [place - 0.5 for place in range(1, len(names))]
    thickness = 1.2 if len(names) <= _SHARES else 0.4
    axes.hlines(edges, -0.5, len(names) - 0.5, color=canvas.GROUND, linewidth=thickness)
    axes.vlines(edges, -0.5, len(names) - 0.5, color=canvas.GROUND, linewidth=thickness)


def _write_cells(axes: Axes, table: ConfusionTable, with_counts: bool) -> None:
    size = range(len(table.classes))
    for true in size:
        for predicted in size:
            count, share = table.counts[true][predicted], table.share(true, predicted)
            if share is None or count == 0:
                continue
            color = canvas.GROUND if share >= 0.5 else canvas.INK
            strong = "bold" if true == predicted else "normal"
            above = 0.12 if with_counts else 0
            text = (f"{table.percent(true, predicted)}" if share >= 0.01 else "<1") + " %" * with_counts
            axes.text(
                predicted,
                true - above,
                text,
                ha="center",
                va="center",
                size=9 if with_counts else 8,
                color=color,
                weight=strong,
            )
            if with_counts:
                axes.text(
                    predicted, true + 0.22, f"{count:,}", ha="center", va="center", size=6.5, color=color
                )
