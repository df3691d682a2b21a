"""Classifiers that torchvision has not, written by hand after their papers."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F


class Perceptron(nn.Sequential):
    """A hidden layer."""

    def __init__(self, features: int, hidden: int) -> None:
        super().__init__(nn.Linear(features, hidden), nn.GELU(), nn.Linear(hidden, features))


class MixerLayer(nn.Module):
    """Tolstikhin et al. 2021, equation 1."""

    def __init__(self, count: int, dim: int, positions: int, channels: int) -> None:
        super().__init__()
        self.norm1, self.positions = nn.LayerNorm(dim, eps=1e-6), Perceptron(count, positions)
        self.norm2, self.channels = nn.LayerNorm(dim, eps=1e-6), Perceptron(dim, channels)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.positions(self.norm1(x).transpose(1, 2)).transpose(1, 2)
        return x + self.channels(self.norm2(x))


class MLPMixer(nn.Module):
    """Tolstikhin et al. 2021, figure 1; `positions` and `channels` are the widths of the hidden layers."""

    def __init__(
        self, depth: int, dim: int, patch: int, positions: int, channels: int, size: int = 224
    ) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, dim, patch, stride=patch)
        count = (size // patch) ** 2
        self.layers = nn.Sequential(*(MixerLayer(count, dim, positions, channels) for _ in range(depth)))
        self.norm, self.head = nn.LayerNorm(dim, eps=1e-6), nn.Linear(dim, 1000)

    def forward(self, x: Tensor) -> Tensor:
        x = self.patches(x).flatten(2).transpose(1, 2)
        return self.head(self.norm(self.layers(x)).mean(1))


class ConvMixer(nn.Module):
    """Trockman & Kolter 2022, figure 2."""

    def __init__(self, dim: int, depth: int, kernel: int, patch: int, act: type[nn.Module] = nn.GELU) -> None:
        super().__init__()
        self.patches = nn.Sequential(nn.Conv2d(3, dim, patch, stride=patch), act(), nn.BatchNorm2d(dim))
        self.spatial = nn.ModuleList()
        for _ in range(depth):
            depthwise = nn.Conv2d(dim, dim, kernel, padding="same", groups=dim)
            self.spatial.append(nn.Sequential(depthwise, act(), nn.BatchNorm2d(dim)))
            self.spatial.append(nn.Sequential(nn.Conv2d(dim, dim, 1), act(), nn.BatchNorm2d(dim)))
        self.head = nn.Linear(dim, 1000)

    def forward(self, x: Tensor) -> Tensor:
        x = self.patches(x)
        for number, layer in enumerate(self.spatial):
            x = layer(x) + x if number % 2 == 0 else layer(x)
        return self.head(x.mean((2, 3)))


class AllCNNC(nn.Module):
    """Springenberg et al. 2015, column C of table 1, changed as table 2 says."""

    def __init__(self, width: int = 96) -> None:
        super().__init__()
        wide = 2 * width
        layers = [(3, width, 3, 1, 1), (width, width, 3, 1, 1), (width, width, 3, 2, 1)]
        layers += [(width, wide, 3, 1, 1), (wide, wide, 3, 1, 1), (wide, wide, 3, 2, 1)]
        layers += [(wide, wide, 3, 1, 0), (wide, wide, 1, 1, 0), (wide, 10, 1, 1, 0)]
        self.convs = nn.ModuleList(nn.Conv2d(*layer) for layer in layers)

    def forward(self, x: Tensor) -> Tensor:
        x = F.dropout(x, 0.2, self.training)
        for number, conv in enumerate(self.convs, 1):
            x = F.relu(conv(x))
            x = F.dropout(x, 0.5, self.training) if number in (3, 6) else x
        return x.mean((2, 3))


class NetworkInNetwork(nn.Module):
    """Lin et al. 2014, section 3.3, of the widths that the authors' configuration has."""

    def __init__(self) -> None:
        super().__init__()
        self.convs = nn.ModuleList(
            nn.Conv2d(before, channels, kernel, padding=kernel // 2)
            for before, channels, kernel in (
                *((3, 192, 5), (192, 160, 1), (160, 96, 1)),
                *((96, 192, 5), (192, 192, 1), (192, 192, 1)),
                *((192, 192, 3), (192, 192, 1), (192, 10, 1)),
            )
        )

    def forward(self, x: Tensor) -> Tensor:
        for number, conv in enumerate(self.convs, 1):
            x = F.relu(conv(x))
            if number == 3:
                x = F.dropout(F.max_pool2d(x, 3, 2, ceil_mode=True), 0.5, self.training)
            if number == 6:
                x = F.dropout(F.avg_pool2d(x, 3, 2, ceil_mode=True), 0.5, self.training)
        return x.mean((2, 3))
