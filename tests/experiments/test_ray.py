"""Ray's engine: the same figures as the local one's, whatever happens to workers; and bad runs stopped."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.torch import load_file

from netdsl.experiments.engine.local import LocalEngine
from netdsl.experiments.engine.protocol import Engine
from netdsl.experiments.engine.tune.quiet import keep_quiet
from netdsl.experiments.plan import Choices
from netdsl.experiments.search import Searcher
from netdsl.experiments.sweep import Ending, Sweep
from netdsl.experiments.train_one import Circumstances, TrainOne
from netdsl.training.data.shapes import draw_shapes
from netdsl.training.image_options import ImageOptions
from netdsl.training.progress import Progress
from tests.cli.run import environment
from tests.experiments.fakes import FakeTrain
from tests.experiments.files import HEAD, read, runs
from tests.experiments.ray_trains import PATIENCE, Act, Disturbing, Interrupt, die_once

keep_quiet()
from netdsl.experiments.engine.tune.cluster import Cluster  # noqa: E402
from netdsl.experiments.engine.tune.engine import RayEngine  # noqa: E402

NET = """net Tiny(width = 4, classes = 10) {
    input 3x8x8
    conv(width, 3, padding=1) -> bn -> relu -> dropout(0.1)
    flatten -> linear(classes)
}
"""
TEXT = """title: Tiny networks
net: tiny.net
recipe: {epochs: 4, batch_size: 10, learning_rate: 0.01, memory_format: contiguous, compile: off}
runs:
  - {name: plain, reported: {test_accuracy: 0.2}}
  - {name: wide, set: {width: 6}}
"""
EXPLODING = "  - {name: exploding, recipe: {optimizer: sgd, learning_rate: 1.0e+30}}\n"
HOPELESS = "  - {name: hopeless, recipe: {learning_rate: 1.0e-9}, reported: {test_accuracy: 0.5}}\n"
ASHA = "scheduler: {asha: {metric: train_loss, grace_epochs: 2, reduction_factor: 2}}\n"
TIMES = re.compile(r'"seconds": [\d.e-]+')


@contextmanager
def scratch() -> Iterator[str]:
    """A folder for Ray: pytest's have paths that are too long for its sockets."""
    with tempfile.TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True) as folder:
        yield folder


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A cluster of this machine, with two cores."""
    with scratch() as folder, pytest.MonkeyPatch.context() as patch:
        for name, value in surroundings(folder).items():
            patch.setenv(name, value)
        with closing(Cluster(cores=2)) as cluster:
            cluster.connect()
            yield cluster


def surroundings(folder: str) -> dict[str, str]:
    """Variables with which Ray writes into a folder, and ends no worker for the memory that others take."""
    return {
        "RAY_TMPDIR": folder,
        "HOME": folder,
        "RAY_ADDRESS": "",
        "RAY_memory_monitor_refresh_ms": "0",
    }


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tiny.net, and few.npz with 60 drawn images to train on and 20 to test."""
    folder = tmp_path_factory.mktemp("few")
    (folder / "tiny.net").write_text(NET)
    drawn = draw_shapes(train=60, test=20, options=ImageOptions(resize=(8, 8)))
    arrays: dict[str, Any] = {}
    for name, part in (("train", drawn.train), ("test", drawn.test)):
        arrays[f"x_{name}"] = part.images.permute(0, 2, 3, 1).numpy()  # type: ignore[union-attr]
        arrays[f"y_{name}"] = part.labels.numpy()  # type: ignore[union-attr]
    np.savez(folder / "few.npz", **arrays)
    return folder


