"""The images, cut to as many as a measurement needs; every side sees the same ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.training.folders import PARTS

# Of CIFAR-10's training images, each channel's; every side normalizes by these.
MEAN = (0.4914, 0.4822, 0.4465)
STD = (0.2470, 0.2435, 0.2616)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Images (images, height, width, channels) of bytes, labels, and the rows that they are in the folder."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    rows: list[int]


@dataclass(frozen=True, slots=True, eq=False)
class Images:
    """What there is to train on and to evaluate on, and the folder that it comes from."""

    folder: Path
    classes: int
    train: Part
    test: Part


def read_images(folder: Path, train: int | None = None, test: int | None = None) -> Images:
    """So many images of both parts, taken evenly from all classes; all where it isn't said."""
    from torchvision.datasets import ImageFolder

    parts = {}
    for name, wanted in zip(PARTS, (train, test), strict=True):
        files = ImageFolder(folder / name)
        rows = spread(len(files), wanted)
        pixels = np.array([np.asarray(files[row][0]) for row in rows], dtype=np.uint8)
        labels = np.array([files.targets[row] for row in rows], dtype=np.int64)
        parts[name] = Part(pixels.reshape(-1, 32, 32, 3), labels, rows)
    return Images(folder, len(files.classes), parts["train"], parts["test"])


def spread(count: int, wanted: int | None) -> list[int]:
    """So many of `count` rows, or all where there are fewer, at even distances."""
    wanted = count if wanted is None else min(wanted, count)
    return [row * count // wanted for row in range(wanted)]
