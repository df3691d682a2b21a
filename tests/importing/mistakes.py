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


class AttendsTwice(nn.Module):
    """One attention in two places."""

    def __init__(self) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(3, 1, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        x = x.flatten(2).transpose(1, 2)
        x = x + self.attention(x, x, x)[0]
        return x + self.attention(x, x, x)[0]


class NormalizesTwice(Asks):
    """One batch normalization in two places, which learns statistics alone."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(8, affine=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(F.relu(self.norm(self.conv(x))))


class ScalesTwice(Asks):
    """One factor in two places."""

    def __init__(self) -> None:
        super().__init__()
        self.factor = nn.Parameter(torch.ones(8, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.conv(x) * self.factor) * self.factor


class OutputsShare(Asks):
    """Two outputs that begin with one layer."""

    def __init__(self) -> None:
        super().__init__()
        self.shared, self.first, self.second = (nn.Conv2d(8, 8, 1) for _ in range(3))
        self.head = nn.Conv2d(8, 8, 1)

    def forward(self, x: Tensor) -> dict[str, Tensor] | Tensor:
        x = self.conv(x)
        made = self.head(x)
        shared = self.shared(x)
        outputs = {"out": made, "first": self.first(shared), "second": self.second(shared)}
        return outputs if self.training else made


class Insists(Asks):
    """A type that is asked for."""

    def forward(self, x: Tensor) -> Tensor:
        assert x.dtype == torch.float32
        return self.conv(x)


class GivesMoreInEvaluation(Asks):
    """What is no single value in evaluation."""

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        x = self.conv(x)
        return x if self.training else (x, F.relu(x))


class Rounds(Asks):
    """Whole numbers of a value."""

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x).to(torch.int64).float()


class KeepsCalculated(Asks):
    """A tensor that was calculated, and is no buffer."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = torch.ones(1, requires_grad=True) * 2
