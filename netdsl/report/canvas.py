"""What the pictures share: colours, letters, and how a figure is made and written."""

from __future__ import annotations

import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import runs as codes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's, which people with any kind of colour vision can tell apart.
BLUE = "#0072B2"
ORANGE = "#D55E00"
GREEN = "#009E73"

INK = "#1F2328"
QUIET = "#656D76"
LINE = "#D8DEE4"
GROUND = "#FFFFFF"

TITLE_SIZE = 12.0
TEXT_SIZE = 9.0
SMALL_SIZE = 8.0

_DOTS_AN_INCH = 150
# Of an axis of epochs, after the first.
_MOST_TICKS = 6


def has_matplotlib() -> bool:
    """Whether Matplotlib is installed."""
    return find_spec("matplotlib") is not None


def require_matplotlib() -> None:
    """Raise `DiagnosticError`, which says how to install it, where Matplotlib is not there."""
    if not has_matplotlib():
        raise DiagnosticError(
            Diagnostic(
                codes.MISSING_EXTRA,
                "pictures need Matplotlib, which is not installed",
                help="pip install 'netdsl[plots]'",
            )
        )


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of so many inches, that belongs to no window and no list of figures.

    Raises `DiagnosticError` where Matplotlib is not installed.
    """
    require_matplotlib()
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=_DOTS_AN_INCH, facecolor=GROUND)
    FigureCanvasAgg(figure)
    return figure


def save(figure: Figure, path: Path) -> Path:
    """Write the figure in the format of the path's ending, and give the path back.

    Raises `DiagnosticError` where it can't be written.
    """
    try:
        with warnings.catch_warnings():
            # A class name in a script that the font lacks is drawn as boxes; the rest is still worth having.
            warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
            figure.savefig(path, dpi=_DOTS_AN_INCH, facecolor=GROUND)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise DiagnosticError(
            Diagnostic(
                codes.NO_PICTURE,
                f"{path} can't be written: {reason[:1].lower() + reason[1:]}",
                file=str(path),
                help="give a path that ends in .png, in a folder that can be written",
            )
        ) from error
    return path


def plain(text: str, longest: int = 40) -> str:
    """A name as it is drawn: cut in the middle if it is long, and never read as a formula."""
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    if len(shown) > longest:
        kept = longest - 1
        shown = f"{shown[: kept - kept // 2]}…{shown[len(shown) - kept // 2 :]}"
    return shown.replace("$", r"\$")


def percent(fraction: float, digits: int = 1) -> str:
    """A fraction from 0 to 1 as a person reads it: 69.4 %."""
    return f"{100 * fraction:.{digits}f} %"


def write_title(figure: Figure, title: str, subtitle: str, left: float, top: float = 0.14) -> None:
    """A title and a quieter line below it, so many inches from the figure's upper and left edge."""
    width, height = figure.get_size_inches()
    figure.text(
        left / width,
        1 - top / height,
        title,
        size=TITLE_SIZE,
        weight="bold",
        color=INK,
        va="top",
    )
    figure.text(left / width, 1 - (top + 0.25) / height, subtitle, size=TEXT_SIZE, color=QUIET, va="top")


def clear_axes(axes: Axes) -> None:
    """Axes with quiet numbers, faint lines across and no box."""
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(LINE)
    axes.grid(visible=True, axis="y", color=LINE, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(axis="both", which="both", length=0, labelsize=SMALL_SIZE, labelcolor=QUIET, pad=4)


def epoch_ticks(first: int, last: int) -> list[int]:
    """Whole epochs to be named on an axis: the first, then round ones up to the last, seven at most."""
    steps = (factor * 10**power for power in range(9) for factor in (1, 2, 5))
    step = next(each for each in steps if last // each <= _MOST_TICKS)
    rounded = range((first // step + 1) * step, last + 1, step)
    # The first one's number is not to run into the next.
    return [first, *(each for each in rounded if 2 * (each - first) >= step)]
