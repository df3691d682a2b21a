"""Keras 3 on torch: `compile` and `fit`, fed by a `PyDataset`."""

from __future__ import annotations

import os
import time

import numpy as np
from numpy.typing import NDArray

from benchmarks.training.data import MEAN, STD, Images, Part
from benchmarks.training.networks import Network
from benchmarks.training.side import BATCH, RATE, Epoch

os.environ["KERAS_BACKEND"] = "torch"  # Read when keras is imported.

import keras  # type: ignore[import-untyped]
from keras import layers

PADDING = 4


def lenet5(classes: int) -> list[keras.Layer]:
    """LeNet-5, adapted to colour images."""
    return [
        layers.ZeroPadding2D(1),
        layers.Conv2D(18, 5),
        layers.AveragePooling2D(2),
        layers.ReLU(),
        layers.ZeroPadding2D(1),
        layers.Conv2D(48, 5),
        layers.AveragePooling2D(2),
        layers.ReLU(),
        layers.Flatten(),
        layers.Dense(360, activation="relu"),
        layers.Dense(252, activation="relu"),
        layers.Dense(30, activation="relu"),
        layers.Dense(classes),
    ]


def six_conv(classes: int) -> list[keras.Layer]:
    """Three pairs of convolutions with batch norm and dropout."""
    stack: list[keras.Layer] = []
    for width, rate in ((32, 0.2), (64, 0.3), (128, 0.4)):
        for _ in range(2):
            stack += [layers.Conv2D(width, 3, padding="same"), layers.BatchNormalization(), layers.ReLU()]
        stack += [layers.MaxPooling2D(2), layers.Dropout(rate)]
    return [*stack, layers.Flatten(), layers.Dense(classes)]


class Augmented(keras.utils.PyDataset):  # type: ignore[misc]
    """Shuffled batches, each image cropped at a place of its own and perhaps mirrored."""

    def __init__(self, part: Part) -> None:
        super().__init__()
        sides = ((0, 0), (PADDING, PADDING), (PADDING, PADDING), (0, 0))
        self.padded = np.pad(part.images, sides)
        self.labels = part.labels
        self.random = np.random.default_rng()
        self.on_epoch_end()

    def __len__(self) -> int:
        return -(-len(self.labels) // BATCH)

    def __getitem__(self, index: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        rows = self.order[index * BATCH : (index + 1) * BATCH]
        places = self.random.integers(0, 2 * PADDING + 1, (len(rows), 2))
        mirrored = self.random.random(len(rows)) < 0.5
        batch = np.empty((len(rows), 32, 32, 3), np.uint8)
        for to, (row, (top, left), mirror) in enumerate(zip(rows, places, mirrored, strict=True)):
            image = self.padded[row, top : top + 32, left : left + 32]
            batch[to] = image[:, ::-1] if mirror else image
        return batch, self.labels[rows]

    def on_epoch_end(self) -> None:
        """Draw a new order."""
        self.order = self.random.permutation(len(self.labels))


class Clock(keras.callbacks.Callback):  # type: ignore[misc]
    """When the epoch began, when its last batch was trained on, when its evaluation was over."""

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        """The epoch begins."""
        self.began = time.perf_counter()
        self.steps = 0

    def on_train_batch_end(self, batch: int, logs: object = None) -> None:
        """A step is over."""
        self.steps += 1
        self.trained = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        """The epoch is over, with its evaluation."""
        self.ended = time.perf_counter()


class Keras:
    """Trains by `fit`."""

    def __init__(self, network: Network, images: Images) -> None:
        build = {"lenet5": lenet5, "six_conv": six_conv}[network.name]
        variance = [deviation**2 for deviation in STD]
        first = [layers.Rescaling(1 / 255), layers.Normalization(mean=MEAN, variance=variance)]
        self.model = keras.Sequential([keras.Input((32, 32, 3)), *first, *build(images.classes)])
        self.model.compile(
            optimizer=keras.optimizers.Adam(RATE),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
        )
        self.train = Augmented(images.train)
        self.test = (images.test.images, images.test.labels) if len(images.test.labels) else None

    def epoch(self) -> Epoch:
        """Train on every image once, then evaluate."""
        clock = Clock()
        self.model.fit(
            self.train,
            epochs=1,
            validation_data=self.test,
            validation_batch_size=BATCH if self.test else None,
            verbose=0,
            callbacks=[clock],
        )
        return Epoch(clock.trained - clock.began, clock.ended - clock.began, clock.steps)
