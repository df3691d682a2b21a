"""Sets part of the training images aside for validation, and takes a part of the rest."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import data as codes
from netdsl.training.data.dataset import ImageDataset


def set_validation_aside(
    dataset: ImageDataset, size: int | float, seed: int, stratified: bool = False
) -> ImageDataset:
    """The dataset with a validation part of `size` images (an int) or that fraction (a float).

    A dataset that has one already, and a size of 0, change nothing. The
    choice depends on the seed and the number of images alone, and with
    `stratified` on the labels: each class then has its share of the part, to
    within one image. Raises `DiagnosticError` where no training image would
    be left.
    """
    total = len(dataset.train)
    count = _count(size, total)
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
    validation, train = _divide(dataset.train.class_labels(), count, seed, stratified)
    return replace(dataset, train=dataset.train.part(train), validation=dataset.train.part(validation))


def take_subset(
    dataset: ImageDataset, size: int | float | None, seed: int, stratified: bool = False
) -> ImageDataset:
    """The dataset with `size` of its training images (an int) or that fraction (a float); all for None.

    To be called once the validation images are set aside. The choice depends
    on what that of `set_validation_aside` does. Raises `DiagnosticError`
    where no image would be left, or more are asked for than there are.
    """
    if size is None:
        return dataset
    total = len(dataset.train)
    count = _count(size, total)
    if not 1 <= count <= total:
        raise DiagnosticError(
            Diagnostic(
                codes.WRONG_SUBSET,
                f"a subset of {size} is {count} images, and {dataset.name} has {total} training images",
                help=f"set `subset` to a number from 1 to {total}, or to a fraction such as 0.1",
            )
        )
    taken, _ = _divide(dataset.train.class_labels(), count, seed, stratified)
    return replace(dataset, train=dataset.train.part(taken))


def _count(size: int | float, total: int) -> int:
    return round(size * total) if isinstance(size, float) else int(size)


def _divide(labels: Tensor, count: int, seed: int, stratified: bool) -> tuple[Tensor, Tensor]:
    """`count` positions that are drawn and those that are not.

    Both are sorted, so that the parts are walked in the order in which their
    images lie in memory or on disk.
    """
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))
    if not stratified:
        return order[:count].sort().values, order[count:].sort().values
    drawn = torch.zeros(len(labels), dtype=torch.bool)
    for label, quota in enumerate(_quotas(labels, count)):
        drawn[order[labels[order] == label][:quota]] = True
    return drawn.nonzero().squeeze(1), (~drawn).nonzero().squeeze(1)


def _quotas(labels: Tensor, count: int) -> list[int]:
    """How many of each class make up `count`, by the method of the largest remainder."""
    sizes: list[int] = torch.bincount(labels).tolist()
    quotas = [size * count // len(labels) for size in sizes]
    remainders = [size * count % len(labels) for size in sizes]
    # Sorting is stable: of equal remainders, the classes that come first get the images.
    by_remainder = sorted(range(len(sizes)), key=lambda label: -remainders[label])
    for label in by_remainder[: count - sum(quotas)]:
        quotas[label] += 1
    return quotas
