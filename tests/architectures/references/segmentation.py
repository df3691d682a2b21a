"""Networks for segmentation, written by hand after their papers."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def stage(before: int, channels: int, depth: int, padding: int = 1) -> nn.Sequential:
    """VGG's convolutions and their pool."""
    layers: list[nn.Module] = []
    for number in range(depth):
        layers += [nn.Conv2d(before, channels, 3, padding=padding if number == 0 else 1), nn.ReLU()]
        before = channels
    return nn.Sequential(*layers, nn.MaxPool2d(2, ceil_mode=True))


class FCN8s(nn.Module):
    """Long et al. 2015, figure 3, padded and cropped as the authors' Caffe definition is."""

    def __init__(self, width: int = 64, hidden: int = 4096, classes: int = 21) -> None:
        super().__init__()
        w = width
        self.stages = nn.ModuleList(
            [stage(3, w, 2, 100), stage(w, 2 * w, 2), stage(2 * w, 4 * w, 3), stage(4 * w, 8 * w, 3)]
        )
        self.stage5 = stage(8 * w, 8 * w, 3)
        self.fc6, self.fc7 = nn.Conv2d(8 * w, hidden, 7), nn.Conv2d(hidden, hidden, 1)
        self.score = nn.Conv2d(hidden, classes, 1)
        self.twice = nn.ConvTranspose2d(classes, classes, 4, stride=2, bias=False)
        self.score4 = nn.Conv2d(8 * w, classes, 1)
        self.twice4 = nn.ConvTranspose2d(classes, classes, 4, stride=2, bias=False)
        self.score3 = nn.Conv2d(4 * w, classes, 1)
        self.eight_times = nn.ConvTranspose2d(classes, classes, 16, stride=8, bias=False)

    def forward(self, image: Tensor) -> Tensor:
        made = [image]
        for each in self.stages:
            made.append(each(made[-1]))
        x = F.dropout2d(F.relu(self.fc6(self.stage5(made[4]))), 0.5, self.training)
        x = F.dropout2d(F.relu(self.fc7(x)), 0.5, self.training)
        x = self.twice(self.score(x))
        h, w = x.shape[2:]
        x = self.twice4(x + self.score4(made[4])[:, :, 5 : 5 + h, 5 : 5 + w])
        h, w = x.shape[2:]
        x = self.eight_times(x + self.score3(made[3])[:, :, 9 : 9 + h, 9 : 9 + w])
        h, w = image.shape[2:]
        return x[:, :, 31 : 31 + h, 31 : 31 + w]


def node(before: int, channels: int) -> nn.Sequential:
    """Two convolutions."""
    first, second = nn.Conv2d(before, channels, 3, padding=1), nn.Conv2d(channels, channels, 3, padding=1)
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU())


class UNetPlusPlus(nn.Module):
    """Zhou et al. 2018, figure 1a: node (i, j) takes the j nodes before it at depth i, and (i + 1, j - 1)."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        widths = [width * 2**depth for depth in range(5)]
        self.nodes = nn.ModuleDict()
        for depth, channels in enumerate(widths):
            self.nodes[f"{depth}0"] = node(3 if depth == 0 else widths[depth - 1], channels)
        for before in range(1, 5):
            for depth in range(5 - before):
                channels = widths[depth]
                self.nodes[f"up{depth}{before}"] = nn.ConvTranspose2d(2 * channels, channels, 2, stride=2)
                self.nodes[f"{depth}{before}"] = node((before + 1) * channels, channels)
        self.head = nn.Conv2d(width, 1, 1)

    def forward(self, image: Tensor) -> Tensor:
        made: dict[tuple[int, int], Tensor] = {}
        for depth in range(5):
            x = image if depth == 0 else F.max_pool2d(made[depth - 1, 0], 2)
            made[depth, 0] = self.nodes[f"{depth}0"](x)
        for before in range(1, 5):
            for depth in range(5 - before):
                larger = self.nodes[f"up{depth}{before}"](made[depth + 1, before - 1])
                joined = torch.cat([larger, *(made[depth, each] for each in range(before))], 1)
                made[depth, before] = self.nodes[f"{depth}{before}"](joined)
        return self.head(made[0, 4])
