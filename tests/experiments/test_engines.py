"""Engines: the order of runs, a process that dies, and an interruption that saves everything."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from netdsl.experiments.engine.local import LocalEngine
from netdsl.experiments.engine.processes import ProcessEngine
from netdsl.experiments.engine.protocol import Engine
from netdsl.experiments.outcome import Outcome
from tests.experiments.fakes import FakeTrain, accuracy, begun
from tests.experiments.files import HEAD, runs

FOUR = runs(HEAD + "recipe: {epochs: 4}\ngrid: {set.p: [0, 0.2, 0.4, 0.6]}\n")
NAMES = [run.label for run in FOUR]

both = pytest.mark.parametrize("engine", [LocalEngine(), ProcessEngine(2)], ids=["local", "processes"])


@both
def test_every_run_has_its_outcome(engine: Engine, tmp_path: Path) -> None:
    outcomes = {each.run.label: each for each in engine.run(FOUR, FakeTrain(tmp_path))}
    assert set(outcomes) == set(NAMES)
    assert sorted(begun(tmp_path)) == NAMES
    for run in FOUR:
        result = outcomes[run.label].result
        assert result is not None
        assert result.test_accuracy == accuracy(run)
        assert (tmp_path / run.folder / "result.json").exists()


@both
def test_nothing_to_do(engine: Engine, tmp_path: Path) -> None:
    assert list(engine.run([], FakeTrain(tmp_path))) == []


def test_the_local_engine_keeps_the_order(tmp_path: Path) -> None:
    outcomes = list(LocalEngine().run(FOUR, FakeTrain(tmp_path)))
    assert [each.run.label for each in outcomes] == begun(tmp_path) == NAMES


def test_one_process_keeps_the_order(tmp_path: Path) -> None:
    assert [each.run.label for each in ProcessEngine(1).run(FOUR, FakeTrain(tmp_path))] == NAMES


@both
def test_a_failed_run_leaves_the_others_alone(engine: Engine, tmp_path: Path) -> None:
    outcomes = {each.run.label: each for each in engine.run(FOUR, FakeTrain(tmp_path, {NAMES[1]: "fails"}))}
    assert {name for name, each in outcomes.items() if each.failure is not None} == {NAMES[1]}
    assert sum(each.is_finished for each in outcomes.values()) == 3


def test_after_a_wish_to_stop_the_local_engine_begins_nothing(tmp_path: Path) -> None:
    outcomes = list(LocalEngine().run(FOUR, FakeTrain(tmp_path, {NAMES[1]: "stops"})))
    assert [(each.run.label, each.is_interrupted) for each in outcomes] == [
        (NAMES[0], False),
        (NAMES[1], True),
    ]


def test_ctrl_c_between_two_local_runs_begins_nothing(tmp_path: Path) -> None:
    arriving = LocalEngine().run(FOUR, FakeTrain(tmp_path))
    next(arriving)
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
    arriving.close()
    assert begun(tmp_path) == NAMES[:1]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_killed_process_fails_its_run_alone(tmp_path: Path) -> None:
    engine = ProcessEngine(2)
    outcomes = {each.run.label: each for each in engine.run(FOUR, FakeTrain(tmp_path, {NAMES[1]: "dies"}))}
    assert set(outcomes) == set(NAMES)
    failure = outcomes.pop(NAMES[1]).failure
    assert failure is not None
    assert (failure.code, failure.message) == ("E913", "its process was killed by SIGKILL")
    assert all(each.is_finished for each in outcomes.values())


def test_every_process_may_die(tmp_path: Path) -> None:
    outcomes = list(ProcessEngine(2).run(FOUR, FakeTrain(tmp_path, dict.fromkeys(NAMES, "dies"))))
    assert sorted(each.run.label for each in outcomes) == NAMES
    assert all(each.failure is not None for each in outcomes)


def test_an_interruption_saves_every_run_that_is_trained(tmp_path: Path) -> None:
    """The second run sends Ctrl-C to this process once both are trained."""
    acts = {NAMES[0]: "waits", NAMES[1]: "calls"}
    outcomes: list[Outcome] = list(ProcessEngine(2).run(FOUR, FakeTrain(tmp_path, acts)))
    assert sorted(each.run.label for each in outcomes) == NAMES[:2]
    assert all(each.is_interrupted for each in outcomes)
    assert sorted(begun(tmp_path)) == NAMES[:2]


def test_processes_end_with_the_engine(tmp_path: Path) -> None:
    acts = {NAMES[1]: "waits"}
    arriving = ProcessEngine(2).run(FOUR[:2], FakeTrain(tmp_path, acts))
    assert next(arriving).run.label == NAMES[0]
    # Only returns once the process that waits has been told to stop, and has ended.
    arriving.close()
    assert sorted(begun(tmp_path)) in (NAMES[:1], NAMES[:2])
