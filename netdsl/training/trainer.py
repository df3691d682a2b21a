"""A whole training: from a module, a dataset and a recipe to a run folder."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from netdsl.training.agreement import check_input_shape, times
from netdsl.training.data.dataset import ImageDataset
from netdsl.training.data.split import set_validation_aside
from netdsl.training.device import choose_device
from netdsl.training.evaluate import Evaluation, evaluate
from netdsl.training.feed import Feed
from netdsl.training.loop import TrainedEpoch, train_epoch
from netdsl.training.normalize import resolve_normalization
from netdsl.training.progress import Progress
from netdsl.training.recipe import Recipe
from netdsl.training.records import EpochMetrics, Result
from netdsl.training.run import BEST, LAST, Run, RunFolder, copy_weights
from netdsl.training.seeding import determinism, epoch_seed
from netdsl.training.setup import Setup, set_up


def train(
    module: nn.Module,
    dataset: ImageDataset,
    recipe: Recipe,
    out: Path | None = None,
    *,
    name: str = "net",
    input_shape: Sequence[int] | None = None,
    device: str | None = None,
    deterministic: bool = False,
    progress: Progress | None = None,
) -> Run:
    """Train a module, which is changed in place, and leave the run in a folder.

    `out` is the run folder (None: the first free `runs/<name>-<n>`);
    `input_shape` the (channels, height, width) that the module was declared
    for, if it was; `device` such as `cpu` or `cuda:1` (None: the best one);
    `deterministic` lets torch use only algorithms that repeat exactly.

    Ctrl-C ends the training early: the last weights and the result so far are
    written and the run is returned, its result marked as interrupted. torch's
    own generator is seeded anew for each epoch. Raises
    `DiagnosticError` where module and data don't suit each other, the device
    or the folder can't be had, or the loss is not finite.
    """
    target = choose_device(device)
    if input_shape is not None:
        check_input_shape(input_shape, dataset)
    dataset = set_validation_aside(dataset, recipe.validation, recipe.split_seed)
    recipe = resolve_normalization(recipe, dataset.train)
    with determinism(deterministic):
        setup = set_up(module, dataset, recipe, target)
        folder = RunFolder.create(out, name)
        folder.write_recipe(recipe)
        return _Training(setup, folder, name, progress or Progress()).run()


class _Training:
    """Goes through the epochs, keeps the best weights and writes all of it down."""

    def __init__(self, setup: Setup, folder: RunFolder, name: str, progress: Progress) -> None:
        self.setup = setup
        self.folder = folder
        self.name = name
        self.progress = progress
        self.history: list[EpochMetrics] = []
        self.best: EpochMetrics | None = None
        self.best_weights: dict[str, Tensor] = {}
        self.tested: Evaluation | None = None
        self.last_test_accuracy: float | None = None
        self.interrupted = False

    def run(self) -> Run:
        started = time.perf_counter()
        epochs = self.setup.recipe.epochs
        self.progress.begin(_headline(self.setup, self.name, self.folder), epochs)
        try:
            for epoch in range(1, epochs + 1):
                self._epoch(epoch)
            self._test()
        except KeyboardInterrupt:
            self.interrupted = True
            self._save_interrupted()
        finally:
            self.progress.close()
        result = self._result(time.perf_counter() - started)
        self.folder.write_result(result)
        self.progress.end(result)
        return Run(self.folder.path, self.setup.module, self.setup.recipe, tuple(self.history), result)

    def _epoch(self, epoch: int) -> None:
        started = time.perf_counter()
        trained = self._train(epoch)
        validated = self._evaluate(self.setup.validation)
        metrics = EpochMetrics(
            epoch=epoch,
            train_loss=trained.loss,
            train_accuracy=trained.accuracy,
            validation_loss=validated.loss if validated else None,
            validation_accuracy=validated.accuracy if validated else None,
            lr=float(self.setup.optimizer.param_groups[0]["lr"]),
            seconds=time.perf_counter() - started,
            images_per_second=len(self.setup.train) / trained.seconds,
        )
        self._keep(metrics)
        self.progress.epoch(metrics)

    def _train(self, epoch: int) -> TrainedEpoch:
        setup, recipe = self.setup, self.setup.recipe
        seed = epoch_seed(recipe.seed, epoch)
        torch.manual_seed(seed)
        generator = torch.Generator().manual_seed(seed)
        batches = setup.train.drawn(recipe.batch_size, recipe.shuffle, setup.augmentation, generator)
        return train_epoch(setup.module, setup.optimizer, batches, len(setup.train), epoch, self.progress)

    def _evaluate(self, feed: Feed | None) -> Evaluation | None:
        if feed is None:
            return None
        return evaluate(self.setup.module, feed, len(self.setup.dataset.classes), self.setup.evaluation_batch)

    def _keep(self, metrics: EpochMetrics) -> None:
        """Write the epoch's weights, as the best too where they are."""
        weights = copy_weights(self.setup.module)
        self.folder.write_weights(LAST, weights)
        if self._is_best(metrics):
            self.best, self.best_weights = metrics, weights
            self.folder.write_weights(BEST, weights)
        self.history.append(metrics)
        self.folder.add_metrics(metrics)

    def _is_best(self, metrics: EpochMetrics) -> bool:
        accuracy = metrics.validation_accuracy
        if self.best is None or self.best.validation_accuracy is None or accuracy is None:
            return True
        return accuracy > self.best.validation_accuracy

    def _test(self) -> None:
        """Evaluate the last weights and the best ones, which the module then holds."""
        last = self._evaluate(self.setup.test)
        self.last_test_accuracy = last.accuracy if last else None
        self.tested = last
        if self.best is not self.history[-1]:
            self.setup.module.load_state_dict(self.best_weights)
            self.tested = self._evaluate(self.setup.test)
        self.tested = self.tested or self._evaluate(self.setup.validation)

    def _save_interrupted(self) -> None:
        # Once all epochs are over the last weights are written, and the module may hold the best ones.
        if len(self.history) < self.setup.recipe.epochs:
            self.folder.write_weights(LAST, copy_weights(self.setup.module))
        self.progress.note(
            f"interrupted after {len(self.history)} of {self.setup.recipe.epochs} epochs: "
            f"the last weights and the result so far are in {self.folder.path}"
        )

    def _result(self, seconds: float) -> Result:
        best, tested = self.best, self.tested
        on_test = tested if self.setup.test is not None else None
        classes = self.setup.dataset.classes
        return Result(
            name=self.name,
            data=self.setup.dataset.name,
            device=str(self.setup.device),
            parameters=self.setup.parameters,
            epochs=len(self.history),
            best_epoch=best.epoch if best else None,
            train_accuracy=best.train_accuracy if best else None,
            validation_accuracy=best.validation_accuracy if best else None,
            test_accuracy=on_test.accuracy if on_test else None,
            test_loss=on_test.loss if on_test else None,
            last_test_accuracy=self.last_test_accuracy,
            per_class_accuracy=dict(zip(classes, tested.per_class, strict=True)) if tested else None,
            seconds=seconds,
            interrupted=self.interrupted,
        )


def _headline(setup: Setup, name: str, folder: RunFolder) -> str:
    parts = {"train": setup.train, "validation": setup.validation, "test": setup.test}
    counts = ", ".join(f"{len(part):,} {kind}" for kind, part in parts.items() if part is not None)
    return (
        f"{name} ({setup.parameters:,} parameters) on {setup.dataset.name} ({times(setup.dataset.shape)}; "
        f"{counts}), {setup.device}, to {folder.path}"
    )
