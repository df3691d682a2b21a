"""The training loop of the tutorials: torchvision's transforms, a `DataLoader` and a `for`."""

from __future__ import annotations

import time
from collections.abc import Sized
from itertools import islice
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, Subset
from torchvision import transforms
from torchvision.datasets import ImageFolder

from benchmarks.training.data import MEAN, STD, Images
from benchmarks.training.networks import Network
from benchmarks.training.side import BATCH, RATE, Epoch

AUGMENTED = transforms.Compose(
    [
        transforms.RandomCrop(32, padding=4),
        transforms.RandomHorizontalFlip(),
        transforms.ToTensor(),
        transforms.Normalize(MEAN, STD),
    ]
)
PLAIN = transforms.Compose([transforms.ToTensor(), transforms.Normalize(MEAN, STD)])

Batches = DataLoader[Any]


class InMemory(Dataset[tuple[Tensor, int]]):
    """Pictures from one array of bytes, as `torchvision.datasets.CIFAR10` does it."""

    def __init__(self, data: NDArray[np.uint8], targets: NDArray[np.int64], transform: transforms.Compose):
        self.data = data
        self.targets = targets.tolist()
        self.transform = transform

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self.transform(Image.fromarray(self.data[index])), self.targets[index]


def memory_loaders(images: Images) -> tuple[Batches, Batches]:
    """Batches to train on and to evaluate on, from memory and without worker processes."""
    train = InMemory(images.train.images, images.train.labels, AUGMENTED)
    test = InMemory(images.test.images, images.test.labels, PLAIN)
    return DataLoader(train, BATCH, shuffle=True), DataLoader(test, BATCH)


def folder_loaders(images: Images, workers: int) -> tuple[Batches, Batches]:
    """The same images from their files, decoded each time.

    The workers stay from epoch to epoch: starting them would weigh more in a
    short epoch than it does in a long one.
    """
    train = Subset(ImageFolder(images.folder / "train", AUGMENTED), images.train.rows)
    test = Subset(ImageFolder(images.folder / "test", PLAIN), images.test.rows)
    options: dict[str, Any] = {"num_workers": workers, "persistent_workers": workers > 0}
    return DataLoader(train, BATCH, shuffle=True, **options), DataLoader(test, BATCH, **options)


class Tutorial:
    """Trains in the plain way, on batches from loaders."""

    def __init__(self, network: Network, classes: int, loaders: tuple[Batches, Batches]) -> None:
        self.train_loader, self.test_loader = loaders
        self.model = network.build(classes)
        self.criterion = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=RATE)

    def epoch(self) -> Epoch:
        """Train on every image once, then evaluate."""
        began = time.perf_counter()
        self.train()
        trained = time.perf_counter()
        self.evaluate()
        return Epoch(trained - began, time.perf_counter() - began, len(self.train_loader))

    def train(self, steps: int | None = None) -> float:
        """One pass over the training images, or its first steps; their mean loss."""
        self.model.train()
        running_loss = 0.0
        for inputs, labels in islice(self.train_loader, steps):
            self.optimizer.zero_grad()
            loss = self.criterion(self.model(inputs), labels)
            loss.backward()
            self.optimizer.step()
            running_loss += loss.item()
        return running_loss / len(self.train_loader)

    def evaluate(self) -> float:
        """The part of the test images that are right."""
        self.model.eval()
        correct = 0
        with torch.no_grad():
            for inputs, labels in self.test_loader:
                correct += (self.model(inputs).argmax(1) == labels).sum().item()
        dataset = self.test_loader.dataset
        assert isinstance(dataset, Sized)
        return correct / max(1, len(dataset))
