"""A dataset: uint8 images in memory or streamed, labels, class names."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import torch
from torch import Tensor

from netdsl.diagnostics import Diagnostic
from netdsl.training.data.placement import place, send, staging

# Images that have been moved, by the id of the tensor that they were.
Moved = dict[int, Tensor]


class ImageSplit(Protocol):
    """One part of a dataset: images with labels, wherever the images are kept."""

    def __len__(self) -> int:
        """How many images there are."""
        ...

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of an image."""
        ...

    def class_labels(self) -> Tensor:
        """The images' classes, int64 of shape (images,) on the CPU, in this split's order."""
        ...

    def part(self, rows: Tensor) -> ImageSplit:
        """The part that consists of these images (int64 positions from 0), in their order."""
        ...

    def to(self, device: torch.device, moved: Moved | None = None) -> ImageSplit:
        """The split with batches on the device.

        Splits given the same `moved`, an empty dictionary at first, go on
        sharing the images that they share.
        """
        ...

    def batches(self, positions: Sequence[Tensor]) -> Generator[Tensor, None, None]:
        """The pixels of each batch of positions (int64 of shape (n,), on the CPU).

        They are uint8 of shape (n, height, width, channels), on the split's
        device. Whoever stops before the last batch should close the
        generator: what decodes for it ends then. Raises `DiagnosticError`
        where an image can't be read.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Images in memory and their labels, or those rows of them that `rows` names.

    `images` is uint8 of shape (images, channels, height, width), kept in
    channels_last memory; `labels` is int64 of shape (images,). `rows`, where
    given, is int64: a part of a split shares its images' memory. `device` is
    where batches are wanted (None: where the images are).
    """

    images: Tensor
    labels: Tensor
    rows: Tensor | None = None
    device: torch.device | None = None

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

    def class_labels(self) -> Tensor:
        """The images' classes, int64 of shape (images,) on the CPU, in this split's order."""
        labels = self.labels if self.rows is None else self.labels[self.rows]
        return labels.cpu()

    def part(self, rows: Tensor) -> Split:
        """The part that consists of these rows of this split, in their order."""
        return replace(self, rows=rows if self.rows is None else self.rows[rows])

    def to(self, device: torch.device, moved: Moved | None = None) -> Split:
        """The split with batches on the device, and its images too where they leave room there.

        A GPU takes images that fill up to half of its free memory. Splits
        given the same `moved`, an empty dictionary at first, go on sharing
        the images that they share.
        """
        moved = {} if moved is None else moved
        if id(self.images) not in moved:
            moved[id(self.images)] = place(self.images, device)
        return replace(self, images=moved[id(self.images)], device=device)

    def batches(self, positions: Sequence[Tensor]) -> Generator[Tensor, None, None]:
        """The pixels of each batch of positions; see `ImageSplit.batches`."""
        if not positions:
            return
        pixels = self.images.permute(0, 2, 3, 1)
        rows = torch.cat(list(positions))
        if self.rows is not None:
            rows = self.rows[rows.to(self.rows.device)]
        # All positions go to the device at once: a GPU would wait for each small copy.
        for some in torch.split(rows.to(pixels.device), [len(batch) for batch in positions]):
            yield self._batch(pixels, some)

    def _batch(self, pixels: Tensor, rows: Tensor) -> Tensor:
        if self.device is None or pixels.device.type != "cpu" or self.device.type == "cpu":
            return pixels.index_select(0, rows)
        channels, height, width = self.shape
        batch = staging((len(rows), height, width, channels), self.device)
        return send(torch.index_select(pixels, 0, rows, out=batch), self.device)


@dataclass(frozen=True, slots=True, eq=False)
class ImageDataset:
    """Training images and, where there are any, validation and test images of the same shape.

    `classes[label]` is the name of a class, which no other has; `warnings`
    tells of images that were left out.
    """

    name: str
    train: ImageSplit
    validation: ImageSplit | None
    test: ImageSplit | None
    classes: tuple[str, ...]
    warnings: tuple[Diagnostic, ...] = ()

    def __post_init__(self) -> None:
        if (twice := repeated(self.classes)) is not None:
            raise ValueError(f"two classes are called {twice!r}")

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of every image."""
        return self.train.shape

    def to(self, device: torch.device) -> ImageDataset:
        """The dataset with batches on the device; parts that share their images go on sharing them."""
        moved: Moved = {}
        return replace(
            self,
            train=self.train.to(device, moved),
            validation=self.validation.to(device, moved) if self.validation is not None else None,
            test=self.test.to(device, moved) if self.test is not None else None,
        )


def repeated(names: Sequence[str]) -> str | None:
    """The first name that comes a second time, None where each is another."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None
