from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from netdsl.training import ImageDataset, Progress
from netdsl.training.data.dataset import ImageSplit


class Listener(Progress):
    """Keeps what a training tells."""

    def __init__(self) -> None:
        self.decoded = 0
        self.notes: list[str] = []

    def reading(self, done: int, total: int) -> None:
        self.decoded = done

    def note(self, text: str) -> None:
        self.notes.append(text)


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def pixels_of() -> Callable[..., Tensor]:
    """All pixels of a split, read in batches of a size."""

    def read(split: ImageSplit, batch_size: int = 4) -> Tensor:
        return torch.cat(list(split.batches(torch.split(torch.arange(len(split)), batch_size))))

    return read


@pytest.fixture
def parts_of() -> Callable[[ImageDataset], list[ImageSplit]]:
    """The parts that a dataset has."""

    def parts(dataset: ImageDataset) -> list[ImageSplit]:
        return [part for part in (dataset.train, dataset.validation, dataset.test) if part is not None]

    return parts
