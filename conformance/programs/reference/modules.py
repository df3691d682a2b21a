"""Modules for what torch has as a function alone, or in another layout."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn


class Applied(nn.Module):
    """A function of tensors as a module, for what torch has as a function alone."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        """The function's value."""
        return self.function(x)


class Token(nn.Module):
    """A learned vector put before all others."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.token = nn.Parameter(torch.zeros(1, 1, features))

    def forward(self, x: Tensor) -> Tensor:
        """One position more."""
        return torch.cat([self.token.expand(len(x), -1, -1), x], 1)


class Scale(nn.Module):
    """A learned factor for each channel of axis `axis`."""

    def __init__(self, channels: int, value: float, axis: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.full((channels,), value, dtype=torch.float32))
        self.axis = axis

    def forward(self, x: Tensor) -> Tensor:
        """The scaled value."""
        sizes = [1] * x.ndim
        sizes[self.axis] = -1
        return x * self.weight.reshape(sizes)


class Shifted(nn.Module):
    """A normalization with a learned number added to each channel after it."""

    def __init__(self, norm: nn.modules.batchnorm._BatchNorm) -> None:
        super().__init__()
        self.norm = norm
        self.bias = nn.Parameter(torch.zeros(norm.num_features))

    def forward(self, x: Tensor) -> Tensor:
        """Normalized and shifted; of the same shape."""
        normalised: Tensor = self.norm(x)
        return (normalised.movedim(1, -1) + self.bias).movedim(-1, 1)


class ChannelsLast(nn.LayerNorm):
    """Layer normalization of the channels at each position of a map."""

    def forward(self, x: Tensor) -> Tensor:
        """Normalized; of the same shape."""
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)


class Attention(nn.MultiheadAttention):
    """Attention among the positions of one value."""

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        """Queries, keys and values are all the value itself."""
        return super().forward(x, x, x, need_weights=False)[0]
