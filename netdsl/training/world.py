"""The processes that train together, under torchrun; or this one alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import torch
from torch import Tensor, distributed

T = TypeVar("T")

# The first process may have a large folder to decode while the others wait.
_PATIENCE = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class World:
    """How many processes there are (`size`), which one this is (`rank`), and both on its machine alone."""

    rank: int = 0
    size: int = 1
    local_rank: int = 0
    local_size: int = 1

    @property
    def is_first(self) -> bool:
        """Whether this process writes the records and talks to the person."""
        return self.rank == 0

    def share(self, start: int, stop: int) -> tuple[int, int]:
        """This process's part of the positions from `start` to `stop`; the parts differ by one at most."""
        count = stop - start
        return start + count * self.rank // self.size, start + count * (self.rank + 1) // self.size

    def sum(self, values: Tensor) -> Tensor:
        """The sum of every process's values, changed in place."""
        if self.size > 1:
            distributed.all_reduce(values)
        return values

    def from_first(self, value: T) -> T:
        """The first process's value, in every process; the others' values are ignored."""
        box = [value]
        if self.size > 1:
            distributed.broadcast_object_list(box, src=0)
        (shared,) = box
        return shared

    @contextmanager
    def one_first(self) -> Iterator[None]:
        """Run the block in one process of each machine, then in the others, which find what it left."""
        if self.size > 1 and self.local_rank > 0:
            distributed.barrier()
        yield
        if self.size > 1 and self.local_rank == 0:
            distributed.barrier()


def join_world() -> World:
    """The world that torchrun's environment describes, joined; without one, this process alone.

    The processes talk over NCCL where there are GPUs and Gloo elsewhere.
    """
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1 or "RANK" not in os.environ:
        return World()
    local_rank = int(os.environ.get("LOCAL_RANK", "0"))
    if not distributed.is_initialized():
        on_gpus = torch.cuda.is_available() and local_rank < torch.cuda.device_count()
        if on_gpus:
            torch.cuda.set_device(local_rank)
        distributed.init_process_group("nccl" if on_gpus else "gloo", timeout=_PATIENCE)
    local_size = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    return World(distributed.get_rank(), distributed.get_world_size(), local_rank, local_size)


def leave_world() -> None:
    """Part from the other processes, where there are any."""
    if distributed.is_available() and distributed.is_initialized():
        distributed.destroy_process_group()
