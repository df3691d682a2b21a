from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from torch import nn

from netdsl.diagnostics import Diagnostic
from netdsl.training import EpochMetrics, ImageDataset, Progress, Recipe, Result, train
from netdsl.training.progress.tensorboard import Progresses, TensorBoardProgress
from tests.training.disturbed import QUIET, succeeds, write_figures

Net = Callable[..., nn.Module]
Refused = Callable[[Callable[[], object]], Diagnostic]

needs_tensorboard = pytest.mark.skipif(
    find_spec("tensorboard") is None, reason="needs the extra `tensorboard`"
)

METRICS = EpochMetrics(1, 2.0, 0.1, None, None, 0.1, 1.0, 100.0)


def read(folder: Path) -> dict[str, list[tuple[int, float]]]:
    """Steps and values of each chart, as TensorBoard shows them."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(folder))
    events.Reload()
    return {tag: [(e.step, e.value) for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}


@needs_tensorboard
def test_the_charts_of_a_run(tmp_path: Path, small_net: Net, few_shapes: ImageDataset) -> None:
    board = TensorBoardProgress(tmp_path / "board")
    recipe = Recipe(epochs=2, validation=0.2)
    run = train(small_net(), few_shapes, recipe, tmp_path / "run", device="cpu", progress=board)
    charts = read(tmp_path / "board")
    assert set(charts) == {
        "loss/train",
        "loss/validation",
        "loss/test",
        "accuracy/train",
        "accuracy/validation",
        "accuracy/test",
        "learning_rate",
        "images_per_second",
    }
    losses = [(epoch.epoch, pytest.approx(epoch.train_loss)) for epoch in run.history]
    assert charts["loss/train"] == losses
    assert charts["accuracy/test"] == [(run.result.best_epoch, pytest.approx(run.result.test_accuracy))]


@needs_tensorboard
def test_a_part_that_is_not_there_has_no_chart(tmp_path: Path) -> None:
    board = TensorBoardProgress(tmp_path)
    board.epoch(METRICS)
    board.close()
    assert "loss/validation" not in read(tmp_path)
    assert "loss/train" in read(tmp_path)


@needs_tensorboard
def test_epochs_that_come_again_take_the_place_of_the_earlier(tmp_path: Path) -> None:
    first = TensorBoardProgress(tmp_path)
    for epoch in (1, 2, 3):
        first.epoch(replace(METRICS, epoch=epoch, train_loss=9.0))
    first.close()
    resumed = TensorBoardProgress(tmp_path)
    resumed.epoch(replace(METRICS, epoch=3, train_loss=1.0))
    resumed.close()
    assert read(tmp_path)["loss/train"] == [(1, 9.0), (2, 9.0), (3, 1.0)]


def test_without_tensorboard(tmp_path: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netdsl.training.progress.tensorboard.find_spec", lambda name: None)
    found = refused(lambda: TensorBoardProgress(tmp_path))
    assert found.code.id == "E727"
    assert "netdsl[tensorboard]" in str(found.help)


class Listener(Progress):
    """Writes down what it hears."""

    def __init__(self, wants_steps: bool = False) -> None:
        self.heard: list[str] = []
        self.wants_steps = wants_steps

    def reading(self, done: int, total: int) -> None:
        self.heard.append("reading")

    def begin(self, headline: str, epochs: int) -> None:
        self.heard.append("begin")

    def due(self) -> bool:
        return self.wants_steps

    def step(self, epoch: int, done: int, total: int, loss: float) -> None:
        self.heard.append("step")

    def epoch(self, metrics: EpochMetrics) -> None:
        self.heard.append("epoch")

    def note(self, text: str) -> None:
        self.heard.append("note")

    def end(self, result: Result) -> None:
        self.heard.append("end")

    def close(self) -> None:
        self.heard.append("close")


def test_each_of_several_hears_everything(tmp_path: Path, small_net: Net, few_shapes: ImageDataset) -> None:
    alone, first, second = Listener(True), Listener(True), Listener(False)
    recipe = Recipe(epochs=1, validation=0.2)
    train(small_net(), few_shapes, recipe, tmp_path / "a", device="cpu", progress=alone)
    train(small_net(), few_shapes, recipe, tmp_path / "b", device="cpu", progress=Progresses(first, second))
    assert first.heard == second.heard == alone.heard
    assert {"begin", "step", "epoch", "end", "close"} <= set(alone.heard)
    assert not Progresses(second, Listener()).due()


@needs_tensorboard
def test_the_files_lie_in_the_run_folder_also_where_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "quiet.net").write_text(QUIET)
    write_figures(tmp_path / "figures.npz", train=60, test=20)
    options = ("--data", "figures.npz", "--epochs", "1", "--device", "cpu", "--tensorboard")
    for number in (1, 2):
        succeeds("train", "quiet.net", *options, cwd=tmp_path)
        folder = tmp_path / "runs" / f"quiet-{number}"
        assert (folder / "result.json").is_file()
        assert read(folder)["accuracy/test"]
