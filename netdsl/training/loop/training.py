"""Goes through the epochs, keeps the best weights and can stop and go on at any step."""

from __future__ import annotations

import time
from contextlib import closing
from functools import cached_property

import torch
from torch import Tensor

from netdsl.training.data.fingerprint import Fingerprint, fingerprint
from netdsl.training.loop.evaluate import Evaluation
from netdsl.training.loop.feed import DrawnEpoch, Feed
from netdsl.training.loop.seeding import epoch_seed
from netdsl.training.loop.setup import Setup
from netdsl.training.loop.state import capture
from netdsl.training.loop.stepper import run_updates
from netdsl.training.loop.tally import Tally
from netdsl.training.machine.device import synchronize
from netdsl.training.machine.interrupt import Stop
from netdsl.training.progress import Progress
from netdsl.training.run_folder.checkpoint import on_cpu
from netdsl.training.run_folder.files import LAST
from netdsl.training.run_folder.records import EpochMetrics, finite, reached
from netdsl.training.run_folder.writing import RunFolder

# A checkpoint may take this part of the time; a run with short epochs and a large network skips some.
_SHARE_FOR_CHECKPOINTS = 0.05


class Training:
    """A training between two steps: where it is, and what it has seen.

    `history` are the finished epochs, `best` the best of them, and `made` how
    many updates they had: an earlier part of the training may have ended
    within an epoch, which was a shorter one then. `done_updates`
    are those of the epoch after, whose losses so far are in `unfinished` and
    which has taken `unfinished_seconds`. `seconds_before` is what earlier
    processes of the same run took.
    """

    def __init__(self, setup: Setup, folder: RunFolder, progress: Progress, stop: Stop) -> None:
        self.setup = setup
        self.folder = folder
        self.progress = progress
        self.stop = stop
        self.history: list[EpochMetrics] = []
        self.best: EpochMetrics | None = None
        self.interrupted = False
        self.abandoned = False
        self.made = 0
        self.done_updates = 0
        self.unfinished: Tally | None = None
        self.unfinished_seconds = 0.0
        self.seconds_before = 0.0
        self._new_best: dict[str, Tensor] | None = None
        self._best_weights: dict[str, Tensor] | None = None
        self._started = time.perf_counter()
        self.saved = False
        self._saved_at = self._started
        self._save_seconds = 0.0

    @property
    def seconds(self) -> float:
        """How long the training has taken, over all processes that took part one after another."""
        return self.seconds_before + time.perf_counter() - self._started

    @property
    def best_weights(self) -> dict[str, Tensor] | None:
        """The best epoch's state dict, None where an earlier process left it in the folder."""
        return self._best_weights

    @cached_property
    def data(self) -> Fingerprint:
        """By what the dataset's images are known again."""
        return fingerprint(self.setup.dataset)

    @property
    def epochs(self) -> int:
        """How many epochs there are, done and to come, the last of which may be cut short."""
        rest = max(self.setup.steps - self.made, 0)
        return len(self.history) + -(-rest // len(self.setup.updates))

    @property
    def is_over(self) -> bool:
        """Whether all epochs are done, or none has been the best for too long."""
        if self.made >= self.setup.steps:
            return True
        patience = self.setup.recipe.early_stopping
        if patience is None or self.best is None:
            return False
        return self.history[-1].epoch - self.best.epoch >= patience

    def run(self) -> None:
        """Train until it is over or someone asks to stop; the state is then in the folder."""
        while not self.is_over:
            finished = self._epoch(len(self.history) + 1)
            if self.is_over:
                break
            if not finished or self.stop.is_set:
                self.interrupted = True
                break
            if self._is_due():
                self.save()
        self.save()

    def abandon(self) -> None:
        """Stop in the middle of a step: only the weights are written, the last checkpoint stays as it is."""
        self.interrupted = self.abandoned = True
        self.folder.write_weights(LAST, on_cpu(self.setup.evaluated.state_dict()), len(self.history))

    def _epoch(self, epoch: int) -> bool:
        """One epoch, or the rest of one; whether it was finished."""
        started = time.perf_counter() - self.unfinished_seconds
        tally = self.train(epoch)
        if tally is None:
            self.unfinished_seconds = time.perf_counter() - started
            return False
        self.unfinished_seconds = 0.0
        synchronize(self.setup.device)
        trained = time.perf_counter() - started
        loss, accuracy = tally.finish()
        # What is evaluated is what the first process writes.
        self.setup.world.align(self.setup.evaluated)
        validated = self.evaluate(self.setup.validation)
        metrics = EpochMetrics(
            epoch=epoch,
            train_loss=loss,
            train_accuracy=accuracy,
            validation_loss=finite(validated.loss) if validated else None,
            validation_accuracy=validated.accuracy if validated else None,
            lr=self.setup.stepper.optimizers.rate,
            seconds=time.perf_counter() - started,
            images_per_second=tally.images / trained,
        )
        self._note(metrics)
        return True

    def begin(self, epoch: int) -> tuple[DrawnEpoch, Tally]:
        """Draw an epoch, or the unfinished one again; the figures so far."""
        seed = epoch_seed(self.setup.recipe.seed, epoch)
        drawn = self.setup.draw(epoch, seed)
        if self.unfinished is not None:
            return drawn, self.unfinished
        # Processes draw different numbers for dropout.
        torch.manual_seed(seed + self.setup.world.rank)
        images = sum(update.images for update in self.setup.updates_after(self.made))
        return drawn, Tally(epoch, images, self.setup.world)

    def train(self, epoch: int) -> Tally | None:
        """Make the updates of an epoch that are still to be made; None where it was left unfinished."""
        setup = self.setup
        drawn, tally = self.begin(epoch)
        updates = setup.updates_after(self.made)
        rest = updates[self.done_updates :]
        first = self.made + self.done_updates
        with closing(setup.train.epoch(drawn, rest, setup.outputs)) as batches:
            made = run_updates(setup.stepper, rest, batches, first, tally, self.progress, self.stop)
        self.done_updates += made
        self.unfinished = tally
        if self.done_updates < len(updates):
            # A state in which the weights are lost already is not worth keeping.
            tally.check()
            return None
        self.made += len(updates)
        self.done_updates, self.unfinished = 0, None
        return tally

    def evaluate(self, feed: Feed | None) -> Evaluation | None:
        """What the weights that are kept reach on a part, if there is one."""
        return None if feed is None else self.setup.evaluator(self.setup.evaluated, feed)

    def tell_schedule(self, metrics: EpochMetrics) -> None:
        """Let the learning rate hear of a finished epoch, as far as it depends on what was reached."""
        value = reached(metrics, self.setup.recipe.best_by)
        if value is not None:
            higher = self.setup.recipe.best_by.endswith("accuracy")
            self.setup.stepper.learning_rate.epoch_ended(value, higher_is_better=higher)

    def _note(self, metrics: EpochMetrics) -> None:
        """Take a finished epoch into the records."""
        self.history.append(metrics)
        if self._is_best(metrics):
            self.best = metrics
            self._new_best = self._best_weights = on_cpu(self.setup.evaluated.state_dict())
        self.tell_schedule(metrics)
        self.folder.add_metrics(metrics)
        if self.setup.recipe.keep_every and metrics.epoch % self.setup.recipe.keep_every == 0:
            weights = on_cpu(self.setup.evaluated.state_dict())
            self.folder.write_weights(f"epoch-{metrics.epoch:04}.safetensors", weights, metrics.epoch)
        self.progress.epoch(metrics)

    def _is_best(self, metrics: EpochMetrics) -> bool:
        name = self.setup.recipe.best_by
        value = reached(metrics, name)
        before = reached(self.best, name) if self.best is not None else None
        if value is None or before is None:
            return True
        return value > before if name.endswith("accuracy") else value < before

    def _is_due(self) -> bool:
        """Whether saving now keeps its part of the time small."""
        since = time.perf_counter() - self._saved_at
        return bool(self.setup.world.from_first(since * _SHARE_FOR_CHECKPOINTS >= self._save_seconds))

    def save(self) -> None:
        """Write the whole state: the checkpoint, the last weights and new best ones."""
        started = time.perf_counter()
        weights = on_cpu(self.setup.evaluated.state_dict())
        best_epoch = self.best.epoch if self.best else 0
        self.folder.write_state(capture(self), weights, self._new_best, best_epoch)
        self._new_best = None
        self.saved = True
        self._saved_at = time.perf_counter()
        self._save_seconds = self._saved_at - started
