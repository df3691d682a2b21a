"""Images beside what a network takes them for, as one picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netdsl.report import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy import uint8
    from numpy.typing import NDArray

# More images than this make a picture that no one looks at.
MOST_SHOWN = 48

_ALONE = 4
_LONGEST = 24
_SIDE, _CHART, _ROW = 1.35, 2.3, 0.24
_MARGIN, _BETWEEN, _TOP = 0.3, 0.5, 0.85


@dataclass(frozen=True, slots=True, eq=False)
class ShownImage:
    """An image and the classes that it was taken for.

    `pixels` are (height, width, 1 or 3); `likely` the classes to show with
    their probabilities, from 0 to 1, the likeliest first; `label` is the
    right class where it is known.
    """

    name: str
    pixels: NDArray[uint8]
    likely: tuple[tuple[str, float], ...]
    label: str | None = None


def draw_predictions(shown: Sequence[ShownImage], path: Path, title: str, subtitle: str = "") -> Path:
    """Write the picture, with the first `MOST_SHOWN` images, and give its path back.

    Raises `DiagnosticError` where Matplotlib is not installed or the file
    can't be written, and `ValueError` where there is no image.
    """
    if not shown:
        raise ValueError("no image to draw")
    images = shown[:MOST_SHOWN]
    columns = 1 if len(images) <= _ALONE else 2
    rows = -(-len(images) // columns)
    bars = max(len(image.likely) for image in images)
    tall = max(_SIDE, bars * _ROW) + 0.3
    longest = max(len(name) for image in images for name, _ in image.likely)
    gap = 0.5 + 0.068 * min(longest, _LONGEST)
    panel = _SIDE + gap + _CHART
    width = max(2 * _MARGIN + columns * panel + (columns - 1) * _BETWEEN, 5.6)
    height = _TOP + rows * tall + (rows - 1) * 0.18 + 0.2
    figure = canvas.new_figure(width, height)
    for place, image in enumerate(images):
        row, column = divmod(place, columns)
        left = _MARGIN + column * (panel + _BETWEEN)
        top = height - _TOP - row * (tall + 0.18)
        _draw_image(figure, image, left, top)
        _draw_bars(figure, image, left + _SIDE + gap, top, bars)
    left_out = len(shown) - len(images)
    more = f"the first {len(images)} of {len(shown):,} images" if left_out else ""
    canvas.write_title(
        figure, canvas.plain(title), "  ·  ".join(part for part in (subtitle, more) if part), left=_MARGIN
    )
    return canvas.save(figure, path)


def _axes(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Axes at a place given in inches, from the left and the lower edge."""
    whole_width, whole_height = figure.get_size_inches()
    place = (left / whole_width, (top - height) / whole_height, width / whole_width, height / whole_height)
    return figure.add_axes(place)


def _draw_image(figure: Figure, image: ShownImage, left: float, top: float) -> None:
    axes = _axes(figure, left, top - 0.25, _SIDE, _SIDE)
    axes.set_axis_off()
    axes.set_anchor("NW")
    grey = image.pixels.shape[2] == 1
    # Pixels stay squares where there are few: what the network sees should not look better than it is.
    small = max(image.pixels.shape[:2]) <= 96
    axes.imshow(
        image.pixels[:, :, 0] if grey else image.pixels,
        cmap="gray",
        vmin=0,
        vmax=255,
        interpolation="nearest" if small else "antialiased",
    )
    _write(figure, canvas.plain(image.name, 30), left, top, canvas.INK)


def _write(figure: Figure, text: str, left: float, top: float, color: str) -> None:
    width, height = figure.get_size_inches()
    figure.text(left / width, top / height, text, size=canvas.SMALL_SIZE, color=color, va="top")


def _draw_bars(figure: Figure, image: ShownImage, left: float, top: float, most: int) -> None:
    if image.label is not None:
        _write(figure, f"true: {canvas.plain(image.label, _LONGEST)}", left, top, canvas.QUIET)
    axes = _axes(figure, left, top - 0.25, _CHART, most * _ROW)
    axes.set_axis_off()
    axes.set_xlim(0, 1.25)
    axes.set_ylim(most - 0.5, -0.5)
    for place, (name, probability) in enumerate(image.likely):
        right = name == image.label
        color = canvas.LINE
        if right:
            color = canvas.GREEN
        elif place == 0:
            color = canvas.BLUE if image.label is None else canvas.ORANGE
        axes.barh(place, 1, height=0.62, color="#F3F4F6")
        axes.barh(place, probability, height=0.62, color=color)
        axes.annotate(
            ("✓ " if right else "") + canvas.plain(name, _LONGEST),
            (0, place),
            xytext=(-5, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            size=canvas.SMALL_SIZE,
            color=canvas.INK,
            weight="bold" if right or place == 0 else "normal",
            annotation_clip=False,
        )
        axes.text(
            1.03, place, canvas.percent(probability), va="center", size=canvas.SMALL_SIZE, color=canvas.QUIET
        )
