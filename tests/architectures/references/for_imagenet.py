"""Networks for ImageNet that torchvision has not, written by hand after their papers."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def normed(
    before: int, channels: int, kernel: int, stride: int = 1, groups: int = 1, act: bool = False
) -> nn.Sequential:
    """A convolution that keeps the size but for its stride, its normalization and perhaps a ReLU."""
    conv = nn.Conv2d(before, channels, kernel, stride, kernel // 2, groups=groups, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(channels), *([nn.ReLU()] if act else []))


class RepBlock(nn.Module):
    """Ding et al. 2021, figure 2b, or 2c where it is deployed."""

    def __init__(self, before: int, channels: int, stride: int, deployed: bool) -> None:
        super().__init__()
        if deployed:
            self.branches = nn.ModuleList([nn.Conv2d(before, channels, 3, stride, 1)])
        else:
            kinds: list[nn.Module] = [normed(before, channels, kernel, stride) for kernel in (3, 1)]
            if stride == 1 and before == channels:
                kinds.append(nn.BatchNorm2d(channels))
            self.branches = nn.ModuleList(kinds)

    def forward(self, x: Tensor) -> Tensor:
        y = self.branches[0](x)
        for branch in self.branches[1:]:
            y = y + branch(x)
        return F.relu(y)


class RepVGG(nn.Module):
    """Ding et al. 2021, table 2."""

    def __init__(self, depths: tuple[int, ...], widths: tuple[int, ...], deployed: bool = False) -> None:
        super().__init__()
        before = min(64, widths[0])
        blocks = [RepBlock(3, before, 2, deployed)]
        for depth, width in zip(depths, widths, strict=True):
            for index in range(depth):
                blocks.append(RepBlock(before, width, 2 if index == 0 else 1, deployed))
                before = width
        self.blocks, self.linear = nn.Sequential(*blocks), nn.Linear(before, 1000)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(self.blocks(x).mean((2, 3)))


def rounded(x: float) -> int:
    """A multiple of 4, not below 90 % of x."""
    nearest = max(4, int(x + 2) // 4 * 4)
    return nearest + 4 if nearest < 0.9 * x else nearest


class Ghost(nn.Module):
    """Han et al. 2020, figure 1b, of two halves."""

    def __init__(self, before: int, channels: int, act: bool) -> None:
        super().__init__()
        half = channels // 2
        self.primary = normed(before, half, 1, act=act)
        self.cheap = normed(half, half, 3, groups=half, act=act)

    def forward(self, x: Tensor) -> Tensor:
        x = self.primary(x)
        return torch.cat([x, self.cheap(x)], 1)


class Weighed(nn.Module):
    """Squeeze-and-excitation with a piecewise linear sigmoid."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        squeezed = rounded(channels / 4)
        self.reduce, self.expand = nn.Conv2d(channels, squeezed, 1), nn.Conv2d(squeezed, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.reduce(F.adaptive_avg_pool2d(x, 1)))
        return x * F.hardsigmoid(self.expand(y))


class GhostBlock(nn.Module):
    """Han et al. 2020, figure 3."""

    def __init__(
        self, before: int, kernel: int, hidden: int, channels: int, weighed: bool, stride: int
    ) -> None:
        super().__init__()
        body: list[nn.Module] = [Ghost(before, hidden, True)]
        if stride > 1:
            body.append(normed(hidden, hidden, kernel, stride, hidden))
        if weighed:
            body.append(Weighed(hidden))
        self.body = nn.Sequential(*body, Ghost(hidden, channels, False))
        self.shortcut = nn.Sequential()
        if stride > 1 or before != channels:
            self.shortcut.extend(
                [normed(before, before, kernel, stride, before), normed(before, channels, 1)]
            )

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x) + self.shortcut(x)


