"""Loads data as `--data` does, and looks at what comes of it."""

from __future__ import annotations

import math
import warnings
from pathlib import Path

import torch

from conformance.hostile.promises import check_said, promise
from netdsl.diagnostics import DiagnosticError
from netdsl.training.data.load import load_dataset
from netdsl.training.image_options import ImageOptions

MOST_PIXELS = 10**8


def load(path: Path, options: ImageOptions | None = None) -> frozenset[str]:
    """What is said of data; a set that is accepted must give its images and labels."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset = load_dataset(str(path), None, options)
    except DiagnosticError as error:
        return check_said([error.diagnostic])
    parts = [part for part in (dataset.train, dataset.validation, dataset.test) if part is not None]
    for part in parts:
        promise(part.shape == dataset.shape, "a part of another shape")
        labels = part.class_labels()
        promise(len(labels) == len(part), "not a label an image")
        classes = len(dataset.classes)
        promise(not len(labels) or 0 <= int(labels.min()) <= int(labels.max()) < classes, "a wrong label")
        if math.prod(part.shape) * len(part) < MOST_PIXELS:
            (pixels,) = part.batches([torch.arange(len(part))])
            promise(tuple(pixels.shape[1:]) == (*dataset.shape[1:], dataset.shape[0]), "other pixels")
    return check_said(dataset.warnings) | {"accepted"}
