"""Modules as students write them."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class LeNet(nn.Module):
    """Functions of torch in `forward`, a view of written size, dropout by `self.training`."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), (2, 2))
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(self.fc1(x))
        x = F.dropout(x, 0.3, training=self.training)
        return self.fc3(torch.tanh(self.fc2(x)))


class Reused(nn.Module):
    """One activation and one pool for all places, layers in a ModuleList, a mean over the map."""

    def __init__(self) -> None:
        super().__init__()
        self.act = nn.LeakyReLU(0.2, inplace=True)
        self.pool = nn.AvgPool2d(2)
        self.convs = nn.ModuleList(
            nn.Conv2d(i, o, 3, padding=1) for i, o in ((3, 8), (8, 8), (8, 8), (8, 16))
        )
        self.head = nn.Linear(16, 10)

    def forward(self, x: Tensor) -> Tensor:
        for conv in self.convs:
            x = self.act(conv(x))
        return self.head(self.pool(x).mean(dim=(2, 3)))


class Casts(nn.Module):
    """Types that are said, as for mixed precision."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.head = nn.Conv2d(3, 8, 3), nn.Conv2d(8, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.conv(x.float()).to(torch.float32))
        return self.head(x).float()


class Doubled(nn.Module):
    """Two convolutions, as in each step of a U-Net."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(before, after, 3, padding=1)
        self.second = nn.Conv2d(after, after, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.second(F.relu(self.first(x))))


class UNet(nn.Module):
    """Values that go past changes of size."""

    def __init__(self) -> None:
        super().__init__()
        self.down1, self.down2, self.bottom = Doubled(3, 8), Doubled(8, 16), Doubled(16, 32)
        self.up2, self.up1 = nn.ConvTranspose2d(32, 16, 2, stride=2), nn.ConvTranspose2d(16, 8, 2, stride=2)
        self.join2, self.join1 = Doubled(32, 16), Doubled(16, 8)
        self.head = nn.Conv2d(8, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        fine = self.down1(x)
        coarse = self.down2(F.max_pool2d(fine, 2))
        x = self.bottom(F.max_pool2d(coarse, 2))
        x = self.join2(torch.cat([self.up2(x), coarse], dim=1))
        x = self.join1(torch.cat([self.up1(x), fine], dim=1))
        return self.head(x)


class Unit(nn.Module):
    """A shortcut without parameters: every second position, and channels of zeros."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.stride = after // before
        self.conv1 = nn.Conv2d(before, after, 3, self.stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(after)
        self.conv2 = nn.Conv2d(after, after, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(after)

    def forward(self, x: Tensor) -> Tensor:
        out = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if x.shape != out.shape:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, out.size(1) - x.size(1)))
        out += x
        return F.relu(out)


class SmallResNet(nn.Module):
    """A loop over units whose shapes `forward` asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.units = nn.Sequential(Unit(8, 8), Unit(8, 8), Unit(8, 16), Unit(16, 16))
        self.head = nn.Linear(16, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.units(F.relu(self.stem(x)))
        x = F.adaptive_avg_pool2d(x, 1)
        return self.head(torch.flatten(x, 1))


class Named(nn.Module):
    """A module whose parts are called what the language reserves."""

    def __init__(self, first: int, second: int) -> None:
        super().__init__()
        self.input = nn.Conv2d(4, first, 1)
        self.sum = nn.Conv2d(first, second, 1)
        self.output = nn.Conv2d(second, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.output(self.sum(self.input(x)))


class Reserved(nn.Module):
    """Two of them."""

    def __init__(self) -> None:
        super().__init__()
        self.parts = nn.Sequential(Named(7, 11), Named(6, 13))

    def forward(self, x: Tensor) -> Tensor:
        return self.parts(x)


class ChannelsLast(nn.Module):
    """Channels brought to the end and back, as in ConvNeXt, and a factor that forward uses itself."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 1)
        self.norm, self.wide, self.narrow = nn.LayerNorm(8), nn.Linear(8, 32), nn.Linear(32, 8)
        self.factor = nn.Parameter(torch.ones(8, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        y = self.narrow(F.gelu(self.wide(self.norm(x.permute(0, 2, 3, 1))))).permute(0, 3, 1, 2)
        return x + self.factor * y


class StaysLast(nn.Module):
    """A norm over the last axis of a map that is not its channels."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(8)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(x)


class Encoder(nn.Module):
    """A vision transformer's parts: a learned token and positions, attention of torch's."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 8, 4, 4)
        self.token = nn.Parameter(torch.zeros(1, 1, 8))
        self.places = nn.Parameter(torch.zeros(1, 5, 8))
        self.norm = nn.LayerNorm(8)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.head = nn.Linear(8, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(len(x), -1, -1), x], dim=1) + self.places
        y = self.norm(x)
        y, _ = self.attention(y, y, y, need_weights=False)
        return self.head((x + y)[:, 0])


class Gated(nn.Module):
    """Channels weighed as most people write it: the weights are expanded to the map's size."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.weigh = nn.Linear(8, 8)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        weights = self.weigh(x.mean((2, 3))).sigmoid()[:, :, None, None]
        return x * weights.expand_as(x)


class CumulativeNorm(nn.Module):
    """Batch norm whose running statistics are plain means, and a module that only reshapes."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(3, momentum=None)
        self.fold = nn.Unflatten(1, (1, 3))

    def forward(self, x: Tensor) -> Tensor:
        return self.fold(self.norm(x))


class WithAuxiliary(nn.Module):
    """A further classifier in training, whose values come before the main one's."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 4, 3), nn.Conv2d(4, 6, 3)
        self.early, self.head = nn.Linear(4, 10), nn.Linear(6, 10)

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        x = F.relu(self.conv1(x))
        early = self.early(x.mean((2, 3)))
        out = self.head(F.relu(self.conv2(x)).mean((2, 3)))
        return (early, out) if self.training else out


class Shared(nn.Module):
    """A layer that runs twice with one set of weights."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(F.relu(self.conv(x)))


class Recurrent(nn.Module):
    """A module that no layer makes."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(64, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.lstm(x.flatten(2))[0]


class Depends(nn.Module):
    """What runs depends on the numbers in the value."""

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x) if x.sum() > 0 else x


class AlwaysDropping(nn.Module):
    """Dropout that evaluation does not switch off."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        return F.dropout(self.conv(x), 0.5)


class TwoResults(nn.Module):
    """A forward that gives two values."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return F.relu(x), x


def lenet() -> nn.Module:
    return LeNet()


ready = LeNet()
not_a_model = 3
