"""Modules that rearrange a value, the batch left alone."""

from __future__ import annotations

from torch import Tensor, nn


class Reshape(nn.Module):
    """The same elements in another shape, given without the batch."""

    def __init__(self, *shape: int) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, x: Tensor) -> Tensor:
        """N x shape."""
        return x.reshape(x.shape[0], *self.shape)

    def extra_repr(self) -> str:
        """The shape."""
        return "x".join(map(str, self.shape))


class Permute(nn.Module):
    """The axes in another order; they count from 0, the batch left out."""

    def __init__(self, *dims: int) -> None:
        super().__init__()
        self.dims = dims

    def forward(self, x: Tensor) -> Tensor:
        """The permuted value."""
        return x.permute(0, *[dim + 1 for dim in self.dims])

    def extra_repr(self) -> str:
        """The order."""
        return ", ".join(map(str, self.dims))


class ChannelSplit(nn.Module):
    """One of several equal parts of the channels, numbered from 0 (ShuffleNetV2's channel split)."""

    def __init__(self, parts: int, index: int) -> None:
        super().__init__()
        self.parts = parts
        self.index = index

    def forward(self, x: Tensor) -> Tensor:
        """N x C / parts x spatial axes."""
        return x.chunk(self.parts, dim=1)[self.index]

    def extra_repr(self) -> str:
        """Which part of how many."""
        return f"{self.index} of {self.parts}"
