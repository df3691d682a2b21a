"""How an epoch's images are cut into batches, and batches grouped into changes of the weights."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Update:
    """One change of the weights: the positions, as (start, stop), of the batches whose gradients make it."""

    batches: tuple[tuple[int, int], ...]

    @property
    def images(self) -> int:
        """Images in all its batches."""
        return self.batches[-1][1] - self.batches[0][0]


def cut(count: int, batch_size: int, accumulation_steps: int = 1, processes: int = 1) -> list[Update]:
    """An epoch of so many images as updates.

    A last batch with fewer than two images a process joins the one before
    it: batch norm can't train on one value a channel.
    """
    sizes = batch_sizes(count, batch_size, 2 * processes)
    bounds = [0]
    for size in sizes:
        bounds.append(bounds[-1] + size)
    batches = list(itertools.pairwise(bounds))
    return [
        Update(tuple(batches[at : at + accumulation_steps]))
        for at in range(0, len(batches), accumulation_steps)
    ]


def fewest_images(updates: Iterable[Update], processes: int = 1) -> int:
    """How many images a process has of the smallest batch."""
    sizes = (stop - start for update in updates for start, stop in update.batches)
    return min(sizes) // processes


def batch_sizes(count: int, batch_size: int, least: int = 2) -> list[int]:
    """The sizes of an epoch's batches; a last one below `least` joins the one before."""
    whole, rest = divmod(count, batch_size)
    sizes = [batch_size] * whole + [rest] * (rest > 0)
    if len(sizes) > 1 and sizes[-1] < least:
        last = sizes.pop()
        sizes[-1] += last
    return sizes
