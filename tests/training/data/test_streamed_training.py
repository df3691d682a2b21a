from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from pathlib import Path

import pytest
from torch import nn

from netdsl.training import ImageDataset, ImageOptions, Progress, Recipe, Run, load_dataset, train

Write = Callable[..., list[Path]]


@pytest.fixture
def photos(tmp_path: Path, write_images: Write) -> Path:
    """Two classes of 20 and 12 images for training, and a few for the test."""
    for part, name, count in (("train", "cat", 20), ("train", "dog", 12), ("test", "cat", 5)):
        write_images(tmp_path / "photos" / part / name, count, size=(32, 32))
    return tmp_path / "photos"


def trained(
    data: ImageDataset, module: nn.Module, out: Path, progress: Progress | None = None, **keys: object
) -> Run:
    settings = {"epochs": 2, "batch_size": 8, "validation": 0.2, "stratified": True, "subset": 20, **keys}
    return train(module, data, Recipe(**settings), out, device="cpu", progress=progress)  # type: ignore[arg-type]


@pytest.mark.parametrize("keys", [{}, {"sampling_weights": "balanced", "samples_per_epoch": 30}])
def test_a_streamed_training_is_that_in_memory(
    photos: Path, tmp_path: Path, small_net: Callable[..., nn.Module], keys: dict[str, object]
) -> None:
    runs = []
    for storage in ("memory", "stream"):
        data = load_dataset(str(photos), options=ImageOptions(storage=storage, workers=2))
        runs.append(trained(data, small_net(2), tmp_path / storage, **keys))
        assert not multiprocessing.active_children()
    kept, streamed = runs
    assert [epoch.train_loss for epoch in kept.history] == [epoch.train_loss for epoch in streamed.history]
    assert kept.result.test_loss == streamed.result.test_loss
    assert kept.result.validation_accuracy == streamed.result.validation_accuracy


class Failing(Progress):
    def due(self) -> bool:
        raise OSError("the console is gone")


def test_no_process_is_left_where_training_fails(
    photos: Path, tmp_path: Path, small_net: Callable[..., nn.Module]
) -> None:
    data = load_dataset(str(photos), options=ImageOptions(storage="stream", workers=2))
    with pytest.raises(OSError, match="console") as failed:
        trained(data, small_net(2), tmp_path / "run", Failing(), batch_size=2)
    # The error is still at hand, and with it all that it passed through.
    assert failed.tb is not None
    assert not multiprocessing.active_children()
