"""Modules with the mistakes that people make."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Asks(nn.Module):
    """A number of the value decides."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x) * x.max().item()


class Numpy(Asks):
    """Calculates beside torch."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.from_numpy(self.conv(x).detach().numpy())


class WrittenBatch(Asks):
    """A view for one batch."""

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x).view(4, 8 * 6 * 6)


class AddsNumber(Asks):
    """A sum with a number."""

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x) + 1.0


class AddsParameter(Asks):
    """A parameter that forward uses itself."""

    def __init__(self) -> None:
        super().__init__()
        self.shift = nn.Parameter(torch.zeros(8, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x) + self.shift


class Assigns(Asks):
    """Writes into a value."""

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        x[:, :4] = 0
        return x


class InList(nn.Module):
    """Layers that the module doesn't know of."""

    def __init__(self) -> None:
        super().__init__()
        self.convs = [nn.Conv2d(3, 3, 1) for _ in range(2)]

    def forward(self, x: Tensor) -> Tensor:
        for conv in self.convs:
            x = F.relu(conv(x))
        return x


class TwoValues(Asks):
    """A forward of two values."""

    def forward(self, x: Tensor, y: Tensor) -> Tensor:  # type: ignore[override]
        return self.conv(x) + self.conv(y)


class Tied(nn.Module):
    """Two layers with one weight."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 3, 1), nn.Conv2d(3, 3, 1)
        self.second.weight = self.first.weight

    def forward(self, x: Tensor) -> Tensor:
        return self.second(F.relu(self.first(x)))
