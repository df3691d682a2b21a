"""One epoch of training."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import Optimizer

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.training.feed import Batch
from netdsl.training.progress import Progress

# How many steps may pass before a loss that is not finite is noticed.
_CHECK_EVERY = 256


@dataclass(frozen=True)
class TrainedEpoch:
    """Mean loss and accuracy over the epoch's images, as they were trained on, and the seconds it took."""

    loss: float
    accuracy: float
    seconds: float


def train_epoch(
    module: nn.Module,
    optimizer: Optimizer,
    batches: Iterator[Batch],
    images: int,
    epoch: int,
    progress: Progress,
) -> TrainedEpoch:
    """Train on every batch once; `images` is how many there are together.

    Nothing is read from the device between steps but when progress is due
    and every few hundred steps. Raises `DiagnosticError` where the loss is
    not finite.
    """
    started = time.perf_counter()
    module.train()
    tally = _Tally(epoch, images)
    for inputs, labels in batches:
        output = module(inputs)
        loss = functional.cross_entropy(output, labels)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        tally.add(loss.detach(), output.detach(), labels)
        if progress.due():
            progress.step(epoch, tally.done, images, tally.mean_loss())
        elif tally.unchecked >= _CHECK_EVERY:
            tally.mean_loss()
    return TrainedEpoch(tally.mean_loss(), tally.accuracy(), time.perf_counter() - started)


class _Tally:
    """Losses and hits, kept on the device until they are asked for."""

    def __init__(self, epoch: int, images: int) -> None:
        self.epoch = epoch
        self.images = images
        self.done = 0
        self._losses: list[Tensor] = []
        self._hits: list[Tensor] = []
        self._checked = 0
        self._total = 0.0

    @property
    def unchecked(self) -> int:
        return len(self._losses) - self._checked

    def add(self, loss: Tensor, output: Tensor, labels: Tensor) -> None:
        self.done += len(labels)
        self._losses.append(loss * len(labels))
        self._hits.append((output.argmax(1) == labels).sum())

    def mean_loss(self) -> float:
        """Mean over the images so far; waits for the device, and raises where a loss is not finite."""
        for step, loss in enumerate(torch.stack(self._losses[self._checked :]).tolist(), self._checked + 1):
            if not abs(loss) < float("inf"):
                raise DiagnosticError(self._not_finite(step, loss))
            self._total += loss
        self._checked = len(self._losses)
        return self._total / self.done

    def accuracy(self) -> float:
        return int(torch.stack(self._hits).sum()) / self.done

    def _not_finite(self, step: int, loss: float) -> Diagnostic:
        return Diagnostic(
            codes.NON_FINITE_LOSS,
            f"the loss is {loss} in epoch {self.epoch}, step {step}",
            help="try a smaller `learning_rate`",
        )
