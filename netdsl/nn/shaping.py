"""Modules that rearrange a value, the batch left alone."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn


class Reshape(nn.Module):
    """The same elements in another shape, given without the batch.

    One axis may be -1: what is left. Torch raises `RuntimeError` where the
    elements don't fit.
    """

    def __init__(self, *shape: int) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, x: Tensor) -> Tensor:
        """N x any axes becomes N x shape."""
        return x.reshape(x.shape[0], *self.shape)

    def extra_repr(self) -> str:
        """The shape."""
        return ", ".join(map(str, self.shape))


class Permute(nn.Module):
    """The axes in another order; they count from 0, the batch left out.

    `Permute(1, 2, 0)` makes N x H x W x C of N x C x H x W. Raises
    `ValueError` where `dims` aren't 0, 1, ... in some order.
    """

    def __init__(self, *dims: int) -> None:
        super().__init__()
        if sorted(dims) != list(range(len(dims))):
            raise ValueError(f"dims must be 0 to {len(dims) - 1} in some order, not {dims}")
        self.dims = dims

    def forward(self, x: Tensor) -> Tensor:
        """A view of the value, its axes permuted."""
        return x.permute(0, *[dim + 1 for dim in self.dims])

    def extra_repr(self) -> str:
        """The order."""
        return ", ".join(map(str, self.dims))


class ChannelSplit(nn.Module):
    """One of several equal parts of the channels.

    At the head of each branch of a ShuffleNetV2 unit (Ma et al. 2018,
    arXiv:1807.11164, section 3) it makes the channel split. `index` is the
    part's number, from 0 to `parts` - 1. Raises `ValueError` where there is
    no such part, or the channels don't make equal ones.
    """

    def __init__(self, parts: int, index: int) -> None:
        super().__init__()
        if not 0 <= index < parts:
            raise ValueError(f"index must be from 0 to {parts - 1}, not {index}")
        self.parts = parts
        self.index = index

    def forward(self, x: Tensor) -> Tensor:
        """A view of N x C x any axes: N x C / parts x the same."""
        if x.shape[1] % self.parts:
            raise ValueError(f"{x.shape[1]} channels don't make {self.parts} equal parts")
        return x.chunk(self.parts, dim=1)[self.index]

    def extra_repr(self) -> str:
        """The number of parts, and which of them."""
        return f"parts={self.parts}, index={self.index}"


class PadChannels(nn.Module):
    """Channels of zeros after those there are, so that there are `out_channels`.

    It lets a shortcut without parameters be added to a wider map: option A
    of He et al. 2016, arXiv:1512.03385, section 3.3, and Han et al. 2017,
    PyramidNet, arXiv:1610.02915. Raises `ValueError` where there
    are more channels already.
    """

    def __init__(self, out_channels: int) -> None:
        super().__init__()
        self.out_channels = out_channels

    def forward(self, x: Tensor) -> Tensor:
        """N x C x any axes becomes N x out_channels x the same."""
        missing = self.out_channels - x.shape[1]
        if missing < 0:
            raise ValueError(f"{x.shape[1]} channels are more than {self.out_channels}")
        return F.pad(x, (0, 0) * (x.dim() - 2) + (0, missing))

    def extra_repr(self) -> str:
        """The number of channels."""
        return f"{self.out_channels}"
