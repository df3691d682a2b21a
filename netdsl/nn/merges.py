"""Modules that make one value of several."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Add(nn.Module):
    """The sum of one or more inputs, as of a body and its shortcut.

    A residual connection (He et al. 2015, arXiv:1512.03385, section 3.2)
    ends in one. Inputs of one rank; an axis of size 1 stretches to the
    others' size.
    """

    def forward(self, *inputs: Tensor) -> Tensor:
        """The sum, each axis as long as the longest input's."""
        total = inputs[0]
        for value in inputs[1:]:
            total = total + value
        return total


class Multiply(nn.Module):
    """The product of one or more inputs, as of a gate and what it lets through.

    Inputs of one rank; an axis of size 1 stretches to the others' size: the
    N x C x 1 x 1 factors of squeeze-and-excitation (Hu et al. 2017,
    arXiv:1709.01507, section 3) weigh the channels of a map.
    """

    def forward(self, *inputs: Tensor) -> Tensor:
        """The product, each axis as long as the longest input's."""
        product = inputs[0]
        for value in inputs[1:]:
            product = product * value
        return product


class Concat(nn.Module):
    """One or more inputs joined along axis `dim`.

    A layer of a DenseNet (Huang et al. 2016, arXiv:1608.06993, section 3)
    joins what it makes to what it was given. Axis 0 is the batch, 1 the
    channels of a map; negative ones count from the end. The inputs agree in
    all other axes; torch raises `RuntimeError` where they don't.
    """

    def __init__(self, dim: int = 1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, *inputs: Tensor) -> Tensor:
        """The joined value, along `dim` as long as all inputs together."""
        return torch.cat(inputs, dim=self.dim)

    def extra_repr(self) -> str:
        """The axis."""
        return f"dim={self.dim}"
