"""The two networks, as one writes them in PyTorch by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from benchmarks.training.options import SPECS


def lenet5(classes: int) -> nn.Sequential:
    """LeNet-5, adapted to colour images."""
    return nn.Sequential(
        nn.Conv2d(3, 18, 5, padding=1),
        nn.AvgPool2d(2),
        nn.ReLU(),
        nn.Conv2d(18, 48, 5, padding=1),
        nn.AvgPool2d(2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(48 * 6 * 6, 360),
        nn.ReLU(),
        nn.Linear(360, 252),
        nn.ReLU(),
        nn.Linear(252, 30),
        nn.ReLU(),
        nn.Linear(30, classes),
    )


def six_conv(classes: int) -> nn.Sequential:
    """Three pairs of convolutions with batch norm and dropout."""
    layers: list[nn.Module] = []
    before = 3
    for width, probability in ((32, 0.2), (64, 0.3), (128, 0.4)):
        for _ in range(2):
            layers += [nn.Conv2d(before, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU()]
            before = width
        layers += [nn.MaxPool2d(2), nn.Dropout(probability)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(128 * 4 * 4, classes))


@dataclass(frozen=True, slots=True)
class Network:
    """A network by hand, and what netdsl calls the same one."""

    name: str
    spec: str
    build: Callable[[int], nn.Sequential]


NETWORKS = {
    build.__name__: Network(build.__name__, SPECS[build.__name__], build) for build in (lenet5, six_conv)
}
