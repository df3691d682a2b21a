"""A warning about images that are not shuffled and lie class by class. Imports no torch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.training.data.tree import find_classes

if TYPE_CHECKING:
    from torch import Tensor


def class_by_class(labels: Tensor) -> Diagnostic | None:
    """A warning where each class stands in one row; `labels` are the training images' (int64)."""
    classes = int(labels.bincount().count_nonzero())
    changes = int((labels[1:] != labels[:-1]).count_nonzero())
    return _warning(classes) if changes == classes - 1 else None


def folder_class_by_class(folder: Path) -> Diagnostic | None:
    """The warning about a folder of images, whose files are taken class by class; no image is read.

    None where the folder is not of that form: it is refused once it is read.
    """
    try:
        if any(folder.glob("*.parquet")) or any(folder.glob("data/*.parquet")):
            return None
        return _warning(len(find_classes(folder)))
    except (DiagnosticError, OSError):
        return None


def _warning(classes: int) -> Diagnostic | None:
    if classes < 2:
        return None
    return Diagnostic(
        codes.CLASS_BY_CLASS,
        f"the training images come class by class: {classes} classes, one after the other in each epoch",
        help="set `shuffle: once` for one order in all epochs, or `shuffle: true`",
    )
