"""A disk that is full, at any write: what is told, what stays, and that the rest gives the same bits."""

from __future__ import annotations

import errno
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from netdsl.cli.train.repeat import repeat
from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.training import Recipe
from netdsl.training.data.shapes import draw_shapes
from netdsl.training.progress.tensorboard import TensorBoardProgress
from netdsl.training.run_folder.checkpoint import read_checkpoint
from netdsl.training.run_folder.records import EpochMetrics
from netdsl.training.run_folder.writing import epoch_of
from tests.training.disturbed import (
    NOISY,
    Called,
    Noisy,
    assert_same_run,
    command,
    lines_of,
    own_cache,
    succeeds,
    temporary_files,
    write_figures,
)

# By their training loss, both epochs are the best so far.
RECIPE = Recipe(
    epochs=2,
    batch_size=40,
    learning_rate=0.01,
    validation=0.2,
    ema_decay=0.9,
    keep_every=1,
    best_by="train_loss",
)


@pytest.fixture(scope="module")
def called() -> Called:
    return Called(draw_shapes(train=100, test=20), RECIPE)


def refused(write: Callable[[], object]) -> Diagnostic:
    """The diagnostic of a write that fails."""
    with pytest.raises(DiagnosticError) as caught:
        write()
    return caught.value.diagnostic


def test_the_table_of_several_seeds(tmp_path: Path) -> None:
    (tmp_path / "runs.json").mkdir()
    result = {"interrupted": False, "seconds": 1.0, "best_epoch": 1}
    found = refused(lambda: repeat(lambda *_: result, [0], tmp_path))
    assert (found.code, found.file) == (codes.RUN_FOLDER, str(tmp_path))


def test_the_charts_of_tensorboard(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    board = tmp_path / "file"
    board.touch()
    progress = TensorBoardProgress(board)
    found = refused(lambda: progress.epoch(EpochMetrics(1, 2.0, 0.5, None, None, 0.1, 1.0, 10.0)))
    assert (found.code, found.file) == (codes.RUN_FOLDER, str(board))


class Disk:
    """A disk that says that it is full when it is to keep what was written for the `last` time or later."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.writes = 0
        self._sync = os.fsync

    def fsync(self, handle: int) -> None:
        self.writes += 1
        if self.writes >= self.last:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._sync(handle)


@contextmanager
def disk(last: int) -> Iterator[Disk]:
    """A disk that is full from that write on, within the block."""
    made = Disk(last)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", made.fsync)
        yield made


@pytest.fixture(scope="module")
def whole(called: Called, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The run on a large disk, and how often it writes."""
    with disk(10**9) as large:
        folder = called.begin(tmp_path_factory.mktemp("whole")).folder
    return folder, large.writes


def refusal(called: Called, folder: Path, last: int) -> Diagnostic:
    """What is told where the disk is full at that write."""
    with disk(last), pytest.raises(DiagnosticError) as caught:
        called.begin(folder)
    return caught.value.diagnostic


def test_every_write_can_be_the_one_that_fails(
    called: Called, whole: tuple[Path, int], tmp_path: Path
) -> None:
    expected, writes = whole
    assert writes > 20
    resumed = 0
    for last in range(1, writes + 1):
        folder = tmp_path / str(last)
        found = refusal(called, folder, last)
        assert found.code == codes.RUN_FOLDER
        assert found.message == f"{folder} can't be written: No space left on device"
        assert set(temporary_files(folder)) <= {"best.next.safetensors"}
        help_text = found.help or ""
        if (folder / "checkpoint.safetensors").exists():
            assert (
                f"make room, then go on from the last checkpoint: `netdsl train --resume {folder}`"
                in help_text
            )
            # Best weights are never ahead of the checkpoint that calls them so.
            best = read_checkpoint(folder / "checkpoint.safetensors").facts["best_epoch"]
            assert best in (epoch_of(folder / name) for name in ("best.safetensors", "best.next.safetensors"))
            assert (epoch_of(folder / "best.safetensors") or 0) <= best
            run, _ = called.resume(folder)
            assert_same_run(run.folder, expected)
            resumed += 1
        else:
            assert "give a folder that can be written with `--out`" in help_text
    assert resumed > 10


@pytest.fixture
def limits() -> Iterator[None]:
    """Limits on the size of files are lifted at the end."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def let_no_file_grow_beyond(size: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))


@pytest.mark.usefixtures("limits")
@pytest.mark.parametrize(("size", "cut"), [(3000, "weights"), (300, "metrics")])
def test_files_that_the_system_cuts_short(
    called: Called, whole: tuple[Path, int], tmp_path: Path, size: int, cut: str
) -> None:
    """From the second epoch on: the first one's checkpoint stays as it is."""
    folder = tmp_path / "run"
    batches_an_epoch = 2
    full = Noisy(batches_an_epoch + 1, lambda: let_no_file_grow_beyond(size))
    with pytest.raises(DiagnosticError) as caught:
        called.begin(folder, full)
    found = caught.value.diagnostic
    assert found.code == codes.RUN_FOLDER
    assert found.message.startswith(f"{folder} can't be written: ")
    assert f"`netdsl train --resume {folder}`" in (found.help or "")
    metrics = (folder / "metrics.jsonl").read_bytes()
    assert metrics.endswith(b"\n") == (cut == "weights")
    let_no_file_grow_beyond(resource.getrlimit(resource.RLIMIT_FSIZE)[1])
    called.resume(folder)
    assert_same_run(folder, whole[0])


def test_the_command_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "noisy.net").write_text(NOISY)
    write_figures(tmp_path / "figures.npz", train=100, test=20)
    train = (
        "train",
        "noisy.net",
        "--data",
        "figures.npz",
        "--device",
        "cpu",
        "--deterministic",
        "--epochs",
        "2",
    )
    with own_cache(tmp_path / "cache"):
        with disk(10**9) as large:
            succeeds(*train, "--out", "whole", cwd=tmp_path)
        with disk(large.writes - 2):
            code, output = command(*train, "--out", "run", cwd=tmp_path)
        assert code == 1
        assert "Traceback" not in output
        assert "error[E712]: run can't be written: No space left on device" in output
        assert "make room, then go on from the last checkpoint: `netdsl train --resume run`" in output
        succeeds("train", "--resume", "run", cwd=tmp_path)
    assert len(lines_of(tmp_path / "run")) == 2
    assert_same_run(tmp_path / "run", tmp_path / "whole")
