"""É. Thomé, "Deep Learning with PyTorch: CIFAR10 object classification", lab report, 2020."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional as F


class DefaultCNN(nn.Module):
    """Section 1, as printed."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 18, kernel_size=3, stride=1, padding=1)
        self.pool = nn.MaxPool2d(kernel_size=2, stride=2, padding=0)
        self.fc1 = nn.Linear(18 * 16 * 16, 64)
        self.fc2 = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.conv1(x))
        x = self.pool(x)
        x = x.view(-1, 18 * 16 * 16)
        x = F.relu(self.fc1(x))
        return self.fc2(x)


class TwoConvCNN(nn.Module):
    """Sections 2.1 to 2.4: a second convolution of some channels."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 18, kernel_size=3, stride=1, padding=1)
        self.conv2 = nn.Conv2d(18, channels, kernel_size=4, stride=1, padding=1)
        self.pool = nn.MaxPool2d(kernel_size=2, stride=2, padding=0)
        self.flattened_size = channels * 7 * 7
        self.fc1 = nn.Linear(self.flattened_size, 64)
        self.fc2 = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = x.view(-1, self.flattened_size)
        x = F.relu(self.fc1(x))
        return self.fc2(x)


class MoreLinearCNN(nn.Module):
    """Section 2.7: 300 channels and three linear layers."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 18, kernel_size=3, stride=1, padding=1)
        self.conv2 = nn.Conv2d(18, 300, kernel_size=4, stride=1, padding=1)
        self.pool = nn.MaxPool2d(kernel_size=2, stride=2, padding=0)
        self.flattened_size = 300 * 7 * 7
        self.fc1 = nn.Linear(self.flattened_size, 200)
        self.fc2 = nn.Linear(200, 50)
        self.fc3 = nn.Linear(50, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = x.view(-1, self.flattened_size)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


class LeNet5(nn.Module):
    """Section 2.8; as printed it has both options: a ReLU before each pool, and one after the last layer."""

    def __init__(self, conv_relu: bool, last_relu: bool) -> None:
        super().__init__()
        self.avg_pool = nn.AvgPool2d(kernel_size=2, stride=2, padding=0)
        self.conv1 = nn.Conv2d(3, 18, kernel_size=5, stride=1, padding=1)
        self.conv2 = nn.Conv2d(18, 48, kernel_size=5, stride=1, padding=1)
        self.flattened_size = 48 * 6 * 6
        self.fc1 = nn.Linear(self.flattened_size, 360)
        self.fc2 = nn.Linear(360, 252)
        self.fc3 = nn.Linear(252, 30)
        self.fc4 = nn.Linear(30, 10)
        self.conv_relu = conv_relu
        self.last_relu = last_relu

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.conv1(x)) if self.conv_relu else self.conv1(x)
        x = F.relu(self.avg_pool(x))
        x = F.relu(self.conv2(x)) if self.conv_relu else self.conv2(x)
        x = F.relu(self.avg_pool(x))
        x = x.view(-1, self.flattened_size)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = F.relu(self.fc3(x))
        x = self.fc4(x)
        return F.relu(x) if self.last_relu else x


class EditedLeNet5(nn.Module):
    """Section 2.9: three or four convolutions, the last network without the first pool."""

    def __init__(self, channels: Sequence[int], first_pool: bool, flattened_size: int) -> None:
        super().__init__()
        self.max_pool = nn.MaxPool2d(kernel_size=2, stride=2, padding=0)
        self.convs = nn.ModuleList()
        for before, after in zip([3, *channels[:-1]], channels, strict=True):
            self.convs.append(nn.Conv2d(before, after, kernel_size=3, stride=1, padding=1))
        self.flattened_size = flattened_size
        self.fc1 = nn.Linear(self.flattened_size, 360)
        self.fc2 = nn.Linear(360, 252)
        self.fc3 = nn.Linear(252, 99)
        self.fc4 = nn.Linear(99, 30)
        self.fc5 = nn.Linear(30, 10)
        self.first_pool = first_pool

    def forward(self, x: Tensor) -> Tensor:
        for index, conv in enumerate(self.convs):
            x = F.relu(conv(x))
            if index > 0 or self.first_pool:
                x = F.relu(self.max_pool(x))
        x = x.view(-1, self.flattened_size)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = F.relu(self.fc3(x))
        x = F.relu(self.fc4(x))
        return self.fc5(x)


def edited_three() -> nn.Module:
    """Three convolutions."""
    return EditedLeNet5([18, 54, 108], True, 108 * 4 * 4)


def edited_four() -> nn.Module:
    """Four convolutions ("More layers")."""
    return EditedLeNet5([18, 54, 108, 216], True, 216 * 2 * 2)


def edited_late_pool() -> nn.Module:
    """Four convolutions ("Remove the first MAXPOOL")."""
    return EditedLeNet5([18, 54, 108, 216], False, 216 * 4 * 4)
