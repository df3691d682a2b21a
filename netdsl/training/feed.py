"""Batches from images that lie on the device; there is no loader between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import torch
from torch import Tensor

from netdsl.training.augment import CropAndFlip
from netdsl.training.data.dataset import ImageDataset, Split
from netdsl.training.normalize import Normalizer

Batch = tuple[Tensor, Tensor]


def move(dataset: ImageDataset, device: torch.device) -> ImageDataset:
    """The dataset with its images on the device; parts that share their images go on sharing them."""
    moved: dict[int, Tensor] = {}

    def at_device(tensor: Tensor) -> Tensor:
        return moved.setdefault(id(tensor), tensor.to(device))

    def move_split(split: Split) -> Split:
        rows = None if split.rows is None else split.rows.to(device)
        return Split(at_device(split.images), at_device(split.labels), rows)

    return replace(
        dataset,
        train=move_split(dataset.train),
        validation=dataset.validation and move_split(dataset.validation),
        test=dataset.test and move_split(dataset.test),
    )


class Feed:
    """Gives one part of a dataset as batches of network input and labels, all work done on its device."""

    def __init__(self, split: Split, normalizer: Normalizer) -> None:
        self.split = split
        self.normalizer = normalizer
        self._pixels = split.images.permute(0, 2, 3, 1)
        self._rows = torch.arange(len(split), device=self.device) if split.rows is None else split.rows

    def __len__(self) -> int:
        return len(self.split)

    @property
    def device(self) -> torch.device:
        """Where the images lie and the batches are made."""
        return self.split.images.device

    def in_order(self, batch_size: int) -> Iterator[Batch]:
        """Every image once, as they lie."""
        for rows in torch.split(self._rows, batch_size):
            yield self.normalizer(self._pixels.index_select(0, rows)), self.split.labels[rows]

    def drawn(
        self, batch_size: int, shuffle: bool, augmentation: CropAndFlip, generator: torch.Generator
    ) -> Iterator[Batch]:
        """Every image once, augmented, in a new order if wanted.

        Order and augmentation are drawn for the whole epoch at the start, by
        a generator on the CPU, so that all devices draw the same.
        """
        order = torch.randperm(len(self), generator=generator) if shuffle else torch.arange(len(self))
        rows = self._rows[order.to(self.device)]
        draws = augmentation.draw(len(self), generator).to(self.device)
        plain = augmentation.changes_nothing
        sizes = batch_sizes(len(self), batch_size)
        for some, drawn in zip(torch.split(rows, sizes), torch.split(draws, sizes), strict=True):
            pixels = self._pixels.index_select(0, some)
            if not plain:
                pixels = augmentation.apply(pixels, drawn)
            yield self.normalizer(pixels), self.split.labels[some]


def batch_sizes(count: int, batch_size: int) -> list[int]:
    """The sizes of an epoch's batches.

    A last batch of a single image joins the one before it: batch norm can't
    train on one value a channel.
    """
    whole, rest = divmod(count, batch_size)
    sizes = [batch_size] * whole + [rest] * (rest > 0)
    if len(sizes) > 1 and sizes[-1] == 1:
        sizes.pop()
        sizes[-1] += 1
    return sizes
