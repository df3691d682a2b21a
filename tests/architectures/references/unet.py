"""A small U-Net, after O. Ronneberger et al., 2015, with padding and batch normalization."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def double_conv(before: int, channels: int) -> nn.Sequential:
    """Two convolutions with batch normalization."""
    return nn.Sequential(
        nn.Conv2d(before, channels, 3, padding=1, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(),
        nn.Conv2d(channels, channels, 3, padding=1, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(),
    )


class UNet(nn.Module):
    """Three steps down and three up; a step up joins its value and the one of its size from the way down."""

    def __init__(self, width: int = 32, classes: int = 2) -> None:
        super().__init__()
        self.down1 = double_conv(3, width)
        self.down2 = double_conv(width, width * 2)
        self.down3 = double_conv(width * 2, width * 4)
        self.bottom = double_conv(width * 4, width * 8)
        self.up3 = nn.ConvTranspose2d(width * 8, width * 4, 2, stride=2)
        self.conv3 = double_conv(width * 8, width * 4)
        self.up2 = nn.ConvTranspose2d(width * 4, width * 2, 2, stride=2)
        self.conv2 = double_conv(width * 4, width * 2)
        self.up1 = nn.ConvTranspose2d(width * 2, width, 2, stride=2)
        self.conv1 = double_conv(width * 2, width)
        self.head = nn.Conv2d(width, classes, 1)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x: Tensor) -> Tensor:
        down1 = self.down1(x)
        down2 = self.down2(self.pool(down1))
        down3 = self.down3(self.pool(down2))
        x = self.bottom(self.pool(down3))
        x = self.conv3(torch.cat([self.up3(x), down3], 1))
        x = self.conv2(torch.cat([self.up2(x), down2], 1))
        x = self.conv1(torch.cat([self.up1(x), down1], 1))
        return self.head(x)
