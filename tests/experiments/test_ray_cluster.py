"""What is said where there is no cluster, no Ray, or nothing that stops runs; and how a cluster is shared."""

from __future__ import annotations

import math
import socket
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from netdsl.diagnostics import DiagnosticError
from netdsl.experiments.engine.choose import open_engine
from netdsl.experiments.engine.tune.reached import stopped_at, value_of
from netdsl.experiments.engine.tune.share import Machine, Share, share_out
from netdsl.experiments.model import Asha
from netdsl.experiments.outcome import Stopped
from netdsl.training.run_folder.records import EpochMetrics
from tests.cli.run import run
from tests.experiments.fakes import FakeTrain
from tests.experiments.files import HEAD, read, runs


def refused(folder: Path) -> tuple[str, str, str]:
    """Code, message and help of a sweep by Ray that can't begin."""
    with pytest.raises(DiagnosticError) as caught, open_engine("ray", 2) as engine:
        list(engine.run(runs(HEAD), FakeTrain(folder)))
    found = caught.value.diagnostic
    return found.code.id, found.message, found.help or ""


def test_without_ray(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    code, message, help_text = refused(tmp_path)
    assert (code, help_text) == ("E727", "pip install 'netdsl[ray]'")
    assert message.startswith("this engine needs Ray Tune")


def test_nobody_listens_at_the_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setenv("RAY_ADDRESS", address)
        code, message, help_text = refused(tmp_path)
    assert (code, help_text) == ("E915", "start it with `ray start --head`, or leave RAY_ADDRESS away")
    assert message.startswith(f"the Ray cluster {address} can't be reached: ")


def test_a_client_can_not_drive_a_sweep(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "ray://127.0.0.1:1")
    assert refused(tmp_path) == (
        "E915",
        "a sweep can't be driven through ray://127.0.0.1:1: that is a client's address",
        "start the sweep on a machine of the cluster, with RAY_ADDRESS=auto",
    )


def test_nothing_is_started_where_nothing_is_to_be_trained(tmp_path: Path) -> None:
    with open_engine("ray", 2) as engine:
        assert list(engine.run([], FakeTrain(tmp_path))) == []
    import ray

    assert not ray.is_initialized()


def test_other_engines_do_not_take_a_scheduler(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rates.yaml"
    path.write_text("scheduler: {asha: {}}\n" + HEAD)
    code, _, err = run(capsys, "sweep", str(path), "--dry-run")
    assert code == 1
    assert "error[E916]: only Ray can stop runs early" in err
    assert "rates.yaml:1:1" in err
    assert run(capsys, "sweep", str(path), "--dry-run", "--engine", "ray")[0] == 0


def test_a_scheduler_has_defaults() -> None:
    scheduler = read("scheduler: {asha: {}}\n" + HEAD).experiment.scheduler
    assert scheduler is not None
    assert scheduler.asha.model_dump() == {
        "metric": "validation_accuracy",
        "grace_epochs": 3,
        "reduction_factor": 4,
    }


def test_a_scheduler_needs_what_it_goes_by() -> None:
    metrics = EpochMetrics(2, 1.5, 0.25, None, None, 0.1, 1.0, 100.0)
    assert stopped_at(metrics, 9, Asha(metric="train_loss")) == Stopped(2, 9, "train_loss", 1.5)
    diverged = replace(metrics, validation_accuracy=0.1)
    assert value_of(diverged, Asha(metric="validation_loss")) == math.inf
    assert stopped_at(diverged, 9, Asha(metric="validation_loss")).value is None
    with pytest.raises(DiagnosticError) as caught:
        value_of(metrics, Asha())
    found = caught.value.diagnostic
    assert (found.code.id, found.help is not None) == ("E914", True)
    assert found.message == "the runs have no validation_accuracy, by which the scheduler goes"


@pytest.mark.parametrize(
    ("machines", "jobs", "share"),
    [
        ([Machine(2)], 2, Share(1)),
        ([Machine(8)], 3, Share(2)),
        ([Machine(2)], 5, Share(1 / 3)),
        # Twelve each would leave the second without a machine.
        ([Machine(16), Machine(8)], 2, Share(8)),
        ([Machine(0), Machine(4)], 2, Share(2)),
        ([Machine(8, 2)], 2, Share(4, 1)),
        ([Machine(8, 4)], 2, Share(4, 1)),
        ([Machine(8, 2)], 4, Share(2, 1 / 2)),
        ([Machine(8, 2)], 5, Share(1, 1 / 3)),
        # Those without a GPU are left alone, and each of the others trains one.
        ([Machine(64), Machine(8, 1), Machine(64, 1)], 2, Share(8, 1)),
    ],
)
def test_all_runs_find_their_share(machines: list[Machine], jobs: int, share: Share) -> None:
    assert share_out(machines, jobs, with_gpus=True) == share
    assert sum(share.times(each) for each in machines) >= jobs


def test_without_gpus_every_machine_trains() -> None:
    assert share_out([Machine(4), Machine(4, 1)], 2, with_gpus=False) == Share(4)


def test_a_cluster_without_cores() -> None:
    with pytest.raises(ValueError, match="no cores"):
        share_out([Machine(0)], 1, with_gpus=True)
