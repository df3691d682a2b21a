"""Ctrl-C and SIGTERM: the state is saved after a step, and the rest of the training gives the same bits."""

from __future__ import annotations

import json
import re
import shlex
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from netdsl.training import ImageDataset, Recipe
from tests.training.disturbed import (
    NOISY,
    Called,
    Noisy,
    Notes,
    assert_same_run,
    command,
    epochs_done,
    lines_of,
    netdsl_process,
    own_cache,
    succeeds,
    temporary_files,
    write_figures,
)

OPTIONS = (
    "--data figures.npz --deterministic --device cpu --batch-size 32 --optimizer sgd --learning-rate 0.05 "
    "--momentum 0.9 --ema-decay 0.9 --crop-padding 2 --horizontal-flip"
).split()
ENDLESS = "1000000"
SIGNALS = [signal.SIGINT, signal.SIGTERM]

# 13 batches, so that accumulated steps don't come out even.
RECIPE = Recipe(
    epochs=3,
    batch_size=25,
    accumulation_steps=3,
    learning_rate=0.01,
    validation=0.2,
    crop_padding=2,
    ema_decay=0.9,
    horizontal_flip=True,
)
STEPS_AN_EPOCH = 5
CALLS_AN_EPOCH = 13


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with noisy.net and figures.npz."""
    root = tmp_path_factory.mktemp("interrupt")
    (root / "noisy.net").write_text(NOISY)
    write_figures(root / "figures.npz", train=200, test=40)
    return root


def resume_command(output: str) -> list[str]:
    """The arguments of the command with which the training is said to go on."""
    (found,) = re.findall(r"go on with `netdsl (train --resume [^`]+)`", output)
    return shlex.split(found)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_command_that_is_stopped_goes_on_to_the_same_bits(
    place: Path, tmp_path: Path, number: signal.Signals
) -> None:
    folder = tmp_path / "stopped"
    begun = ("train", "noisy.net", *OPTIONS, "--epochs", ENDLESS, "--out", str(folder))
    with netdsl_process(*begun, cwd=place) as process:
        process.wait_until(lambda: epochs_done(folder) >= 1)
        process.send(number)
        assert process.end() == 130, process.output
        output = process.output
    assert "Traceback" not in output
    assert "; the state is saved: go on with" in output
    done = len(lines_of(folder))
    assert f"interrupted after {done} of {ENDLESS} epochs" in output
    assert temporary_files(folder) == []
    length = ("--epochs", str(done + 2))
    with own_cache(tmp_path / "cache"):
        assert f"resumed after epoch {done}" in succeeds(*resume_command(output), *length, cwd=place)
        succeeds("train", "noisy.net", *OPTIONS, *length, "--out", str(tmp_path / "whole"), cwd=place)
    assert_same_run(folder, tmp_path / "whole")


@pytest.fixture(scope="module")
def called(few_shapes: ImageDataset) -> Called:
    return Called(few_shapes, RECIPE)


@pytest.fixture(scope="module")
def whole(called: Called, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run that nobody interrupted."""
    return called.begin(tmp_path_factory.mktemp("whole")).folder


def stop(*numbers: signal.Signals) -> Callable[[], None]:
    """What sends these signals to this process, which hears each at once."""

    def send() -> None:
        for number in numbers:
            signal.raise_signal(number)

    return send


def facts_of(folder: Path) -> tuple[int, int]:
    """The finished epochs of a checkpoint, and the steps of the epoch after them."""
    with safe_open(folder / "checkpoint.safetensors", framework="pt") as file:
        facts = json.loads(file.metadata()["facts"])
    return facts["epoch"], facts["update"]


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize(
    ("call", "epochs", "steps"),
    [
        (1, 0, 1),
        (2, 0, 1),
        (4, 0, 2),
        (CALLS_AN_EPOCH, 1, 0),
        (CALLS_AN_EPOCH + 1, 1, 1),
        (2 * CALLS_AN_EPOCH + 12, 2, 4),
    ],
)
def test_any_step_can_be_the_last(
    called: Called, whole: Path, tmp_path: Path, number: signal.Signals, call: int, epochs: int, steps: int
) -> None:
    before = signal.getsignal(number)
    run = called.begin(tmp_path / "run", Noisy(call, stop(number)))
    assert signal.getsignal(number) == before
    assert run.result.interrupted
    assert facts_of(run.folder) == (epochs, steps)
    told = [f"epoch {epochs}" + (f" and {steps} of {STEPS_AN_EPOCH} steps of the next" if steps else "")]
    run, notes = called.resume(run.folder)
    assert [note for note in notes if "resumed" in note] == [f"resumed after {each}" for each in told]
    assert not run.result.interrupted
    assert_same_run(run.folder, whole)


def test_many_stops_make_no_difference(called: Called, whole: Path, tmp_path: Path) -> None:
    run = called.begin(tmp_path / "run", Noisy(1, stop(signal.SIGINT)))
    stops = 1
    while run.result.interrupted:
        run, _ = called.resume(run.folder, Noisy(5, stop(signal.SIGINT)))
        stops += run.result.interrupted
    assert stops >= 5
    assert_same_run(run.folder, whole)


def test_a_stop_in_the_last_step_comes_too_late(called: Called, whole: Path, tmp_path: Path) -> None:
    run = called.begin(tmp_path / "run", Noisy(3 * CALLS_AN_EPOCH, stop(signal.SIGINT)))
    assert not run.result.interrupted
    assert_same_run(run.folder, whole)


@pytest.mark.parametrize("call", [2, CALLS_AN_EPOCH + 5])
def test_a_second_signal_interrupts_at_once(called: Called, whole: Path, tmp_path: Path, call: int) -> None:
    heard = Notes()
    module = Noisy(call, stop(signal.SIGINT, signal.SIGTERM))
    run = called.begin(tmp_path / "run", module, heard)
    assert module.calls == call
    assert run.result.interrupted
    done = call // CALLS_AN_EPOCH
    command_ = f"netdsl train --resume {run.folder}"
    assert heard.notes[-1] == (
        f"interrupted after {done} of 3 epochs, in the middle of a step: the last checkpoint goes on with "
        f"`{command_}`"
    )
    assert (run.folder / "checkpoint.safetensors").exists() == (done > 0)
    assert (run.folder / "last.safetensors").is_file()
    run, _ = called.resume(run.folder)
    assert_same_run(run.folder, whole)


def test_a_second_signal_keeps_the_average_too(called: Called, tmp_path: Path) -> None:
    once = Noisy(CALLS_AN_EPOCH + 3, stop(signal.SIGINT))
    twice = Noisy(CALLS_AN_EPOCH + 5, stop(signal.SIGINT, signal.SIGTERM))
    after, within = (
        load_file(called.begin(tmp_path / name, module).folder / "last.safetensors")
        for name, module in (("after", once), ("within", twice))
    )
    assert after.keys() == within.keys()
    assert all(torch.equal(after[name], within[name]) for name in after)


def test_a_thread_that_hears_no_signals_trains_all_the_same(
    called: Called, whole: Path, tmp_path: Path
) -> None:
    thread = threading.Thread(target=called.begin, args=(tmp_path / "run",))
    before = signal.getsignal(signal.SIGINT)
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGINT) == before
    assert_same_run(tmp_path / "run", whole)


def test_an_interruption_before_training_leaves_no_run(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While images are read, nothing can be saved."""

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("netdsl.training.load_dataset", interrupted)
    folder = tmp_path / "run"
    code, output = command("train", "noisy.net", *OPTIONS, "--out", str(folder), cwd=place)
    assert (code, output) == (130, "interrupted\n")
    assert not folder.exists()
