"""What each of the runs that are trained side by side is given of a cluster's cores and GPUs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine's cores and GPUs, as its cluster counts them."""

    cores: float
    gpus: float = 0


@dataclass(frozen=True, slots=True)
class Share:
    """What one run is given; below 1, it shares a core or a GPU with others."""

    cores: float
    gpus: float = 0

    def times(self, machine: Machine) -> int:
        """How often a machine has this."""
        by_cores = math.floor(machine.cores / self.cores + 1e-6)
        return min(by_cores, math.floor(machine.gpus / self.gpus + 1e-6)) if self.gpus else by_cores


def share_out(machines: Sequence[Machine], jobs: int, with_gpus: bool) -> Share:
    """As many cores for each of so many runs as let all of them be trained at a time.

    Where there are GPUs, each run has one, or an equal part of one where
    there are fewer than runs; machines without any are then left alone.
    Raises `ValueError` where there are no cores at all.
    """
    able = [each for each in machines if each.cores > 0]
    gpus = math.floor(sum(each.gpus for each in able)) if with_gpus else 0
    gpu = 1 / math.ceil(jobs / gpus) if gpus else 0.0
    if gpu:
        able = [each for each in able if each.gpus >= 1]
    if not able:
        raise ValueError("no cores")
    cores = _candidates(sum(each.cores for each in able) / jobs)
    shares = (Share(each, gpu) for each in cores)
    return next(share for share in shares if sum(map(share.times, able)) >= jobs)


def _candidates(most: float) -> Iterator[float]:
    """Whole numbers of cores downwards, then parts of one: Ray knows no others."""
    yield from (float(each) for each in range(math.floor(most), 0, -1))
    parts = 2
    while True:
        yield 1 / parts
        parts += 1
