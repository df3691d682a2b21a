"""Lightning's `Trainer` as it comes, fed like the tutorials' loop."""

from __future__ import annotations

import io
import logging
import tempfile
import time
import warnings
from contextlib import redirect_stderr, redirect_stdout

import lightning
import torch
from torch import Tensor
from torch.nn import functional

from benchmarks.training.data import Images
from benchmarks.training.networks import Network
from benchmarks.training.side import RATE, Epoch
from benchmarks.training.tutorial import memory_loaders

logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
warnings.filterwarnings("ignore", module="lightning")


class Classifier(lightning.LightningModule):
    """A network with its loss and its optimizer."""

    def __init__(self, network: Network, classes: int) -> None:
        super().__init__()
        self.model = network.build(classes)

    def training_step(self, batch: tuple[Tensor, Tensor], index: int) -> Tensor:
        """The loss of a batch."""
        inputs, labels = batch
        loss = functional.cross_entropy(self.model(inputs), labels)
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch: tuple[Tensor, Tensor], index: int) -> None:
        """Logs the accuracy on a batch."""
        inputs, labels = batch
        accuracy = (self.model(inputs).argmax(1) == labels).float().mean()
        self.log("validation_accuracy", accuracy, prog_bar=True)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """Adam."""
        return torch.optim.Adam(self.parameters(), lr=RATE)


class Clock(lightning.Callback):
    """When the epoch began, when its last batch was trained on, when its evaluation was over."""

    def __init__(self) -> None:
        self.began = self.trained = self.ended = 0.0
        self.steps = 0

    def on_train_start(self, *_: object) -> None:
        """The trainer is ready."""
        self.began = time.perf_counter()

    def on_train_batch_end(self, *_: object) -> None:
        """A step is over."""
        self.steps += 1
        self.trained = time.perf_counter()

    def on_validation_end(self, *_: object) -> None:
        """The evaluation is over; the checkpoint is written after it."""
        self.ended = time.perf_counter()


class Lightning:
    """A new trainer for every epoch, its start left out: one that has begun can't be halted for others."""

    def __init__(self, network: Network, images: Images) -> None:
        self.module = Classifier(network, images.classes)
        self.loaders = memory_loaders(images)

    def epoch(self) -> Epoch:
        """Train on every image once, then evaluate."""
        clock = Clock()
        train, test = self.loaders
        quiet = io.StringIO()
        with tempfile.TemporaryDirectory() as folder, redirect_stdout(quiet), redirect_stderr(quiet):
            trainer = lightning.Trainer(
                max_epochs=1,
                accelerator="cpu",
                default_root_dir=folder,
                callbacks=[clock],
                num_sanity_val_steps=0,
                enable_model_summary=False,
            )
            trainer.fit(self.module, train, test if len(test) else None)
        return Epoch(clock.trained - clock.began, max(clock.trained, clock.ended) - clock.began, clock.steps)
