from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.catalogue import data as codes
from netdsl.training import ImageDataset, ImageOptions, Progress, Recipe, Run, Split, load_dataset, train
from netdsl.training.run_folder.opened import open_run
from netdsl.training.saved.predict import Predictor
from netdsl.training.show import show_batch

Write = Callable[..., list[Path]]
Refused = Callable[[Callable[[], object]], Diagnostic]


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


class Dying(Split):
    """Images at whose reading torch tells that one of its processes was killed, as it may do anywhere."""

    def batches(self, positions: Sequence[Tensor]) -> Generator[Tensor, None, None]:
        raise RuntimeError("DataLoader worker (pid 7) is killed by signal: Killed.")


def test_a_killed_process_is_told_of_wherever_torch_tells_of_it(
    few_shapes: ImageDataset, tmp_path: Path, small_net: Callable[..., nn.Module], refused: Refused
) -> None:
    assert isinstance(few_shapes.train, Split)
    dying = Dying(few_shapes.train.images[:20], few_shapes.train.labels[:20])
    plain, net, folder = few_shapes.train.part(torch.arange(20)), small_net(), tmp_path / "run"
    recipe = Recipe(epochs=1, batch_size=10, validation=0)
    run = train(net, replace(few_shapes, train=plain, test=plain), recipe, folder, device="cpu")
    predictor = Predictor(open_run(folder), run.module, "cpu")
    for call in (
        lambda: train(net, replace(few_shapes, train=dying), recipe, tmp_path / "1", device="cpu"),
        lambda: train(
            net, replace(few_shapes, train=plain, test=dying), recipe, tmp_path / "test", device="cpu"
        ),
        lambda: show_batch(net, replace(few_shapes, train=dying), recipe, tmp_path / "batch.png", "cpu"),
        lambda: predictor.of_split(dying, torch.arange(3), "train"),
    ):
        assert refused(call).code == codes.WORKER_ENDED


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
