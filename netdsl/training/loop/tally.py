"""The losses and hits of an epoch so far."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from netdsl.training.machine.world import World

# How many batches may pass before a loss that is not finite is noticed.
_CHECK_EVERY = 256


class NonFiniteLossError(Exception):
    """A loss is infinite or not a number: `loss`, in an epoch's batch `batch`, counted from 0."""

    def __init__(self, epoch: int, batch: int, loss: float) -> None:
        super().__init__(f"the loss is {loss} in epoch {epoch}, batch {batch + 1}")
        self.epoch = epoch
        self.batch = batch
        self.loss = loss


class Tally:
    """Losses and hits of one epoch, kept on the device until they are asked for.

    `images` is how many the epoch has, over all processes; figures before
    the epoch's end are this process's, and those of earlier processes that a
    state brought. What is kept of a batch lies in one tensor: a small one
    left behind by every step would split the memory that the large ones of
    the next need, and a process's heap would grow with every step.
    """

    def __init__(self, epoch: int, images: int, world: World) -> None:
        self.epoch = epoch
        self.images = images
        self._world = world
        self._done = 0
        self._restored = 0
        self._losses = torch.empty(0)
        self._hits = torch.zeros(0, dtype=torch.int64)
        self._batches = 0
        self._checked = 0
        self._agreed = 0
        self._total = 0.0

    @property
    def place(self) -> int:
        """How many of the epoch's images, over all processes, have been trained on."""
        restored_here = self._restored if self._world.is_first else 0
        return min(self._restored + (self._done - restored_here) * self._world.size, self.images)

    @property
    def is_full(self) -> bool:
        """Whether it is time for `check`: the same in every process."""
        return self._batches - self._agreed >= _CHECK_EVERY

    def add(self, loss: Tensor, output: Tensor, labels: Tensor) -> None:
        """Count a batch: the sum of its images' losses, its outputs and labels."""
        self._done += len(labels)
        if self._batches == len(self._losses):
            self._make_room(loss)
        self._losses[self._batches] = loss
        self._hits += (output.argmax(1) == labels).sum()
        self._batches += 1

    def mean_loss(self) -> float:
        """Mean over this process's images so far; waits for the device.

        Raises `NonFiniteLossError` where one of the losses is not finite; as
        one of several processes, which must stop together, it is nan instead.
        """
        error = self._look()
        if error is None:
            return self._total / max(self._done, 1)
        if self._world.size > 1:
            return float("nan")
        raise error

    def check(self) -> None:
        """Raise `NonFiniteLossError`, in all processes alike, where a loss so far is not finite in one."""
        self._agreed = behind = self._batches
        error = self._look()
        first = self._world.least(behind if error is None else error.batch)
        if error is not None and error.batch == first:
            raise error
        if first < behind:
            raise NonFiniteLossError(self.epoch, first, float("nan"))

    def finish(self) -> tuple[float, float]:
        """Mean loss and accuracy over every process's images; raises as `check` does."""
        self.check()
        sums = torch.tensor([self._total, float(self._hits.sum()), self._done], dtype=torch.float64)
        loss, right, seen = self._world.sum(sums).tolist()
        return loss / seen, right / seen

    def state(self) -> dict[str, Tensor]:
        """What `restore` needs to go on in other processes, however many."""
        return {
            "losses": self._world.sum(self._known().to("cpu", copy=True)),
            "hits": self._world.sum(self._hits.to("cpu", copy=True)),
            "done": self._world.sum(torch.tensor(self._done)),
        }

    def restore(self, state: Mapping[str, Tensor], device: torch.device) -> None:
        """Go on from a state, which the first process takes into its figures."""
        share = 1 if self._world.is_first else 0
        self._losses = (state["losses"] * share).to(device)
        self._hits = (state["hits"] * share).to(device).sum().reshape(1)
        self._restored = int(state["done"])
        self._done = self._restored * share
        self._batches = len(self._losses)

    def _look(self) -> NonFiniteLossError | None:
        """Take new losses into the total, up to one that is not finite, which is returned."""
        if self._world.size == 1:
            self._agreed = self._batches
        for batch, loss in enumerate(self._known()[self._checked :].tolist(), self._checked):
            if not abs(loss) < float("inf"):
                return NonFiniteLossError(self.epoch, batch, loss)
            self._total += loss
            self._checked = batch + 1
        return None

    def _known(self) -> Tensor:
        """The losses of the batches so far."""
        return self._losses[: self._batches]

    def _make_room(self, loss: Tensor) -> None:
        """Twice the room for losses, of the type and on the device of this one."""
        room = torch.empty(max(_CHECK_EVERY, 2 * self._batches), dtype=loss.dtype, device=loss.device)
        room[: self._batches] = self._known()
        self._losses = room
        if not len(self._hits):
            self._hits = torch.zeros(1, dtype=torch.int64, device=loss.device)
