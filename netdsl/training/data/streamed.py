"""Images that stay in their files and are decoded anew for each batch."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from netdsl.training.data.dataset import Moved
from netdsl.training.data.packed_paths import PackedPaths
from netdsl.training.data.placement import send
from netdsl.training.data.stream_loader import ChunkReader, read_batches
from netdsl.training.image_options import ImageOptions


@dataclass(frozen=True, slots=True, eq=False)
class StreamedSplit:
    """Image files and their labels, or those rows of them that `rows` names.

    `labels` is int64 of shape (files,); `shape` is the channels, height and
    width that the options bring every image to; `rows`, where given, is
    int64. Batches are decoded by `options.workers` processes and come on
    `device`.
    """

    paths: PackedPaths
    labels: Tensor
    shape: tuple[int, int, int]
    options: ImageOptions
    rows: Tensor | None = None
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))

    def __post_init__(self) -> None:
        if self.labels.dtype != torch.int64 or self.labels.shape != (len(self.paths),):
            raise ValueError("labels are an int64 tensor with one number a path")

    def __len__(self) -> int:
        return len(self.paths) if self.rows is None else len(self.rows)

    def class_labels(self) -> Tensor:
        """The images' classes, int64 of shape (images,) on the CPU, in this split's order."""
        return self.labels if self.rows is None else self.labels[self.rows]

    def part(self, rows: Tensor) -> StreamedSplit:
        """The part that consists of these rows of this split, in their order."""
        return replace(self, rows=rows if self.rows is None else self.rows[rows])

    def to(self, device: torch.device, moved: Moved | None = None) -> StreamedSplit:
        """The split with batches on the device; there are no images to be moved."""
        return replace(self, device=device)

    def batches(self, positions: Sequence[Tensor]) -> Generator[Tensor, None, None]:
        """The pixels of each batch of positions; see `ImageSplit.batches`.

        Decoding runs ahead in processes of their own, which end with the
        iterator. Raises `DiagnosticError` where a file can't be decoded, is
        of another size or in colour among grey ones, or a process ends.
        """
        channels, height, width = self.shape
        reader = ChunkReader(self.paths, self.options, (height, width, channels))
        files = [batch if self.rows is None else self.rows[batch] for batch in positions]
        for pixels in read_batches(reader, files, self.device):
            yield send(pixels, self.device)
