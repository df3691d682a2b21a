"""A dataset in memory: uint8 images, labels, class names."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from netdsl.diagnostics import Diagnostic


@dataclass(frozen=True, eq=False)
class Split:
    """Images and their labels, or those rows of them that `rows` names.

    `images` is uint8 of shape (images, channels, height, width), kept in
    channels_last memory; `labels` is int64 of shape (images,). `rows`, where
    given, is int64: a part of a split shares its images' memory.
    """

    images: Tensor
    labels: Tensor
    rows: Tensor | None = None

    def __post_init__(self) -> None:
        if self.images.dtype != torch.uint8 or self.images.dim() != 4:
            raise ValueError("images are a uint8 tensor of shape (images, channels, height, width)")
        if self.labels.dtype != torch.int64 or self.labels.shape != self.images.shape[:1]:
            raise ValueError("labels are an int64 tensor with one number an image")
        object.__setattr__(self, "images", self.images.contiguous(memory_format=torch.channels_last))

    def __len__(self) -> int:
        return len(self.images) if self.rows is None else len(self.rows)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of an image."""
        _, channels, height, width = self.images.shape
        return channels, height, width

    def part(self, rows: Tensor) -> Split:
        """The part that consists of these rows of this split, in their order."""
        return replace(self, rows=rows if self.rows is None else self.rows[rows])


@dataclass(frozen=True, eq=False)
class ImageDataset:
    """Training images and, where there are any, validation and test images of the same shape.

    `classes[label]` is the name of a class; `warnings` tells of images that
    were left out.
    """

    name: str
    train: Split
    validation: Split | None
    test: Split | None
    classes: tuple[str, ...]
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of every image."""
        return self.train.shape