class Swept:
    """A sweep of an experiment in a folder, carried out as often as wanted."""

    def __init__(self, few: Path, folder: Path, text: str = TEXT) -> None:
        self.few, self.folder, self.text = few, folder, text

    def __call__(self, engine: Engine, act: Act | None = None) -> Ending:
        data = str(self.few / "few.npz")
        sweep = Sweep(read(self.text).experiment, data, self.folder)
        planned = runs(self.text, self.few)
        train = TrainOne(Circumstances(self.folder, data, device="cpu"), lambda _: Progress())
        return sweep.carry_out(planned, planned, engine, Disturbing(train, self.folder, act), lambda *_: None)

    @property
    def rows(self) -> dict[str, Any]:
        """The rows of the table that was saved, without times, by the names of the runs."""
        text = (self.folder / "table.json").read_text(encoding="utf-8")
        return {row["run"]: row for row in json.loads(TIMES.sub('"seconds": 0', text))["rows"]}

    def metrics(self, run: str) -> list[int]:
        """The epochs of a run, in the order of its records."""
        lines = (self.folder / run / "seed-0" / "metrics.jsonl").read_text().splitlines()
        return [json.loads(line)["epoch"] for line in lines]


def assert_same_weights(one: Swept, other: Swept, run: str) -> None:
    """To the bit."""
    for name in ("best.safetensors", "last.safetensors"):
        ours = load_file(one.folder / run / "seed-0" / name)
        theirs = load_file(other.folder / run / "seed-0" / name)
        assert ours.keys() == theirs.keys()
        assert all(ours[key].equal(theirs[key]) for key in ours), name


@pytest.fixture(scope="module")
def undisturbed(few: Path, tmp_path_factory: pytest.TempPathFactory) -> Swept:
    """What the local engine makes of two good runs and one that fails."""
    swept = Swept(few, tmp_path_factory.mktemp("undisturbed"), TEXT + EXPLODING)
    assert swept(LocalEngine()) is Ending.SOME_FAILED
    return swept


def test_two_workers_make_the_table_of_the_local_engine_though_a_run_fails(
    cluster: Cluster, few: Path, undisturbed: Swept, tmp_path: Path
) -> None:
    swept = Swept(few, tmp_path, TEXT + EXPLODING)
    assert swept(RayEngine(2, cluster)) is Ending.SOME_FAILED
    assert swept.rows["exploding"]["state"].startswith("failed: E7")
    assert swept.rows["wide"]["test_accuracy"] is not None
    assert swept.rows == undisturbed.rows
    for run in ("plain", "wide"):
        assert_same_weights(swept, undisturbed, run)


def test_the_run_of_a_killed_worker_goes_on_from_its_checkpoint(
    cluster: Cluster, few: Path, undisturbed: Swept, tmp_path: Path
) -> None:
    swept = Swept(few, tmp_path)
    assert swept(RayEngine(2, cluster), die_once) is Ending.FINISHED
    assert (tmp_path / "killed").exists()
    for run in ("plain", "wide"):
        assert swept.metrics(run) == [1, 2, 3, 4]
        assert swept.rows[run] == undisturbed.rows[run]
        assert_same_weights(swept, undisturbed, run)


def test_interrupted_runs_are_saved_and_go_on_elsewhere(
    cluster: Cluster, few: Path, undisturbed: Swept, tmp_path: Path
) -> None:
    swept = Swept(few, tmp_path, TEXT + "  - {name: later, recipe: {epochs: 2}}\n")
    assert swept(RayEngine(2, cluster), Interrupt(os.getpid(), runs=2)) is Ending.INTERRUPTED
    assert {name: row["state"] for name, row in swept.rows.items()} == {
        "plain": "interrupted",
        "wide": "interrupted",
        "later": "not trained yet",
    }
    assert swept.metrics("plain") == swept.metrics("wide") == [1, 2]
    assert not (tmp_path / "later").exists()
    assert swept(LocalEngine()) is Ending.FINISHED
    for run in ("plain", "wide"):
        assert swept.rows[run] == undisturbed.rows[run]
        assert_same_weights(swept, undisturbed, run)


