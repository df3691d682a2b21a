"""Stochastic depth, and the scale and norm that modern networks put around a residual's body."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class DropPath(nn.Module):
    """Stochastic depth: in training zeroes whole samples with probability `p`.

    Each sample draws its own; what is kept is scaled by 1 / (1 - p), so that
    evaluation passes its input unchanged. At the end of a residual's body it
    is Huang et al. 2016, arXiv:1603.09382, section 3, which scales in
    evaluation instead. Raises `ValueError` where `p` is not from 0 to 1.
    """

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"p must be from 0 to 1, not {p}")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        """N x any axes, some samples of it zero."""
        if not self.training or self.p == 0:
            return x
        if self.p == 1:
            return torch.zeros_like(x)
        shape = (x.shape[0], *(1 for _ in x.shape[1:]))
        # Draws of half precision lie on a grid too coarse to be compared with a small p.
        kept = torch.rand(shape, dtype=torch.float32, device=x.device) >= self.p
        return x * (kept.to(x.dtype) / (1 - self.p))

    def extra_repr(self) -> str:
        """The probability."""
        return f"p={self.p}"


class LayerScale(nn.Module):
    """A learned factor for each channel, at first `init_value`.

    At the end of a residual's body a small one lets a deep network start
    close to the identity (Touvron et al. 2021, CaiT, arXiv:2103.17239,
    section 2). `channels_last` says that the channels are the last axis, as of
    tokens, and not axis 1, as of a map.
    """

    def __init__(self, channels: int, init_value: float = 1e-6, channels_last: bool = False) -> None:
        super().__init__()
        self.channels_last = channels_last
        self.weight = nn.Parameter(torch.full((channels,), float(init_value)))

    def forward(self, x: Tensor) -> Tensor:
        """N x channels x any axes, or N x any axes x channels, scaled; of the same shape."""
        if self.channels_last:
            return x * self.weight
        return x * self.weight.view(-1, *(1 for _ in x.shape[2:]))

    def extra_repr(self) -> str:
        """The number of channels, and which axis they are."""
        return f"{self.weight.shape[0]}, channels_last={self.channels_last}"


class Scale(nn.Module):
    """Every element times `factor`, which is not learned."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        """The value, scaled; of the same shape."""
        return x * self.factor

    def extra_repr(self) -> str:
        """The factor."""
        return f"{self.factor}"


class ShiftBatchNorm(nn.Module):
    """Batch normalization that learns a shift, and no scale.

    As networks have it that are trained in seconds (Jordan 2024, airbench,
    arXiv:2404.00498). `axes` are the spatial axes, 0 to 3; the other options
    are those of `torch.nn.BatchNorm2d`, a child, so that what turns all batch
    normalizations into synchronised ones finds this one too.
    """

    def __init__(
        self,
        num_features: int,
        axes: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        track_running_stats: bool = True,
    ) -> None:
        super().__init__()
        kind = (nn.BatchNorm1d, nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)[axes]
        self.norm = kind(num_features, eps, momentum, False, track_running_stats)
        self.bias = nn.Parameter(torch.zeros(num_features))

    def forward(self, x: Tensor) -> Tensor:
        """N x num_features x the spatial axes, normalized and shifted; of the same shape."""
        normal: Tensor = self.norm(x)
        return normal + self.bias.view(-1, *(1 for _ in x.shape[2:]))


class ChannelLayerNorm(nn.Module):
    """Layer normalization over the channels of a map, at each position by itself.

    ConvNeXt's (Liu et al. 2022, arXiv:2201.03545, section 2.5), where
    `torch.nn.LayerNorm` would want the channels last; `eps`,
    `elementwise_affine` and `bias` are that one's. Torch raises
    `RuntimeError` where the map has other than `num_channels` channels.
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
        """N x num_channels x any spatial axes, normalized; of the same shape."""
        last = x.movedim(1, -1)
        done = nn.functional.layer_norm(last, (self.num_channels,), self.weight, self.bias, self.eps)
        return done.movedim(-1, 1)

    def extra_repr(self) -> str:
        """The options, as `torch.nn.LayerNorm` shows them."""
        options = f"elementwise_affine={self.weight is not None}, bias={self.bias is not None}"
        return f"{self.num_channels}, eps={self.eps}, {options}"


class LocalResponseNorm3d(nn.LocalResponseNorm):
    """Local response normalization of maps with three spatial axes (Krizhevsky et al. 2012, section 3.3).

    Torch's own joins the last two axes by a view, which raises where they
    don't lie side by side in memory: after a permutation, and in the format
    `torch.channels_last_3d`.
    """

    def forward(self, x: Tensor) -> Tensor:
        """N x C x D x H x W, each value divided by its neighbours' in the channel axis; of the same shape."""
        return super().forward(x.contiguous())
