"""The course report "TP3 Deep Learning with PyTorch: CIFAR10 object classification" (ROB313, ENSTA)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class SixConv(nn.Module):
    """Section II, "Complete architecture"."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, kernel_size=3, stride=1, padding=1)
        self.conv2 = nn.Conv2d(32, 32, kernel_size=3, stride=1, padding=1)
        self.maxpool1 = nn.MaxPool2d(kernel_size=2, stride=2, padding=0)
        self.conv3 = nn.Conv2d(32, 64, kernel_size=3, stride=1, padding=1)
        self.conv4 = nn.Conv2d(64, 64, kernel_size=3, stride=1, padding=1)
        self.maxpool2 = nn.MaxPool2d(kernel_size=2, stride=2, padding=0)
        self.conv5 = nn.Conv2d(64, 128, kernel_size=3, stride=1, padding=1)
        self.conv6 = nn.Conv2d(128, 128, kernel_size=3, stride=1, padding=1)
        self.maxpool3 = nn.MaxPool2d(kernel_size=2, stride=2, padding=0)
        self.fc1 = nn.Linear(2048, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool1(F.relu(self.conv2(F.relu(self.conv1(x)))))
        x = self.maxpool2(F.relu(self.conv4(F.relu(self.conv3(x)))))
        x = self.maxpool3(F.relu(self.conv6(F.relu(self.conv5(x)))))
        return self.fc1(x.view(-1, 2048))


class RegularizedSixConv(nn.Module):
    """Section II, "New architecture"."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, kernel_size=3, stride=1, padding=1)
        self.bn1 = nn.BatchNorm2d(32)
        self.conv2 = nn.Conv2d(32, 32, kernel_size=3, stride=1, padding=1)
        self.bn2 = nn.BatchNorm2d(32)
        self.maxpool1 = nn.MaxPool2d(kernel_size=2, stride=2, padding=0)
        self.drop1 = nn.Dropout(p=0.2)
        self.conv3 = nn.Conv2d(32, 64, kernel_size=3, stride=1, padding=1)
        self.bn3 = nn.BatchNorm2d(64)
        self.conv4 = nn.Conv2d(64, 64, kernel_size=3, stride=1, padding=1)
        self.bn4 = nn.BatchNorm2d(64)
        self.maxpool2 = nn.MaxPool2d(kernel_size=2, stride=2, padding=0)
        self.drop2 = nn.Dropout(p=0.3)
        self.conv5 = nn.Conv2d(64, 128, kernel_size=3, stride=1, padding=1)
        self.bn5 = nn.BatchNorm2d(128)
        self.conv6 = nn.Conv2d(128, 128, kernel_size=3, stride=1, padding=1)
        self.bn6 = nn.BatchNorm2d(128)
        self.maxpool3 = nn.MaxPool2d(kernel_size=2, stride=2, padding=0)
        self.drop3 = nn.Dropout(p=0.4)
        self.fc1 = nn.Linear(2048, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.bn1(self.conv1(x)))
        x = F.relu(self.bn2(self.conv2(x)))
        x = self.drop1(self.maxpool1(x))
        x = F.relu(self.bn3(self.conv3(x)))
        x = F.relu(self.bn4(self.conv4(x)))
        x = self.drop2(self.maxpool2(x))
        x = F.relu(self.bn5(self.conv5(x)))
        x = F.relu(self.bn6(self.conv6(x)))
        x = self.drop3(self.maxpool3(x))
        return self.fc1(x.view(-1, 2048))


class Shortcut(nn.Module):
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


class ShakeBlock(nn.Module):
    """Two branches, averaged as in evaluation, and a shortcut where the channels change.

    The public implementation that section III builds on allocates a
    shortcut in every block (`equal_io and None or Shortcut(...)` is never
    None), but calls it only where the channels change.
    """

    def __init__(self, before: int, channels: int, stride: int, allocate: bool) -> None:
        super().__init__()
        self.equal_io = before == channels
        self.branch1 = self.make_branch(before, channels, stride)
        self.branch2 = self.make_branch(before, channels, stride)
        if allocate or not self.equal_io:
            self.shortcut = Shortcut(before, channels, stride)

    def forward(self, x: Tensor) -> Tensor:
        h = 0.5 * self.branch1(x) + 0.5 * self.branch2(x)
        return h + (x if self.equal_io else self.shortcut(x))

    @staticmethod
    def make_branch(before: int, channels: int, stride: int) -> nn.Module:
        return nn.Sequential(
            nn.ReLU(),
            nn.Conv2d(before, channels, 3, padding=1, stride=stride, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1, stride=1, bias=False),
            nn.BatchNorm2d(channels),
        )


class ShakeShake26(nn.Module):
    """Section III: three stages of four blocks; with `allocate`, the public implementation's parameters."""

    def __init__(self, width: int, allocate: bool) -> None:
        super().__init__()
        self.c_in = nn.Conv2d(3, 16, 3, padding=1)
        self.layer1 = self.make_layer(16, width, 1, allocate)
        self.layer2 = self.make_layer(width, width * 2, 2, allocate)
        self.layer3 = self.make_layer(width * 2, width * 4, 2, allocate)
        self.fc_out = nn.Linear(width * 4, 10)

    def forward(self, x: Tensor) -> Tensor:
        h = self.layer3(self.layer2(self.layer1(self.c_in(x))))
        h = F.adaptive_avg_pool2d(F.relu(h), 1)
        return self.fc_out(h.flatten(1))

    @staticmethod
    def make_layer(before: int, channels: int, stride: int, allocate: bool) -> nn.Module:
        rest = [ShakeBlock(channels, channels, 1, allocate) for _ in range(3)]
        return nn.Sequential(ShakeBlock(before, channels, stride, allocate), *rest)
