"""The pictures that a run folder gets when the training is over."""

from __future__ import annotations

from pathlib import Path

from netdsl.report.canvas import has_matplotlib, plain
from netdsl.report.confusion import ConfusionTable, draw_confusion
from netdsl.report.curves import draw_curves
from netdsl.report.history import History, read_history

CURVES = "curves.png"
CONFUSION = "confusion.png"


def write_pictures(folder: Path) -> list[Path]:
    """Write `curves.png` and `confusion.png` into a run folder from its files; the paths that were written.

    There are no curves without a finished epoch, no confusion matrix where
    nothing was tested, and neither where Matplotlib is not installed. Raises
    `DiagnosticError` where the folder holds no run, a file of it is broken or
    a picture can't be written.
    """
    if not has_matplotlib():
        return []
    history = read_history(folder)
    written = []
    if history.epochs:
        written.append(draw_curves(history, folder / CURVES))
    table = _confusion(history)
    if table is not None:
        written.append(draw_confusion(table, folder / CONFUSION))
    return written


def _confusion(history: History) -> ConfusionTable | None:
    result, classes = history.result, history.classes
    if result is None or result.confusion_matrix is None or classes is None:
        return None
    if len(classes) != len(result.confusion_matrix):
        return None
    part = "validation" if result.test_accuracy is None else "test"
    return ConfusionTable(
        classes,
        tuple(tuple(row) for row in result.confusion_matrix),
        plain(result.name),
        f"{plain(result.data)}, {part} images",
    )
