"""The losses and hits of an epoch so far."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from netdsl.training.world import World

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
    the epoch's end are this process's.
    """

    def __init__(self, epoch: int, images: int, world: World) -> None:
        self.epoch = epoch
        self.images = images
        self._world = world
        self._done = 0
        self._losses: list[Tensor] = []
        self._hits: list[Tensor] = []
        self._checked = 0
        self._total = 0.0

    @property
    def place(self) -> int:
        """How many of the epoch's images, over all processes, have been trained on."""
        return min(self._done * self._world.size, self.images)

    @property
    def is_full(self) -> bool:
        """Whether many losses have not been looked at."""
        return len(self._losses) - self._checked >= _CHECK_EVERY

    def add(self, loss: Tensor, output: Tensor, labels: Tensor) -> None:
        """Count a batch: the sum of its images' losses, its outputs and labels."""
        self._done += len(labels)
        self._losses.append(loss)
        self._hits.append((output.argmax(1) == labels).sum())

    def mean_loss(self) -> float:
        """Mean over this process's images so far; waits for the device.

        Raises `NonFiniteLossError` where one of the losses is not finite.
        """
        unchecked = self._losses[self._checked :]
        for batch, loss in enumerate(torch.stack(unchecked).tolist() if unchecked else [], self._checked):
            if not abs(loss) < float("inf"):
                raise NonFiniteLossError(self.epoch, batch, loss)
            self._total += loss
            self._checked = batch + 1
        return self._total / max(self._done, 1)

    def finish(self) -> tuple[float, float]:
        """Mean loss and accuracy over every process's images; raises as `mean_loss` does, in all of them."""
        error: NonFiniteLossError | None = None
        try:
            self.mean_loss()
        except NonFiniteLossError as found:
            error = found
        hits = int(torch.stack(self._hits).sum()) if self._hits else 0
        sums = [float("nan") if error else self._total, float(hits), float(self._done)]
        if self._world.size > 1:
            sums = self._world.sum(torch.tensor(sums, device=self._losses[0].device)).tolist()
        loss, right, seen = sums
        if loss != loss:
            raise error or NonFiniteLossError(self.epoch, len(self._losses) - 1, loss)
        return loss / seen, right / seen

    def state(self) -> dict[str, Tensor]:
        """What `restore` needs to go on in another process."""
        return {
            "losses": torch.stack(self._losses).cpu(),
            "hits": torch.stack(self._hits).cpu(),
            "done": torch.tensor(self._done),
        }

    def restore(self, state: Mapping[str, Tensor], device: torch.device) -> None:
        """Go on from a state."""
        self._losses = list(state["losses"].to(device))
        self._hits = list(state["hits"].to(device))
        self._done = int(state["done"])
