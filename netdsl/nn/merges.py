"""Modules that make one value of several."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Add(nn.Module):
    """Sum of its inputs; axes of size 1 stretch."""

    def forward(self, *inputs: Tensor) -> Tensor:
        """The sum."""
        total = inputs[0]
        for value in inputs[1:]:
            total = total + value
        return total


class Multiply(nn.Module):
    """Product of its inputs; axes of size 1 stretch."""

    def forward(self, *inputs: Tensor) -> Tensor:
        """The product."""
        product = inputs[0]
        for value in inputs[1:]:
            product = product * value
        return product


class Concat(nn.Module):
    """Its inputs joined along `dim`, 0 being the batch."""

    def __init__(self, dim: int = 1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, *inputs: Tensor) -> Tensor:
        """The joined value."""
        return torch.cat(inputs, dim=self.dim)

    def extra_repr(self) -> str:
        """The axis."""
        return f"dim={self.dim}"
