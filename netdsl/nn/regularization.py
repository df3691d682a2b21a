"""Stochastic depth, and the scale and norm that modern networks put around a residual's body."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class DropPath(nn.Module):
    """Stochastic depth (Huang et al. 2016, section 3): in training zeroes whole samples with probability `p`.

    What is kept is scaled by 1 / (1 - p). Raises `ValueError` where `p` is
    not between 0 and 1.
    """

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"p must be from 0 to 1, not {p}")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        """The value, some samples of it zero."""
        if not self.training or self.p == 0:
            return x
        if self.p == 1:
            return torch.zeros_like(x)
        shape = (x.shape[0], *(1 for _ in x.shape[1:]))
        kept = torch.rand(shape, dtype=x.dtype, device=x.device) >= self.p
        return x * kept / (1 - self.p)

    def extra_repr(self) -> str:
        """The probability."""
        return f"p={self.p}"


class LayerScale(nn.Module):
    """A learned factor for each channel (Touvron et al. 2021).

    See section 2.2 of "Going deeper with Image Transformers". The channels are axis 1, or the last one with `channels_last` (tokens).
    """

    def __init__(self, channels: int, init_value: float = 1e-6, channels_last: bool = False) -> None:
        super().__init__()
        self.channels_last = channels_last
        self.weight = nn.Parameter(torch.full((channels,), float(init_value)))

    def forward(self, x: Tensor) -> Tensor:
        """The scaled value."""
        if self.channels_last:
            return x * self.weight
        return x * self.weight.view(-1, *(1 for _ in x.shape[2:]))

    def extra_repr(self) -> str:
        """The number of channels."""
        return f"{self.weight.shape[0]}, channels_last={self.channels_last}"


class ChannelLayerNorm(nn.Module):
    """Layer normalisation over the channels of a map, at each position (Liu et al. 2022, ConvNeXt).

    Takes N x num_channels x any spatial axes.
    """

    def __init__(
        self, num_channels: int, eps: float = 1e-5, elementwise_affine: bool = True, bias: bool = True
    ) -> None:
        super().__init__()
        self.num_channels = num_channels
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(num_channels)) if elementwise_affine else None
        self.bias = nn.Parameter(torch.zeros(num_channels)) if elementwise_affine and bias else None

    def forward(self, x: Tensor) -> Tensor:
        """The normalised map."""
        last = x.movedim(1, -1)
        done = nn.functional.layer_norm(last, (self.num_channels,), self.weight, self.bias, self.eps)
        return done.movedim(-1, 1)

    def extra_repr(self) -> str:
        """Channels and eps."""
        return f"{self.num_channels}, eps={self.eps}"
