"""The networks of the five course reports, written by hand."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class DefaultCNN(nn.Module):
    """Report 000, section 1, as printed there."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 18, kernel_size=3, stride=1, padding=1)
        self.pool = nn.MaxPool2d(kernel_size=2, stride=2, padding=0)
        self.fc1 = nn.Linear(18 * 16 * 16, 64)
        self.fc2 = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(F.relu(self.conv1(x)))
        x = x.reshape(-1, 18 * 16 * 16)
        return self.fc2(F.relu(self.fc1(x)))


class TwoConvCNN(nn.Module):
    """Report 000, sections 2.1 to 2.7."""

    def __init__(self, channels: int, hidden: list[int]) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 18, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(18, channels, kernel_size=4, stride=1, padding=1)
        self.pool = nn.MaxPool2d(2)
        sizes = [channels * 7 * 7, *hidden]
        self.hidden = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, hidden, strict=False))
        self.last = nn.Linear(hidden[-1], 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x))).flatten(1)
        for layer in self.hidden:
            x = F.relu(layer(x))
        return self.last(x)


class LeNet5(nn.Module):
    """Report 000, section 2.8; its ReLUs before the pools and behind the last layer as options."""

    def __init__(self, conv_relu: bool, last_relu: bool) -> None:
        super().__init__()
        self.avg_pool = nn.AvgPool2d(kernel_size=2, stride=2, padding=0)
        self.conv1 = nn.Conv2d(3, 18, kernel_size=5, stride=1, padding=1)
        self.conv2 = nn.Conv2d(18, 48, kernel_size=5, stride=1, padding=1)
        self.fc1 = nn.Linear(48 * 6 * 6, 360)
        self.fc2 = nn.Linear(360, 252)
        self.fc3 = nn.Linear(252, 30)
        self.fc4 = nn.Linear(30, 10)
        self.conv_relu = conv_relu
        self.last_relu = last_relu

    def forward(self, x: Tensor) -> Tensor:
        for conv in (self.conv1, self.conv2):
            x = F.relu(conv(x)) if self.conv_relu else conv(x)
            x = F.relu(self.avg_pool(x))
        x = x.reshape(-1, 48 * 6 * 6)
        x = F.relu(self.fc3(F.relu(self.fc2(F.relu(self.fc1(x))))))
        x = self.fc4(x)
        return F.relu(x) if self.last_relu else x


class EditedLeNet5(nn.Module):
    """Report 000, section 2.9: three or four convolutions, with or without the first pool."""

    def __init__(self, channels: list[int], first_pool: bool) -> None:
        super().__init__()
        self.convs = nn.ModuleList(
            nn.Conv2d(a, b, kernel_size=3, stride=1, padding=1)
            for a, b in zip([3, *channels], channels, strict=False)
        )
        self.max_pool = nn.MaxPool2d(kernel_size=2, stride=2, padding=0)
        pools = len(channels) - (0 if first_pool else 1)
        sizes = [channels[-1] * (32 >> pools) ** 2, 360, 252, 99, 30]
        self.hidden = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))
        self.fc5 = nn.Linear(30, 10)
        self.first_pool = first_pool

    def forward(self, x: Tensor) -> Tensor:
        for index, conv in enumerate(self.convs):
            x = F.relu(conv(x))
            if index > 0 or self.first_pool:
                x = F.relu(self.max_pool(x))
        x = x.flatten(1)
        for layer in self.hidden:
            x = F.relu(layer(x))
        return self.fc5(x)


def conv_pairs(channels: list[int], padding: int, p: float) -> nn.Module:
    """Report 001, sections 1.2.1 and 1.3.7: pairs of 3x3 convolutions, pools, dropout."""
    layers: list[nn.Module] = []
    before, size = 3, 32
    for width in channels:
        layers += [nn.Conv2d(before, width, 3, padding=padding), nn.ReLU()]
        layers += [nn.Conv2d(width, width, 3, padding=padding), nn.ReLU(), nn.MaxPool2d(2, stride=2)]
        if p:
            layers.append(nn.Dropout(p))
        before, size = width, (size - 4 + 4 * padding) // 2
    layers += [nn.Flatten(), nn.Linear(before * size * size, 512), nn.ReLU(), nn.Linear(512, 10)]
    return nn.Sequential(*layers)