def test_a_hopeless_run_is_stopped_early_until_no_scheduler_is_asked_for(
    cluster: Cluster, few: Path, tmp_path: Path
) -> None:
    asha = read(ASHA + TEXT + HOPELESS).experiment.scheduler
    assert asha is not None
    swept = Swept(few, tmp_path, ASHA + TEXT + HOPELESS)
    # One at a time: which runs are stopped depends on their order.
    assert swept(RayEngine(1, cluster, asha.asha)) is Ending.FINISHED
    hopeless = swept.rows["hopeless"]
    assert re.fullmatch(
        r"stopped early by the scheduler at epoch 2 of 4, train loss [\d.]+", hopeless["state"]
    )
    assert (hopeless["test_accuracy"], hopeless["difference"]) == (None, {})
    assert swept.rows["plain"]["state"] is None
    assert swept.metrics("hopeless") == [1, 2]
    assert swept(RayEngine(1, cluster, asha.asha)) is Ending.FINISHED
    assert swept.metrics("hopeless") == [1, 2]
    swept.text = TEXT + HOPELESS
    assert swept(LocalEngine()) is Ending.FINISHED
    assert swept.metrics("hopeless") == [1, 2, 3, 4]
    assert swept.rows["hopeless"]["state"] is None
    assert "test_accuracy" in swept.rows["hopeless"]["difference"]


def test_a_run_that_every_worker_dies_of_leaves_the_others_alone(cluster: Cluster, tmp_path: Path) -> None:
    two = runs(HEAD + "recipe: {epochs: 4}\ngrid: {set.p: [0, 0.2]}\n")
    train = FakeTrain(tmp_path, {two[0].label: "dies"})
    with closing(RayEngine(1, cluster, restarts=1).run(two, train)) as arriving:
        outcomes = {each.run.label: each for each in arriving}
    failure = outcomes.pop(two[0].label).failure
    assert failure is not None
    assert (failure.code, failure.message) == ("E913", "its worker died 2 times")
    assert [each.is_finished for each in outcomes.values()] == [True]


def test_a_search_has_its_batches_trained(cluster: Cluster, tmp_path: Path) -> None:
    text = HEAD + (
        "recipe: {epochs: 4}\nsearch:\n  trials: 3\n  metric: test_accuracy\n"
        "  space: {recipe.learning_rate: {log_uniform: [1.0e-4, 1]}}\n"
    )
    tables = []
    for name, engine in (("ray", RayEngine(2, cluster)), ("local", LocalEngine())):
        folder = tmp_path / name
        searcher = Searcher(read(text), Choices(), Sweep(read(text).experiment, "shapes", folder))
        assert searcher.carry_out(engine, FakeTrain(folder), 2, lambda *_: None) is Ending.FINISHED
        tables.append((folder / "table.json").read_text())
    assert tables[0] == tables[1]
    assert [row["state"] for row in json.loads(tables[0])["rows"]] == [None] * 3


def test_on_the_terminal_ray_is_silent_and_nothing_of_it_is_left(few: Path, tmp_path: Path) -> None:
    """A cluster of its own, as from a shell."""
    text = TEXT.replace("tiny.net", str(few / "tiny.net")).replace("plain,", "plain, recipe: {epochs: 1},")
    (tmp_path / "tiny.yaml").write_text(text)
    arguments = ["sweep", "tiny.yaml", "--data", str(few / "few.npz"), "--only", "plain", "--device", "cpu"]
    with scratch() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "netdsl", *arguments, "--engine", "ray"],
            cwd=tmp_path,
            env=environment(**surroundings(folder), COLUMNS="80"),
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr
        shown = [line.partition(":")[0] for line in done.stderr.splitlines()]
        assert set(shown) == {"plain, seed 0", "the table is in runs/tiny/table.md"}
        assert any("epoch 1/1" in line for line in done.stderr.splitlines())
        assert done.stdout.split()[:2] == ["Tiny", "networks"]
        assert "ray" not in done.stdout.lower()
        deadline = time.monotonic() + PATIENCE
        while any(folder in command for command in commands()):
            assert time.monotonic() < deadline, [each for each in commands() if folder in each]
            time.sleep(0.1)


def commands() -> Iterator[str]:
    """The command lines of all processes of this machine."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield path.read_text()
        except OSError:
            # It has ended meanwhile.
            continue
