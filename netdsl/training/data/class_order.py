"""A warning about images that are not shuffled and lie class by class."""

from __future__ import annotations

from torch import Tensor

from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.catalogue import recipes as codes


def class_by_class(labels: Tensor) -> Diagnostic | None:
    """A warning where each class stands in one row; `labels` are the training images' (int64)."""
    classes = int(labels.bincount().count_nonzero())
    changes = int((labels[1:] != labels[:-1]).count_nonzero())
    if classes < 2 or changes != classes - 1:
        return None
    return Diagnostic(
        codes.CLASS_BY_CLASS,
        f"the training images come class by class: {classes} classes, one after the other in each epoch",
        help="set `shuffle: once` for one order in all epochs, or `shuffle: true`",
    )
