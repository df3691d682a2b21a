"""netdsl, through its public interface; other sides have their turns between two of its epochs."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import torch

import netdsl
from benchmarks.training.data import MEAN, STD, Images
from benchmarks.training.networks import Network
from benchmarks.training.side import BATCH, RATE, Epoch
from netdsl.training import (
    EpochMetrics,
    ImageDataset,
    Progress,
    Recipe,
    Split,
    load_recipe,
    train,
)


def make_recipe(epochs: int) -> Recipe:
    """Random crops and flips, Adam; nothing set aside, as the data says what to evaluate on."""
    keys = {
        "optimizer": "adam",
        "learning_rate": str(RATE),
        "batch_size": str(BATCH),
        "epochs": str(epochs),
        "validation": "0",
        "crop_padding": "4",
        "horizontal_flip": "true",
        "normalization": f"{{mean: {list(MEAN)}, std: {list(STD)}}}",
    }
    recipe, wrong = load_recipe(None, "<benchmark>", keys)
    if recipe is None:
        raise ValueError(wrong)
    return recipe


class Turns(Progress):
    """Takes the times of epochs, and after each calls what else has its turn."""

    def __init__(self, images: int, after: Callable[[Epoch], None]) -> None:
        self.images = images
        self.after = after

    def epoch(self, metrics: EpochMetrics) -> None:
        """An epoch is over; the next begins when this returns."""
        training = self.images / metrics.images_per_second
        self.after(Epoch(training, metrics.seconds, -(-self.images // BATCH)))


def train_in_turns(network: Network, images: Images, epochs: int, after: Callable[[Epoch], None]) -> None:
    """Train for so many epochs, evaluating after each if there is something to evaluate on."""
    module = netdsl.load(network.spec, classes=images.classes)
    with tempfile.TemporaryDirectory() as temporary:
        train(
            module,
            from_images(images),
            make_recipe(epochs),
            Path(temporary) / "run",
            name=network.name,
            progress=Turns(len(images.train.labels), after),
        )


def from_images(images: Images) -> ImageDataset:
    """The images as netdsl's dataset, the test images to be evaluated on after each epoch."""
    splits = {
        name: Split(torch.from_numpy(part.images).permute(0, 3, 1, 2), torch.from_numpy(part.labels))
        for name, part in (("train", images.train), ("test", images.test))
        if len(part.labels)
    }
    classes = tuple(str(label) for label in range(images.classes))
    return ImageDataset("benchmark", splits["train"], splits.get("test"), None, classes)
