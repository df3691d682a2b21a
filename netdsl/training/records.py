"""What is known of a training: a line an epoch, and the result."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EpochMetrics:
    """One epoch, as a line of `metrics.jsonl`.

    Losses are means over images, accuracies fractions from 0 to 1, `seconds`
    the whole epoch with its validation, `images_per_second` the training
    alone. The training figures are taken while the weights change, with
    augmentation and dropout on. Validation's are None where there is none.
    """

    epoch: int
    train_loss: float
    train_accuracy: float
    validation_loss: float | None
    validation_accuracy: float | None
    lr: float
    seconds: float
    images_per_second: float


@dataclass(frozen=True)
class Result:
    """The outcome of a training, as `result.json`.

    `epochs` counts the finished ones and `best_epoch` (from 1) is the one
    with the highest validation accuracy, or the last where there is no
    validation part. Test figures and `per_class_accuracy` are the best
    weights', on the test images (on the validation images where there are no
    test images); `last_test_accuracy` is the last weights'. Accuracies are
    fractions from 0 to 1; a figure that could not be taken is None.
    """

    name: str
    data: str
    device: str
    parameters: int
    epochs: int
    best_epoch: int | None
    train_accuracy: float | None
    validation_accuracy: float | None
    test_accuracy: float | None
    test_loss: float | None
    last_test_accuracy: float | None
    per_class_accuracy: dict[str, float | None] | None
    seconds: float
    interrupted: bool
