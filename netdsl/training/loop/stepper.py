"""The training loop: from batches to changed weights, without waiting for the device."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from torch import nn
from torch.nn.parallel import DistributedDataParallel

from netdsl.training.loop.feed import Batch
from netdsl.training.loop.tally import Tally
from netdsl.training.loop.updates import Update
from netdsl.training.machine.interrupt import Stop
from netdsl.training.machine.world import World
from netdsl.training.optimize.average import WeightAverage
from netdsl.training.optimize.loss import Loss, first_of
from netdsl.training.optimize.optimizer import Optimizers
from netdsl.training.optimize.precision import Precision
from netdsl.training.optimize.schedule import LearningRate
from netdsl.training.progress import Progress


@dataclass(frozen=True, slots=True, eq=False)
class Stepper:
    """Everything that changes the weights.

    `module` holds them; `forward` is what is called: the module itself, its
    compiled form or its distributed wrapper.
    """

    module: nn.Module
    forward: nn.Module
    optimizers: Optimizers
    learning_rate: LearningRate
    loss: Loss
    precision: Precision
    average: WeightAverage | None
    clip_norm: float | None
    clip_value: float | None
    world: World

    def update(self, update: Update, batches: Iterator[Batch], step: int, tally: Tally) -> None:
        """Make one change of the weights: step `step` of the training, counted from 0."""
        self.optimizers.set_rate(self.learning_rate.rate(step))
        last = len(update.batches) - 1
        for number in range(last + 1):
            self._backward(next(batches), update.images, tally, wait=number == last)
        self._clip()
        for optimizer in self.optimizers.each:
            self.precision.scaler.step(optimizer)
        self.precision.scaler.update()
        self.optimizers.zero_grad()
        if self.average is not None:
            self.average.update(self.module)

    def _backward(self, batch: Batch, images: int, tally: Tally, wait: bool) -> None:
        """Add a batch's gradients, its images' part of the update's mean; `wait` for other processes' too."""
        if isinstance(self.forward, DistributedDataParallel):
            self.forward.require_backward_grad_sync = wait
        with self.precision.autocast():
            output = self.forward(batch.inputs)
            losses = self.loss(output, batch.targets)
        total = losses.sum()
        # Distributed gradients are averaged over the processes; this makes that the mean over the images.
        self.precision.scaler.scale(total * (self.world.size / images)).backward()  # type: ignore[no-untyped-call]
        tally.add(total.detach(), first_of(output).detach(), batch.labels)

    def _clip(self) -> None:
        if self.clip_norm is None and self.clip_value is None:
            return
        for optimizer in self.optimizers.each:
            self.precision.scaler.unscale_(optimizer)
        if self.clip_value is not None:
            nn.utils.clip_grad_value_(self.optimizers.parameters, self.clip_value)
        if self.clip_norm is not None:
            nn.utils.clip_grad_norm_(self.optimizers.parameters, self.clip_norm)


def run_updates(
    stepper: Stepper,
    updates: Sequence[Update],
    batches: Iterator[Batch],
    first_step: int,
    tally: Tally,
    progress: Progress,
    stop: Stop,
) -> int:
    """Make an epoch's updates, the first of which is step `first_step`; how many were made.

    Ends early where `stop` asks for it. Nothing is read from the device
    between steps but where progress is due, and every few hundred steps.
    Raises `NonFiniteLossError`.
    """
    stepper.forward.train()
    stepper.module.train()
    for number, update in enumerate(updates):
        stepper.update(update, batches, first_step + number, tally)
        if progress.due():
            progress.step(tally.epoch, tally.place, tally.images, tally.mean_loss())
        if tally.is_full:
            tally.check()
        if stop.hear():
            return number + 1
    return len(updates)
