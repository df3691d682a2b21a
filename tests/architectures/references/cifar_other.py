"""Networks for CIFAR that are not residual, written by hand after their papers: DenseNet and airbench's."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Layer(nn.Module):
    """Huang et al. 2017, section 3: an activation and a convolution; DenseNet-B has a 1x1 one before it."""

    def __init__(self, before: int, growth: int, bottleneck: bool, p: float) -> None:
        super().__init__()
        self.p, self.bottleneck = p, bottleneck
        inner = 4 * growth if bottleneck else before
        if bottleneck:
            self.bn1, self.conv1 = nn.BatchNorm2d(before), nn.Conv2d(before, inner, 1, bias=False)
        self.bn2, self.conv2 = nn.BatchNorm2d(inner), nn.Conv2d(inner, growth, 3, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        y = x
        if self.bottleneck:
            y = F.dropout(self.conv1(F.relu(self.bn1(y))), self.p, self.training)
        y = F.dropout(self.conv2(F.relu(self.bn2(y))), self.p, self.training)
        return torch.cat([x, y], 1)


class DenseNet(nn.Module):
    """Huang et al. 2017 for CIFAR: three blocks of equal depth; `compressed` is DenseNet-BC."""

    def __init__(self, depth: int, growth: int, compressed: bool = True, p: float = 0.0) -> None:
        super().__init__()
        self.p = p
        count = (depth - 4) // (6 if compressed else 3)
        channels = 2 * growth if compressed else 16
        self.conv1 = nn.Conv2d(3, channels, 3, padding=1, bias=False)
        layers: list[nn.Module] = []
        for block in range(3):
            if block > 0:
                kept = channels // 2 if compressed else channels
                layers += [nn.BatchNorm2d(channels), nn.ReLU(), nn.Conv2d(channels, kept, 1, bias=False)]
                layers += [nn.Dropout(p), nn.AvgPool2d(2)]
                channels = kept
            for _ in range(count):
                layers.append(Layer(channels, growth, compressed, p))
                channels += growth
        self.layers = nn.Sequential(*layers)
        self.bn, self.linear = nn.BatchNorm2d(channels), nn.Linear(channels, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.bn(self.layers(self.conv1(x))))
        return self.linear(x.mean((2, 3)))


class ShiftedNorm(nn.BatchNorm2d):
    """Airbench's batch normalization, whose scale is never learned."""

    def __init__(self, channels: int, momentum: float) -> None:
        super().__init__(channels, eps=1e-12, momentum=momentum, affine=False)
        self.shift = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x) + self.shift[:, None, None]


class Group(nn.Module):
    """Airbench's group of two or three convolutions, the last two of three around a shortcut."""

    def __init__(self, before: int, channels: int, momentum: float, three: bool) -> None:
        super().__init__()
        self.three = three
        self.conv1 = nn.Conv2d(before, channels, 3, padding="same", bias=False)
        self.norm1 = ShiftedNorm(channels, momentum)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding="same", bias=False)
        self.norm2 = ShiftedNorm(channels, momentum)
        if three:
            self.conv3 = nn.Conv2d(channels, channels, 3, padding="same", bias=False)
            self.norm3 = ShiftedNorm(channels, momentum)

    def forward(self, x: Tensor) -> Tensor:
        x = F.gelu(self.norm1(F.max_pool2d(self.conv1(x), 2)))
        y = self.norm2(self.conv2(x))
        if self.three:
            y = self.norm3(self.conv3(F.gelu(y))) + x
        return F.gelu(y)


class Airbench(nn.Module):
    """Jordan 2024, as in its code: airbench94, or airbench96 with three convolutions a group."""

    def __init__(self, width: int, momentum: float = 0.4, three: bool = False) -> None:
        super().__init__()
        self.whiten = nn.Conv2d(3, 24, 2)
        self.groups = nn.Sequential(
            Group(24, width, momentum, three),
            Group(width, 4 * width, momentum, three),
            Group(4 * width, 4 * width, momentum, three),
        )
        self.linear = nn.Linear(4 * width, 10, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        x = self.groups(F.gelu(self.whiten(x)))
        return self.linear(F.max_pool2d(x, 3).flatten(1)) * (1 / 9)
