"""Forward and backward passes that leave a module as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from netdsl.training.optimize.loss import Loss
from netdsl.training.optimize.precision import Precision
from netdsl.training.preparation.modes import kept_modes


@contextmanager
def rehearsal(module: nn.Module) -> Iterator[None]:
    """Within it, what passes change is undone at the end: buffers, gradients, modes and random numbers."""
    buffers = {name: buffer.detach().clone() for name, buffer in module.named_buffers()}
    devices = [tensor.device for tensor in module.parameters() if tensor.device.type == "cuda"][:1]
    with kept_modes(module), torch.random.fork_rng(devices=devices):
        try:
            module.train()
            yield
        finally:
            for parameter in module.parameters():
                parameter.grad = None
            with torch.no_grad():
                for name, buffer in module.named_buffers():
                    buffer.copy_(buffers[name])


@dataclass(frozen=True, slots=True, eq=False)
class Pass:
    """A forward and a backward pass over inputs with these labels; gradients are then forgotten."""

    module: nn.Module
    labels: Tensor
    loss: Loss
    precision: Precision

    def __call__(self, inputs: Tensor) -> None:
        """Make the pass."""
        self.backward(inputs)
        self.module.zero_grad()

    def backward(self, inputs: Tensor) -> None:
        """Make the pass and keep the gradients."""
        with self.precision.autocast():
            output = self.module(inputs)
            total = self.loss(output, self.labels).mean()
        self.precision.scaler.scale(total).backward()  # type: ignore[no-untyped-call]
