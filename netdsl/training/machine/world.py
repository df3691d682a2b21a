"""The processes that train together; or this one alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import torch
from torch import Tensor, distributed, nn

from netdsl.training.machine.threads import MEETING

T = TypeVar("T")

# What Gloo says where the other end of a connection is gone.
_LOST = ("Connection closed by peer", "Connection reset by peer", "gloo", "Broken pipe")

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

    def least(self, number: int) -> int:
        """The least of every process's numbers."""
        if self.size == 1:
            return number
        box = torch.tensor(number)
        distributed.all_reduce(box, distributed.ReduceOp.MIN)
        return int(box)

    def any_later(self, flag: bool) -> Callable[[], bool]:
        """What tells, when it is called, whether any process gave a true flag; this call waits for none."""
        if self.size == 1:
            return lambda: flag
        box = torch.tensor(int(flag))
        work = distributed.all_reduce(box, distributed.ReduceOp.MAX, async_op=True)

        def answer() -> bool:
            work.wait()
            return bool(box)

        return answer

    def stack(self, values: Tensor) -> Tensor:
        """Every process's values (on the CPU, of one shape), stacked in the order of the processes."""
        if self.size == 1:
            return values.unsqueeze(0)
        each = [torch.empty_like(values) for _ in range(self.size)]
        distributed.all_gather(each, values)
        return torch.stack(each)

    def align(self, module: nn.Module) -> None:
        """Give every process the first one's buffers, such as the statistics of batch norm."""
        if self.size > 1:
            for buffer in module.buffers():
                distributed.broadcast(buffer, src=0)

    def from_first(self, value: T) -> T:
        """The first process's value, in every process; the others' values are ignored."""
        box = [value]
        if self.size > 1:
            distributed.broadcast_object_list(box, src=0)
        (shared,) = box
        return shared

    @contextmanager
    def one_first(self) -> Iterator[None]:
        """Run the block in one process of each machine, then in the others, which find what it left.

        Where it fails in the first, the others run it all the same, and fail for themselves.
        """
        if self.size > 1 and self.local_rank > 0:
            distributed.barrier()
        try:
            yield
        finally:
            if self.size > 1 and self.local_rank == 0:
                distributed.barrier()


def join_world() -> World:
    """The world that the environment of this process describes, joined; without one, this process alone.

    The environment is that of torchrun. The processes talk over Gloo, and
    their GPUs, if they have any, over NCCL.
    """
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1 or "RANK" not in os.environ:
        return World()
    local_rank = int(os.environ.get("LOCAL_RANK", "0"))
    if not distributed.is_initialized():
        on_gpus = torch.cuda.is_available() and local_rank < torch.cuda.device_count()
        if on_gpus:
            torch.cuda.set_device(local_rank)
        meeting = os.environ.get(MEETING)
        distributed.init_process_group(
            "cpu:gloo,cuda:nccl" if on_gpus else "gloo",
            init_method=f"file://{meeting}" if meeting is not None else None,
            rank=int(os.environ["RANK"]) if meeting is not None else -1,
            world_size=size if meeting is not None else -1,
            timeout=_PATIENCE,
        )
    local_size = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    return World(distributed.get_rank(), distributed.get_world_size(), local_rank, local_size)


def leave_world() -> None:
    """Part from the other processes, where there are any."""
    if distributed.is_available() and distributed.is_initialized():
        distributed.destroy_process_group()


def tells_of_lost_process(error: BaseException) -> bool:
    """Whether an exception says that another process of the training has gone."""
    if isinstance(error, distributed.DistError):
        return True
    return isinstance(error, RuntimeError) and any(phrase in str(error) for phrase in _LOST)
