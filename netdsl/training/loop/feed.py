"""Batches of network input, made on the device."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from netdsl.training.augment import AugmentedEpoch, MixedEpoch
from netdsl.training.data.dataset import ImageSplit
from netdsl.training.loop.normalize import Normalizer
from netdsl.training.loop.updates import Update
from netdsl.training.machine.world import World


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """This process's part of a batch.

    `inputs` are (images, channels, height, width), `labels` int64 (images,);
    `targets` are what the loss compares with: the labels, or where images
    are mixed their probabilities (images, outputs). `places` are the first
    position in the epoch and the one after the last.
    """

    inputs: Tensor
    targets: Tensor
    labels: Tensor
    places: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class DrawnEpoch:
    """What was drawn for an epoch, the same in every process.

    `order` (int64, on the CPU) says which image stands at each position;
    `mixed` is None where images are not mixed.
    """

    order: Tensor
    augmented: AugmentedEpoch
    mixed: MixedEpoch | None


class Feed:
    """Gives one part of a dataset as batches, all work but decoding done on its device."""

    def __init__(self, split: ImageSplit, normalizer: Normalizer, device: torch.device, world: World) -> None:
        self.split = split
        self.normalizer = normalizer
        self.device = device
        self._world = world
        self._labels = split.class_labels().to(device)

    def __len__(self) -> int:
        return len(self.split)

    def in_order(self, batch_size: int) -> Generator[Batch]:
        """Every image of this process's share once, as they lie."""
        start, stop = self._world.share(0, len(self))
        places = [(at, min(at + batch_size, stop)) for at in range(start, stop, batch_size)]
        positions = [torch.arange(first, behind) for first, behind in places]
        with closing(self.split.batches(positions)) as images:
            for (first, behind), pixels in zip(places, images, strict=True):
                labels = self._labels[first:behind]
                yield Batch(self.normalizer(pixels), labels, labels, (first, behind))

    def epoch(self, drawn: DrawnEpoch, updates: Sequence[Update], outputs: int) -> Generator[Batch]:
        """This process's share of every batch of the updates, augmented; `outputs` is the network's width.

        To be closed: the processes that decode streamed images end with it.
        """
        labels = self._labels[drawn.order.to(self.device)]
        places = [self._world.share(*batch) for update in updates for batch in update.batches]
        positions = [drawn.order[start:stop] for start, stop in places]
        with closing(self.split.batches(positions)) as images:
            for (start, stop), pixels in zip(places, images, strict=True):
                inputs = self.normalizer(drawn.augmented.apply(pixels, start))
                some = targets = labels[start:stop]
                if drawn.mixed is not None:
                    wanted = functional.one_hot(some, outputs).to(inputs.dtype)
                    inputs, targets = drawn.mixed.apply(inputs, wanted, start)
                yield Batch(inputs, targets, some, (start, stop))
