"""L. Pernigo, "Image Classification using ConvNets", assignment report, 2022."""

from __future__ import annotations

from torch import nn


def two_pairs(p: float) -> nn.Module:
    """Section 1.2.1 (p = 0, where dropout does nothing) and section 1.3.5: no padding."""
    return nn.Sequential(
        nn.Conv2d(3, 32, 3),
        nn.ReLU(),
        nn.Conv2d(32, 32, 3),
        nn.ReLU(),
        nn.MaxPool2d(2, stride=(2, 2)),
        nn.Dropout(p),
        nn.Conv2d(32, 64, 3),
        nn.ReLU(),
        nn.Conv2d(64, 64, 3),
        nn.ReLU(),
        nn.MaxPool2d(2, stride=(2, 2)),
        nn.Dropout(p),
        nn.Flatten(),
        nn.Linear(64 * 5 * 5, 512),
        nn.ReLU(),
        nn.Linear(512, 10),
    )


def eight_conv() -> nn.Module:
    """Section 1.3.7: four padded pairs, dropout of 0.2."""
    layers: list[nn.Module] = []
    for before, after in [(3, 32), (32, 64), (64, 128), (128, 256)]:
        layers += [
            nn.Conv2d(before, after, 3, padding=(1, 1)),
            nn.ReLU(),
            nn.Conv2d(after, after, 3, padding=(1, 1)),
            nn.ReLU(),
            nn.MaxPool2d(2, stride=(2, 2)),
            nn.Dropout(0.2),
        ]
    return nn.Sequential(
        *layers,
        nn.Flatten(),
        nn.Linear(256 * 2 * 2, 512),
        nn.ReLU(),
        nn.Linear(512, 10),
    )
