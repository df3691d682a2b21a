"""Run folders with made-up figures: what is drawn depends on the files alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

EPOCHS = 4


def metrics_line(epoch: int, validated: bool = True) -> str:
    line = {
        "epoch": epoch,
        "train_loss": 2 / epoch,
        "train_accuracy": 1 - 1 / (epoch + 1),
        "validation_loss": 2.1 / epoch if validated else None,
        "validation_accuracy": 0.9 - 1 / (epoch + 1) if validated else None,
        "lr": 0.1 * 0.5**epoch,
        "seconds": 2.0,
        "images_per_second": 1000.0,
    }
    return json.dumps(line) + "\n"


def facts(classes: list[str]) -> dict[str, object]:
    return {
        "version": 1,
        "name": "small",
        "data": "animals",
        "classes": classes,
        "image_shape": [3, 8, 8],
        "parameters": 1234,
        "device": "cpu",
        "versions": {"torch": "2"},
        "started": "2025-01-01T00:00:00+00:00",
    }


def result(classes: list[str], matrix: list[list[int]]) -> dict[str, object]:
    return {
        "name": "small",
        "data": "animals",
        "device": "cpu",
        "parameters": 1234,
        "epochs": EPOCHS,
        "best_epoch": 3,
        "train_loss": 0.8,
        "train_accuracy": 0.75,
        "validation_loss": 0.9,
        "validation_accuracy": 0.65,
        "test_accuracy": 0.6,
        "test_loss": 1.0,
        "last_test_accuracy": 0.5,
        "per_class_accuracy": dict.fromkeys(classes, 0.5),
        "confusion_matrix": matrix,
        "seconds": 8.0,
        "images_per_second": 1000.0,
        "peak_memory_bytes": 1,
        "interrupted": False,
    }


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[..., Path]:
    """Writes a run folder with these classes and this confusion matrix."""

    def make(classes: tuple[str, ...] = ("cat", "dog"), matrix: list[list[int]] | None = None) -> Path:
        folder = tmp_path / "run"
        folder.mkdir()
        counts = matrix or [[3 if i == j else 1 for j in range(len(classes))] for i in range(len(classes))]
        (folder / "run.json").write_text(json.dumps(facts(list(classes))))
        lines = "".join(metrics_line(epoch) for epoch in range(1, EPOCHS + 1))
        (folder / "metrics.jsonl").write_text(lines)
        (folder / "result.json").write_text(json.dumps(result(list(classes), counts)))
        return folder

    return make
