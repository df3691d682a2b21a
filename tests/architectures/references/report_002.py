"""J. Mao, Y. Zheng, A. Medehal, "Image Classification using CNNs", project report, 2022."""

from __future__ import annotations

from torch import Tensor, nn


class ThreeConv(nn.Module):
    """Section 2.1, as printed, with what section 3 changes as options."""

    def __init__(
        self,
        filters: tuple[int, int, int] = (24, 48, 96),
        kernels: tuple[int, int, int] = (5, 3, 3),
        side: int = 2,
        extra_fc: bool = False,
        leaky: bool = False,
        p: float = 0.0,
        batch_norm: bool = False,
    ) -> None:
        super().__init__()
        a, b, c = filters

        def act(norm: nn.Module) -> list[nn.Module]:
            """Section 3.3, and section 3.5: batch normalization "after each activation function"."""
            return [nn.LeakyReLU() if leaky else nn.ReLU(), *([norm] if batch_norm else [])]

        self.cnn = nn.Sequential(
            nn.Conv2d(3, a, kernels[0], stride=1, padding="valid"),
            *act(nn.BatchNorm2d(a)),
            nn.MaxPool2d(2, stride=2),
            nn.Conv2d(a, b, kernels[1], stride=1, padding="valid"),
            *act(nn.BatchNorm2d(b)),
            nn.MaxPool2d(2, stride=2),
            nn.Conv2d(b, c, kernels[2], stride=1, padding="valid"),
            nn.MaxPool2d(2, stride=2),
        )
        self.flatten = nn.Flatten(start_dim=1)
        extra = [nn.Linear(512, 128), *act(nn.BatchNorm1d(128))] if extra_fc else []
        self.lin = nn.Sequential(
            nn.Linear(side * side * c, 512),
            *act(nn.BatchNorm1d(512)),
            nn.Dropout(p),
            *extra,
            nn.Linear(128 if extra_fc else 512, 10),
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.cnn(x)
        x = self.flatten(x)
        return self.lin(x)
