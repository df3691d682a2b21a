"""Residual networks for CIFAR, written by hand after their papers: ResNets, wide ResNet, PyramidNet."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def conv3x3(before: int, channels: int, stride: int = 1) -> nn.Conv2d:
    """A 3x3 convolution that keeps the size, but for its stride."""
    return nn.Conv2d(before, channels, 3, stride=stride, padding=1, bias=False)


def with_zeros(x: Tensor, channels: int) -> Tensor:
    """The map with channels of zeros after its own."""
    zeros = torch.zeros(x.shape[0], channels - x.shape[1], *x.shape[2:], dtype=x.dtype)
    return torch.cat([x, zeros], 1)


class BasicBlock(nn.Module):
    """He et al. 2016, figure 2; `projected` is the paper's option B, otherwise option A."""

    def __init__(self, before: int, channels: int, stride: int, projected: bool) -> None:
        super().__init__()
        self.stride, self.channels = stride, channels
        self.conv1, self.bn1 = conv3x3(before, channels, stride), nn.BatchNorm2d(channels)
        self.conv2, self.bn2 = conv3x3(channels, channels), nn.BatchNorm2d(channels)
        self.changes = stride != 1 or before != channels
        if self.changes and projected:
            self.conv = nn.Conv2d(before, channels, 1, stride=stride, bias=False)
            self.bn = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.changes and hasattr(self, "conv"):
            x = self.bn(self.conv(x))
        elif self.changes:
            x = with_zeros(x[:, :, :: self.stride, :: self.stride], self.channels)
        return F.relu(y + x)


