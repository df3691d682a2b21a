"""Muon: momentum whose matrix is made orthogonal before the step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, overload

import torch
from torch import Tensor
from torch.optim import Optimizer

# The quintic iteration's coefficients (K. Jordan, "Muon: an optimizer for hidden layers", 2024).
_COEFFICIENTS = (3.4445, -4.7750, 2.0315)
_ITERATIONS = 5


class Muon(Optimizer):
    """Muon with Nesterov momentum and decoupled weight decay, for parameters of two or more axes.

    Axes after the first are taken as one: a convolution's filter is a row.
    The step is scaled by 0.2 * sqrt(larger side), so that it is as large as
    AdamW's and shares its learning rate and decay (J. Liu et al., "Muon is
    Scalable for LLM Training", 2025, section 2.2).
    """

    def __init__(
        self, params: Iterable[dict[str, Any]], lr: float, momentum: float, weight_decay: float
    ) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @overload
    def step(self, closure: None = None) -> None: ...
    @overload
    def step(self, closure: Callable[[], float]) -> float: ...
    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        """Change every parameter that has a gradient."""
        loss = closure() if closure is not None else None
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._update(parameter, parameter.grad, group)
        return loss

    def _update(self, parameter: Tensor, gradient: Tensor, group: dict[str, Any]) -> None:
        state = self.state[parameter]
        if "momentum_buffer" not in state:
            state["momentum_buffer"] = torch.zeros_like(gradient)
        buffer, momentum = state["momentum_buffer"], group["momentum"]
        buffer.lerp_(gradient, 1 - momentum)
        direction = gradient.lerp(buffer, momentum).flatten(1)
        scale = 0.2 * max(direction.shape) ** 0.5
        parameter.mul_(1 - group["lr"] * group["weight_decay"])
        parameter.add_(orthogonalize(direction).view(parameter.shape), alpha=-group["lr"] * scale)


def orthogonalize(matrix: Tensor) -> Tensor:
    """The matrix with its singular values brought near 1, by five Newton-Schulz iterations.

    `matrix` is (rows, columns), and so is the result, in the same type; on a
    GPU the iterations run in bfloat16.
    """
    a, b, c = _COEFFICIENTS
    work = matrix.bfloat16() if matrix.is_cuda else matrix.float()
    wide = work.shape[0] <= work.shape[1]
    work = work if wide else work.T
    work = work / (work.norm() + 1e-7)
    for _ in range(_ITERATIONS):
        gram = work @ work.T
        work = a * work + (b * gram + c * gram @ gram) @ work
    result: Tensor = work if wide else work.T
    return result.to(matrix.dtype)