class ThreeConv(nn.Module):
    """Report 002: the printed default, and what its section 3 changes one after another."""

    def __init__(
        self,
        filters: tuple[int, int, int] = (24, 48, 96),
        kernels: tuple[int, int, int] = (5, 3, 3),
        extra_fc: bool = False,
        leaky: bool = False,
        p: float = 0.0,
        batch_norm: bool = False,
    ) -> None:
        super().__init__()

        def act(features: int, rank: int) -> list[nn.Module]:
            norm = nn.BatchNorm2d(features) if rank == 2 else nn.BatchNorm1d(features)
            return [nn.LeakyReLU() if leaky else nn.ReLU(), *([norm] if batch_norm else [])]

        a, b, c = filters
        self.cnn = nn.Sequential(
            nn.Conv2d(3, a, kernels[0], stride=1, padding="valid"),
            *act(a, 2),
            nn.MaxPool2d(2, stride=2),
            nn.Conv2d(a, b, kernels[1], stride=1, padding="valid"),
            *act(b, 2),
            nn.MaxPool2d(2, stride=2),
            nn.Conv2d(b, c, kernels[2], stride=1, padding="valid"),
            nn.MaxPool2d(2, stride=2),
        )
        self.flatten = nn.Flatten(start_dim=1)
        size = 32
        for kernel in kernels:
            size = (size - kernel + 1) // 2
        middle = [nn.Linear(512, 128), *act(128, 1)] if extra_fc else []
        self.lin = nn.Sequential(
            nn.Linear(size * size * c, 512),
            *act(512, 1),
            *([nn.Dropout(p)] if p else []),
            *middle,
            nn.Linear(128 if extra_fc else 512, 10),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.lin(self.flatten(self.cnn(x)))


class SixConv(nn.Module):
    """Report 003, section II: as printed, with and without the regularisation layers."""

    def __init__(self, regularized: bool) -> None:
        super().__init__()
        widths = [3, 32, 32, 64, 64, 128, 128]
        self.convs = nn.ModuleList()
        self.norms = nn.ModuleList()
        blocks = []
        for a, b in pairwise(widths):
            conv = nn.Conv2d(a, b, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
            norm = nn.BatchNorm2d(b) if regularized else nn.Identity()
            blocks.append(nn.Sequential(conv, norm, nn.ReLU()))
        self.blocks = nn.Sequential(*blocks)
        self.maxpool = nn.MaxPool2d(kernel_size=2, stride=2)
        self.dropouts = [nn.Dropout(p) for p in (0.2, 0.3, 0.4)]
        self.fc1 = nn.Linear(2048, 10)

    def forward(self, x: Tensor) -> Tensor:
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index % 2:
                x = self.maxpool(x)
        return self.fc1(x.flatten(1))


class ConvBnDropout(nn.Module):
    """Report 004, default model as printed, and its comparisons."""

    def __init__(self, p: float = 0.35, pooling: bool = True, batch_norm: bool = True) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, kernel_size=3, stride=1, padding=1)
        self.pool = nn.MaxPool2d(kernel_size=2, stride=2, padding=0) if pooling else nn.Identity()
        self.bn1 = nn.BatchNorm2d(16) if batch_norm else nn.Identity()
        self.conv2 = nn.Conv2d(16, 16, kernel_size=3, stride=1, padding=1)
        self.dropout1 = nn.Dropout(p=p)
        self.fc1 = nn.Linear(16 * (8 * 8 if pooling else 32 * 32), 64)
        self.fc2 = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(F.relu(self.conv1(x)))
        x = F.relu(self.conv2(self.bn1(x)))
        x = self.pool(self.dropout1(x)).flatten(1)
        return self.fc2(F.relu(self.fc1(x)))


def vgg_block(before: int, channels: int, convs: int, stride: int, p: float) -> list[nn.Module]:
    """A block of report 004's VGG: convolutions, batch normalisation, dropout of channels, pool."""
    layers: list[nn.Module] = []
    for index in range(convs):
        layers += [
            nn.Conv2d(before if index == 0 else channels, channels, kernel_size=(3, 3), padding=(1, 1))
        ]
        layers += [nn.ReLU(inplace=True)]
    layers.append(nn.BatchNorm2d(channels))
    if p:
        layers.append(nn.Dropout2d(p=p))
    return [*layers, nn.MaxPool2d(kernel_size=2, stride=stride)]


def vgg16_cifar() -> nn.Module:
    """Report 004, "VGG16", as printed."""
    return nn.Sequential(
        *vgg_block(3, 64, 2, 2, 0.05),
        *vgg_block(64, 128, 2, 1, 0),
        *vgg_block(128, 256, 2, 1, 0),
        *vgg_block(256, 512, 3, 1, 0),
        *vgg_block(512, 512, 3, 1, 0),
        nn.Flatten(),
        nn.Dropout(p=0.1),
        nn.Linear(73728, 4096),
        nn.ReLU(inplace=True),
        nn.Linear(4096, 4096),
        nn.ReLU(inplace=True),
        nn.Linear(4096, 10),
    )


def truncated_vgg16() -> nn.Module:
    """Report 004, "Optimizor": three blocks of VGG16 and a classifier of 64 features (our reading)."""
    return nn.Sequential(
        *vgg_block(3, 64, 2, 2, 0.05),
        *vgg_block(64, 128, 2, 2, 0.05),
        *vgg_block(128, 256, 3, 2, 0.05),
        nn.Flatten(),
        nn.Linear(256 * 4 * 4, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
    )


class ShakeBranch(nn.Sequential):
    """One branch of a Shake-Shake unit."""

    def __init__(self, before: int, channels: int, stride: int) -> None:
        super().__init__(
            nn.ReLU(),
            nn.Conv2d(before, channels, 3, padding=1, stride=stride, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1, stride=1, bias=False),
            nn.BatchNorm2d(channels),
        )


class ShakeShortcut(nn.Module):
    """Two subsampled paths, the second shifted by a pixel."""

    def __init__(self, before: int, channels: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        self.conv1 = nn.Conv2d(before, channels // 2, 1, bias=False)
        self.conv2 = nn.Conv2d(before, channels // 2, 1, bias=False)
        self.bn = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        h = F.relu(x)
        h1 = self.conv1(F.avg_pool2d(h, 1, self.stride))
        h2 = self.conv2(F.avg_pool2d(F.pad(h, (-1, 1, -1, 1)), 1, self.stride))
        return self.bn(torch.cat((h1, h2), 1))


class ShakeUnit(nn.Module):
    """Two branches and a shortcut; in evaluation mode, where the branches' mean is taken."""

    def __init__(self, before: int, channels: int, stride: int, every_shortcut: bool) -> None:
        super().__init__()
        self.branch1 = ShakeBranch(before, channels, stride)
        self.branch2 = ShakeBranch(before, channels, stride)
        needed = every_shortcut or before != channels
        self.shortcut = ShakeShortcut(before, channels, stride) if needed else None

    def forward(self, x: Tensor) -> Tensor:
        mean = (self.branch1(x) + self.branch2(x)) / 2
        return mean + (x if self.shortcut is None else self.shortcut(x))


def shake_shake(width: int, every_shortcut: bool) -> nn.Module:
    """Report 003, section III: Shake-Shake 26 of a width."""
    layers: list[nn.Module] = [nn.Conv2d(3, 16, 3, padding=1)]
    before = 16
    for channels, stride in ((width, 1), (2 * width, 2), (4 * width, 2)):
        for index in range(4):
            layers.append(ShakeUnit(before, channels, stride if index == 0 else 1, every_shortcut))
            before = channels
    return nn.Sequential(*layers, nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(before, 10))
