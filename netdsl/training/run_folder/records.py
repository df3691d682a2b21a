"""What is known of a training: how it began, a line an epoch, and the result."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RunFacts:
    """How a run began, as `run.json`; what it takes to use its weights, or to go on with it.

    `images` counts those of each part. `source` is where the network came
    from and `request` what was asked for, both in the words of whoever
    started the run (None for a module from Python). `trial` holds the milliseconds a step
    of each alternative that was tried, `launch` names the torchrun agent, if
    one started the process.
    """

    version: int
    name: str
    data: str
    classes: tuple[str, ...]
    image_shape: tuple[int, int, int]
    images: Mapping[str, int]
    parameters: int
    device: str
    processes: int
    deterministic: bool
    versions: Mapping[str, str]
    git_commit: str | None
    started: str
    source: Mapping[str, object] | None
    request: Mapping[str, object] | None
    trial: Mapping[str, float]
    launch: str | None


@dataclass(frozen=True, slots=True)
class EpochMetrics:
    """One epoch, as a line of `metrics.jsonl`.

    Losses are means over images, accuracies fractions from 0 to 1, `lr` the
    learning rate of the epoch's last step, `seconds` the whole epoch with its
    validation, `images_per_second` the training alone. The training figures
    are taken while the weights change, with augmentation and dropout on.
    Validation's are None where there is none, and its loss where it was not
    finite.
    """

    epoch: int
    train_loss: float
    train_accuracy: float
    validation_loss: float | None
    validation_accuracy: float | None
    lr: float
    seconds: float
    images_per_second: float


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of a training, as `result.json`.

    `epochs` counts the finished ones and `best_epoch` (from 1) is the best of
    them by the recipe's `best_by`, or the last where there is no validation
    part. `train_loss`, `train_accuracy` and their like of validation are
    that epoch's. Test figures and `per_class_accuracy` are the best
    weights', on the test images (on the validation images where there are no
    test images); `last_test_accuracy` is the last weights'. Accuracies are
    fractions from 0 to 1; a figure that could not be taken, or was not
    finite, is None.

    `confusion_matrix` has a row for each right class, with how often each
    class was named. `seconds` is the time of all epochs and tests, over all
    commands where the run was resumed; `images_per_second` that of training
    alone; `peak_memory_bytes` the device's (a GPU) or the process's.
    """

    name: str
    data: str
    device: str
    parameters: int
    epochs: int
    best_epoch: int | None
    train_loss: float | None
    train_accuracy: float | None
    validation_loss: float | None
    validation_accuracy: float | None
    test_accuracy: float | None
    test_loss: float | None
    last_test_accuracy: float | None
    per_class_accuracy: dict[str, float | None] | None
    confusion_matrix: list[list[int]] | None
    seconds: float
    images_per_second: float | None
    peak_memory_bytes: int | None
    interrupted: bool


def finite(value: float) -> float | None:
    """A figure as records keep it: None where it is infinite or not a number, which JSON has no words for."""
    return value if math.isfinite(value) else None


def reached(record: EpochMetrics | Result, metric: str) -> float | None:
    """A record's figure, to be compared with others; None where it was not measured.

    A validation loss that was not finite is worse than any other.
    """
    if metric == "validation_loss" and record.validation_loss is None:
        return None if record.validation_accuracy is None else math.inf
    value: float | None = getattr(record, metric)
    return value