class GhostNet(nn.Module):
    """Han et al. 2020, table 1: (kernel, hidden, channels, weighed, stride) of each block."""

    ROWS = (
        *((3, 16, 16, False, 1), (3, 48, 24, False, 2), (3, 72, 24, False, 1), (5, 72, 40, True, 2)),
        *((5, 120, 40, True, 1), (3, 240, 80, False, 2), (3, 200, 80, False, 1), (3, 184, 80, False, 1)),
        *((3, 184, 80, False, 1), (3, 480, 112, True, 1), (3, 672, 112, True, 1), (5, 672, 160, True, 2)),
        *((5, 960, 160, False, 1), (5, 960, 160, True, 1), (5, 960, 160, False, 1), (5, 960, 160, True, 1)),
    )

    def __init__(self, width: float = 1.0) -> None:
        super().__init__()
        before = rounded(16 * width)
        layers: list[nn.Module] = [normed(3, before, 3, 2, act=True)]
        for kernel, hidden, channels, weighed, stride in self.ROWS:
            made = rounded(channels * width)
            layers.append(GhostBlock(before, kernel, rounded(hidden * width), made, weighed, stride))
            before = made
        last = rounded(960 * width)
        layers += [normed(before, last, 1, act=True), nn.AdaptiveAvgPool2d(1), nn.Conv2d(last, 1280, 1)]
        self.layers = nn.Sequential(*layers, nn.ReLU(), nn.Flatten(), nn.Dropout(0.2), nn.Linear(1280, 1000))

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


class SplitAttention(nn.Module):
    """Zhang et al. 2022, figure 2, of one cardinal group of `radix` parts."""

    def __init__(self, channels: int, radix: int) -> None:
        super().__init__()
        inner = max(32, channels * radix // 4)
        self.radix, self.channels = radix, channels
        self.parts = normed(channels, channels * radix, 3, groups=radix, act=True)
        self.reduce, self.bn = nn.Conv2d(channels, inner, 1), nn.BatchNorm2d(inner)
        self.expand = nn.Conv2d(inner, channels * radix, 1)

    def forward(self, x: Tensor) -> Tensor:
        parts = self.parts(x).unflatten(1, (self.radix, self.channels))
        weights = self.expand(F.relu(self.bn(self.reduce(parts.sum(1).mean((2, 3), keepdim=True)))))
        shares = weights.view(-1, self.radix, self.channels, 1, 1).softmax(1)
        return (parts * shares).sum(1)


class SplitBlock(nn.Module):
    """The bottleneck of ResNeSt, where a pool makes the map smaller, after the split attention."""

    def __init__(self, before: int, width: int, stride: int, radix: int) -> None:
        super().__init__()
        self.first, self.attention = normed(before, width, 1, act=True), SplitAttention(width, radix)
        self.pool = nn.AvgPool2d(3, stride, 1) if stride > 1 else nn.Identity()
        self.last = normed(width, 4 * width, 1)
        self.shortcut = nn.Sequential()
        if stride > 1:
            self.shortcut.append(nn.AvgPool2d(stride, stride, ceil_mode=True, count_include_pad=False))
        if before != 4 * width:
            self.shortcut.append(normed(before, 4 * width, 1))

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.last(self.pool(self.attention(self.first(x)))) + self.shortcut(x))


class ResNeSt(nn.Module):
    """Zhang et al. 2022, with a stem of three convolutions."""

    def __init__(self, depths: tuple[int, ...] = (3, 4, 6, 3), stem: int = 32, radix: int = 2) -> None:
        super().__init__()
        layers: list[nn.Module] = [normed(3, stem, 3, 2, act=True), normed(stem, stem, 3, act=True)]
        layers += [normed(stem, 2 * stem, 3, act=True), nn.MaxPool2d(3, 2, 1)]
        before = 2 * stem
        for number, depth in enumerate(depths):
            width = 64 * 2**number
            for index in range(depth):
                stride = 2 if number > 0 and index == 0 else 1
                layers.append(SplitBlock(before, width, stride, radix))
                before = 4 * width
        self.layers, self.linear = nn.Sequential(*layers), nn.Linear(before, 1000)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(self.layers(x).mean((2, 3)))
