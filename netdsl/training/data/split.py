"""Sets part of the training images aside for validation."""

from __future__ import annotations

from dataclasses import replace

import torch

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import data as codes
from netdsl.training.data.dataset import ImageDataset


def set_validation_aside(dataset: ImageDataset, size: int | float, seed: int) -> ImageDataset:
    """The dataset with a validation part of `size` images (an int) or that fraction (a float).

    A dataset that has one already, and a size of 0, change nothing. The
    choice depends on the seed and the number of images alone. Raises
    `DiagnosticError` where no training image would be left.
    """
    total = len(dataset.train)
    count = round(size * total) if isinstance(size, float) else int(size)
    if dataset.validation is not None or count == 0:
        return dataset
    if count >= total:
        raise DiagnosticError(
            Diagnostic(
                codes.VALIDATION_TOO_LARGE,
                f"a validation of {count} leaves none of the {total} training images of {dataset.name}",
                help=f"set `validation` below {total}, or to a fraction such as 0.1",
            )
        )
    order = torch.randperm(total, generator=torch.Generator().manual_seed(seed))
    # Sorted, so that the parts are walked in the order in which they lie in memory.
    validation, train = order[:count].sort().values, order[count:].sort().values
    return replace(dataset, train=dataset.train.part(train), validation=dataset.train.part(validation))