class ResNet(nn.Module):
    """He et al. 2016, section 4.2, of `depth` = 6n + 2 layers."""

    def __init__(self, depth: int, projected: bool = False) -> None:
        super().__init__()
        self.conv1, self.bn1 = conv3x3(3, 16), nn.BatchNorm2d(16)
        blocks, before = [], 16
        for channels, first in ((16, 1), (32, 2), (64, 2)):
            for index in range((depth - 2) // 6):
                blocks.append(BasicBlock(before, channels, first if index == 0 else 1, projected))
                before = channels
        self.blocks = nn.Sequential(*blocks)
        self.linear = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.blocks(F.relu(self.bn1(self.conv1(x))))
        return self.linear(x.mean((2, 3)))


class PreActBlock(nn.Module):
    """He et al. 2016, "Identity Mappings", figure 1b, of two or three convolutions.

    With `shared` the shortcut takes the first activation too where the shape
    changes; without, it is padded by zeros. `first` is the block whose
    activation stands before it.
    """

    def __init__(
        self, before: int, channels: int, stride: int, three: bool, shared: bool, first: bool, p: float = 0.0
    ) -> None:
        super().__init__()
        self.stride, self.channels, self.p, self.three = stride, channels, p, three
        self.changes, self.shared, self.first = stride != 1 or before != channels, shared, first
        if not first:
            self.bn1 = nn.BatchNorm2d(before)
        if three:
            inner = channels // 4
            self.conv1, self.bn2 = nn.Conv2d(before, inner, 1, stride, bias=False), nn.BatchNorm2d(inner)
            self.conv2, self.bn3 = conv3x3(inner, inner), nn.BatchNorm2d(inner)
            self.conv3 = nn.Conv2d(inner, channels, 1, bias=False)
        else:
            self.conv1, self.bn2 = conv3x3(before, channels, stride), nn.BatchNorm2d(channels)
            self.conv2 = conv3x3(channels, channels)
        if self.changes and shared:
            self.shortcut = nn.Conv2d(before, channels, 1, stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        active = x if self.first else F.relu(self.bn1(x))
        y = F.relu(self.bn2(self.conv1(active)))
        y = F.dropout(y, self.p, self.training) if self.p > 0 else y
        y = self.conv2(y)
        if self.three:
            y = self.conv3(F.relu(self.bn3(y)))
        if self.changes and self.shared:
            return y + self.shortcut(active)
        if self.changes:
            return y + with_zeros(x[:, :, :: self.stride, :: self.stride], self.channels)
        return y + x


class PreActResNet(nn.Module):
    """Three or four stages, a (channels, blocks) each, after one convolution."""

    def __init__(
        self, stages: list[tuple[int, int]], stem: int, three: bool = False, shared: bool = True
    ) -> None:
        super().__init__()
        self.conv1, self.bn1 = conv3x3(3, stem), nn.BatchNorm2d(stem)
        blocks, before = [], stem
        for stage, (channels, count) in enumerate(stages):
            for index in range(count):
                stride = 2 if stage > 0 and index == 0 else 1
                blocks.append(PreActBlock(before, channels, stride, three, shared, not blocks))
                before = channels
        self.blocks = nn.Sequential(*blocks)
        self.bn, self.linear = nn.BatchNorm2d(before), nn.Linear(before, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.blocks(F.relu(self.bn1(self.conv1(x))))
        return self.linear(F.relu(self.bn(x)).mean((2, 3)))


class WideResNet(nn.Module):
    """Zagoruyko & Komodakis 2016, table 1, of `depth` = 6n + 4 layers."""

    def __init__(self, depth: int, width: int, p: float = 0.0) -> None:
        super().__init__()
        self.conv1 = conv3x3(3, 16)
        blocks, before = [], 16
        for channels, first in ((16 * width, 1), (32 * width, 2), (64 * width, 2)):
            for index in range((depth - 4) // 6):
                stride = first if index == 0 else 1
                blocks.append(PreActBlock(before, channels, stride, False, True, False, p))
                before = channels
        self.blocks = nn.Sequential(*blocks)
        self.bn, self.linear = nn.BatchNorm2d(before), nn.Linear(before, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.bn(self.blocks(self.conv1(x))))
        return self.linear(x.mean((2, 3)))


class PyramidBlock(nn.Module):
    """Han et al. 2017, figure 6d; with `three`, its bottleneck, which makes four times `channels`."""

    def __init__(self, before: int, channels: int, stride: int, three: bool) -> None:
        super().__init__()
        self.stride, self.made = stride, 4 * channels if three else channels
        kernels = (1, 3, 1) if three else (3, 3)
        widths = (before, channels, channels, self.made) if three else (before, channels, channels)
        strided = 1 if three else 0
        layers: list[nn.Module] = []
        for index, kernel in enumerate(kernels):
            layers += [nn.BatchNorm2d(widths[index]), *([nn.ReLU()] if index > 0 else [])]
            step = stride if index == strided else 1
            layers.append(nn.Conv2d(widths[index], widths[index + 1], kernel, step, kernel // 2, bias=False))
        self.body = nn.Sequential(*layers, nn.BatchNorm2d(self.made))

    def forward(self, x: Tensor) -> Tensor:
        y = self.body(x)
        x = F.avg_pool2d(x, self.stride) if self.stride > 1 else x
        return y + (with_zeros(x, self.made) if x.shape[1] < self.made else x)


class PyramidNet(nn.Module):
    """Han et al. 2017, table 1: the channels grow by `alpha` over all blocks, a little in each."""

    def __init__(self, depth: int, alpha: int, three: bool = False) -> None:
        super().__init__()
        self.conv1, self.bn1 = conv3x3(3, 16), nn.BatchNorm2d(16)
        count = (depth - 2) // (9 if three else 6)
        blocks: list[PyramidBlock] = []
        before, exact = 16, 16.0
        for stage in range(3):
            for index in range(count):
                exact += alpha / (3 * count)
                stride = 2 if stage > 0 and index == 0 else 1
                blocks.append(PyramidBlock(before, round(exact), stride, three))
                before = blocks[-1].made
        self.blocks = nn.Sequential(*blocks)
        self.bn, self.linear = nn.BatchNorm2d(before), nn.Linear(before, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.bn(self.blocks(self.bn1(self.conv1(x)))))
        return self.linear(x.mean((2, 3)))
