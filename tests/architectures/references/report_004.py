"""Z. Zhou, S. Queyrut, "TP4 du cours ROB313 (CNN with CIFAR10)", course report."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F


class ConvBnDropout(nn.Module):
    """The default model as printed, and what it is compared with."""

    def __init__(self, p: float = 0.35, pooling: bool = True, batch_norm: bool = True) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, kernel_size=3, stride=1, padding=1)
        self.pool = nn.MaxPool2d(kernel_size=2, stride=2, padding=0) if pooling else nn.Identity()
        self.bn1 = nn.BatchNorm2d(16) if batch_norm else nn.Identity()
        self.conv2 = nn.Conv2d(16, 16, kernel_size=3, stride=1, padding=1)
        self.pool1 = nn.MaxPool2d(kernel_size=2, stride=2, padding=0) if pooling else nn.Identity()
        self.flattened_size = 16 * 8 * 8 if pooling else 16 * 32 * 32
        self.dropout1 = nn.Dropout(p=p)
        self.fc1 = nn.Linear(self.flattened_size, 64)
        self.fc2 = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.conv1(x))
        x = self.pool(x)
        x = F.relu(self.conv2(self.bn1(x)))
        x = self.dropout1(x)
        x = self.pool1(x)
        x = x.view(-1, self.flattened_size)
        x = F.relu(self.fc1(x))
        return self.fc2(x)


def conv(before: int, channels: int) -> list[nn.Module]:
    """A convolution and its ReLU."""
    return [
        nn.Conv2d(before, channels, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1)),
        nn.ReLU(inplace=True),
    ]


class VGG16Cifar(nn.Module):
    """Section "VGG16", as printed."""

    def __init__(self) -> None:
        super().__init__()
        self.conv_layer = nn.Sequential(
            *conv(3, 64),
            *conv(64, 64),
            nn.BatchNorm2d(64),
            nn.Dropout2d(p=0.05),
            nn.MaxPool2d(kernel_size=2, stride=2),
            *conv(64, 128),
            *conv(128, 128),
            nn.BatchNorm2d(128),
            nn.MaxPool2d(kernel_size=2, stride=1),
            *conv(128, 256),
            *conv(256, 256),
            nn.BatchNorm2d(256),
            nn.MaxPool2d(kernel_size=2, stride=1),
            *conv(256, 512),
            *conv(512, 512),
            *conv(512, 512),
            nn.BatchNorm2d(512),
            nn.MaxPool2d(kernel_size=2, stride=1),
            *conv(512, 512),
            *conv(512, 512),
            *conv(512, 512),
            nn.BatchNorm2d(512),
            nn.MaxPool2d(kernel_size=2, stride=1),
        )
        self.fc_layer = nn.Sequential(
            nn.Dropout(p=0.1),
            nn.Linear(73728, 4096),
            nn.ReLU(inplace=True),
            nn.Linear(4096, 4096),
            nn.ReLU(inplace=True),
            nn.Linear(4096, 10),
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv_layer(x)
        x = x.view(x.size(0), -1)
        return self.fc_layer(x)


def truncated_vgg16() -> nn.Module:
    """Section "Optimizor": three blocks of VGG16 and the default model's classifier.

    The report shows a picture and says "apart from some ReLU, batch
    normalizations and dropout layers, first three blocks are very similar
    to VGG16 blocks". Our reading: VGG16's 2, 2 and 3 convolutions, after
    which stand the layers of the printed network's first block.
    """
    return nn.Sequential(
        *conv(3, 64),
        *conv(64, 64),
        nn.BatchNorm2d(64),
        nn.Dropout2d(p=0.05),
        nn.MaxPool2d(kernel_size=2, stride=2),
        *conv(64, 128),
        *conv(128, 128),
        nn.BatchNorm2d(128),
        nn.Dropout2d(p=0.05),
        nn.MaxPool2d(kernel_size=2, stride=2),
        *conv(128, 256),
        *conv(256, 256),
        *conv(256, 256),
        nn.BatchNorm2d(256),
        nn.Dropout2d(p=0.05),
        nn.MaxPool2d(kernel_size=2, stride=2),
        nn.Flatten(),
        nn.Linear(256 * 4 * 4, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
    )


def notebook_truncated_vgg16() -> nn.Module:
    """The same network as the authors' notebook has it, github.com/queyrusi/ROB313."""
    return nn.Sequential(
        *conv(3, 64),
        *conv(64, 64),
        nn.BatchNorm2d(64),
        nn.Dropout2d(p=0.05),
        nn.MaxPool2d(kernel_size=2, stride=2),
        *conv(64, 128),
        *conv(128, 128),
        nn.BatchNorm2d(128),
        nn.MaxPool2d(kernel_size=2, stride=2),
        *conv(128, 256),
        *conv(256, 256),
        nn.BatchNorm2d(256),
        nn.MaxPool2d(kernel_size=2, stride=2),
        nn.Flatten(),
        nn.Dropout(p=0.1),
        nn.Linear(256 * 4 * 4, 1024),
        nn.ReLU(),
        nn.Linear(1024, 512),
        nn.ReLU(),
        nn.Dropout(p=0.1),
        nn.Linear(512, 10),
    )
