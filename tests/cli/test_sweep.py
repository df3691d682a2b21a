"""`netdsl sweep`: a tiny network on few images, interrupted, repeated, mended and asked for in every way."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netdsl.experiments.progress import shown_alone
from netdsl.training.data.shapes import draw_shapes
from netdsl.training.image_options import ImageOptions
from netdsl.training.progress import Progress
from netdsl.training.run_folder.records import EpochMetrics
from tests.cli.run import run, run_json, run_python
from tests.training.disturbed import PATIENCE, Process

Capture = pytest.CaptureFixture[str]

NET = """net Tiny(width = 4, classes = 10) {
    input 3x8x8
    conv(width, 3, padding=1) -> bn -> relu -> dropout(0.1)
    flatten -> linear(classes)
}
"""
FILE = """title: Tiny networks
source: Nobody, 2020
net: tiny.net
data: few.npz
recipe: {epochs: 3, batch_size: 10, learning_rate: 0.01}
runs:
  - name: as published
    reported: {test_accuracy: 0.2, epochs: 3}
  - {name: wide, set: {width: 6}, seeds: 2}
  - {name: short, recipe: {epochs: 2}}
"""
OPTIONS = ("--deterministic", "--device", "cpu")
TIMES = re.compile(r'"seconds": [\d.e-]+')


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with 60 images to train on and 20 to test."""
    path = tmp_path_factory.mktemp("images") / "few.npz"
    few = draw_shapes(train=60, test=20, options=ImageOptions(resize=(8, 8)))
    arrays: dict[str, Any] = {}
    for name, part in (("train", few.train), ("test", few.test)):
        arrays[f"x_{name}"] = part.images.permute(0, 2, 3, 1).numpy()  # type: ignore[union-attr]
        arrays[f"y_{name}"] = part.labels.numpy()  # type: ignore[union-attr]
    np.savez(path, **arrays)
    return path


@pytest.fixture
def folder(images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with tiny.net, few.npz and tiny.yaml; pictures take too long for a test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr("netdsl.report.after_training.write_pictures", lambda _: None)
    (tmp_path / "few.npz").write_bytes(images.read_bytes())
    (tmp_path / "tiny.net").write_text(NET)
    (tmp_path / "tiny.yaml").write_text(FILE)
    return tmp_path


def sweep(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    return run(capsys, "sweep", "tiny.yaml", *OPTIONS, *arguments)


def table(folder: Path, out: str = "runs/tiny") -> Any:
    """The table, without times."""
    return json.loads(TIMES.sub('"seconds": 0', (folder / out / "table.json").read_text()))


def row(folder: Path, name: str) -> Any:
    return next(each for each in table(folder)["rows"] if each["run"] == name)


def times_of_results(folder: Path) -> dict[str, int]:
    """When each run's result was written."""
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("result.json")}


class Interrupting(Progress):
    """Shows nothing, and sends this process Ctrl-C at a moment of a run."""

    def __init__(self, moment: str) -> None:
        self.moment = moment

    def begin(self, headline: str, epochs: int) -> None:
        self.interrupt("begin")

    def epoch(self, metrics: EpochMetrics) -> None:
        self.interrupt(f"epoch {metrics.epoch}")

    def interrupt(self, moment: str) -> None:
        if moment == self.moment:
            os.kill(os.getpid(), signal.SIGINT)


@pytest.fixture
def interrupt(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Has the next sweep interrupted at a moment (`begin`, `epoch 2`) of the run with a label."""

    def prepare(label: str, moment: str) -> None:
        def show(shown: str) -> Progress:
            return Interrupting(moment) if shown == label else Progress()

        monkeypatch.setattr("netdsl.cli.sweep.carry_out.shown_alone", show if label else shown_alone)

    return prepare


@pytest.mark.parametrize(
    "moments",
    [
        [("as published, seed 0", "epoch 1"), ("wide, seed 1", "epoch 2")],
        [("as published, seed 0", "begin"), ("short, seed 0", "begin")],
        [("wide, seed 0", "epoch 1"), ("wide, seed 0", "epoch 2"), ("short, seed 0", "epoch 1")],
    ],
)
def test_interrupted_and_repeated_it_ends_with_the_table_of_one_in_a_single_go(
    folder: Path, capsys: Capture, interrupt: Callable[[str, str], None], moments: list[tuple[str, str]]
) -> None:
    interrupt("nobody", "never")
    assert sweep(capsys, "--out", "whole")[0] == 0
    for label, moment in moments:
        interrupt(label, moment)
        code, _, err = sweep(capsys)
        assert code == 130
        again = "netdsl sweep tiny.yaml --deterministic --device cpu"
        assert f"interrupted; repeat the command to go on: {again}" in err
        assert row(folder, label.partition(",")[0])["state"]
    interrupt("nobody", "never")
    before = times_of_results(folder)
    finished = {name for name in before if not json.loads((folder / name).read_text())["interrupted"]}
    assert sweep(capsys)[0] == 0
    after = times_of_results(folder)
    assert all(after[name] == before[name] for name in finished)
    assert table(folder) == table(folder, "whole")
    for name in ("as-published/seed-0", "wide/seed-0", "wide/seed-1", "short/seed-0"):
        parts, whole = (folder / out / name / "last.safetensors" for out in ("runs/tiny", "whole"))
        assert parts.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("moment", ["reading", "drawing"])
def test_ctrl_c_outside_of_a_training(
    folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """While the images are read, or the pictures of a finished run are drawn."""
    from netdsl.training import load_dataset

    def interrupted(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    with monkeypatch.context() as patch:
        if moment == "reading":
            patch.setattr("netdsl.training.load_dataset", interrupted, raising=False)
        else:
            patch.setattr("netdsl.report.after_training.write_pictures", interrupted)
        assert sweep(capsys)[0] == 130
    assert callable(load_dataset)
    assert row(folder, "as published")["epochs"] is None
    done = times_of_results(folder)
    assert len(done) == (moment == "drawing")
    code, out, _ = sweep(capsys)
    assert code == 0
    assert done.items() <= times_of_results(folder).items()
    assert "as published" in out


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_of_a_terminal_saves_every_run(folder: Path, jobs: str) -> None:
    """Of runs so long that they can't end before."""
    (folder / "tiny.yaml").write_text(FILE.replace("epochs: 3,", "epochs: 1000000,"))
    command = [sys.executable, "-m", "netdsl", "sweep", "tiny.yaml", "--device", "cpu", "--jobs", jobs]
    trained = [folder / "runs/tiny/as-published/seed-0", folder / "runs/tiny/wide/seed-0"][: int(jobs)]
    with Process(*command, cwd=folder) as process:
        process.wait_until(lambda: all((place / "metrics.jsonl").exists() for place in trained))
        process.send_to_all(signal.SIGINT)
        assert process.end() == 130, process.output
        assert "interrupted; repeat the command to go on" in process.output
        assert "Traceback" not in process.output
        deadline = time.monotonic() + PATIENCE
        while process.descendants() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert process.descendants() == []
    for place in trained:
        assert json.loads((place / "result.json").read_text())["interrupted"] is True
        assert (place / "checkpoint.safetensors").exists()
    assert [each["state"] for each in table(folder)["rows"]].count("not trained yet") == 3 - int(jobs)
    assert not (folder / "runs/tiny/short").exists()


def test_processes_side_by_side_make_the_same_table(folder: Path, capfd: Capture) -> None:
    assert sweep(capfd, "--out", "one")[0] == 0
    code, out, err = sweep(capfd, "--jobs", "2")
    assert code == 0, err
    assert table(folder) == table(folder, "one")
    assert "wide" in out
    assert "short, seed 0: epoch 2/2" in err


def test_only_some_runs_then_the_rest(folder: Path, capsys: Capture) -> None:
    assert sweep(capsys, "--only", "short", "--only", "as-published")[0] == 0
    done = times_of_results(folder)
    assert len(done) == 2
    assert [each["state"] for each in table(folder)["rows"]] == [None, "not trained yet", None]
    assert sweep(capsys)[0] == 0
    assert done.items() < times_of_results(folder).items()


def test_other_seeds(folder: Path, capsys: Capture) -> None:
    assert sweep(capsys, "--only", "short", "--seeds", "3")[0] == 0
    found = row(folder, "short")
    assert [each["seed"] for each in found["runs"]] == [0, 1, 2]
    reached = [each["result"]["test_accuracy"] for each in found["runs"]]
    assert found["test_accuracy"]["mean"] == pytest.approx(sum(reached) / 3)
    assert len(set(reached)) > 1


def test_parts_of_runs_are_marked_and_never_compared(folder: Path, capsys: Capture) -> None:
    code, out, _ = sweep(capsys, "--epochs", "2")
    assert code == 0
    part, short = row(folder, "as published"), row(folder, "short")
    assert (part["partial"], part["difference"], part["epochs"]) == ("partial: 2 of 3 epochs", {}, 2)
    assert short["partial"] is None
    assert "as published (partial)" in out
    assert "difference" not in out
    assert "| as published |" in (folder / "runs/tiny/table.md").read_text()
    code, out, _ = sweep(capsys)
    assert code == 0
    assert row(folder, "as published")["partial"] is None
    assert set(row(folder, "as published")["difference"]) == {"test_accuracy"}
    assert "(partial)" not in out


def test_partial_epochs_of_the_file(folder: Path, capsys: Capture) -> None:
    code, _, err = sweep(capsys, "--partial")
    assert code == 1
    assert "E907" in err
    (folder / "tiny.yaml").write_text(FILE + "partial_epochs: 1\n")
    found = run_json(capsys, "sweep", "tiny.yaml", "--partial", "--dry-run", "--format", "json")
    assert [each["partial"] for each in found["runs"]] == [*["1 of 3 epochs"] * 3, "1 of 2 epochs"]
    assert run(capsys, "sweep", "tiny.yaml", "--partial", "--epochs", "1")[0] == 2


def test_the_table_as_json_alone_on_standard_output(folder: Path, capsys: Capture) -> None:
    code, out, err = sweep(capsys, "--only", "short", "--format", "json")
    assert code == 0
    assert json.loads(out) == json.loads((folder / "runs/tiny/table.json").read_text())
    assert "short, seed 0" in err
    assert sweep(capsys, "--only", "short", "--format", "json")[1] == out


def test_the_table_is_printed_after_every_run_and_where_nothing_is_left(
    folder: Path, capsys: Capture
) -> None:
    _, out, err = sweep(capsys)
    assert out.count("Tiny networks") == 4
    assert max(map(len, out.splitlines())) <= 80
    assert "the table is in runs/tiny/table.md" in err
    _, out, _ = sweep(capsys)
    assert out.count("Tiny networks") == 1


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("epochs: 3", "epochs: 4", "epochs 3, now 4"),
        ("learning_rate: 0.01", "learning_rate: 0.02", "learning_rate 0.01, now 0.02"),
        ("net: tiny.net", "net: tiny.net\nset: {width: 5}", "another network"),
        ("data: few.npz", "data: other.npz", "the data"),
    ],
)
def test_a_file_that_was_changed_since_is_told_so(
    folder: Path, capsys: Capture, before: str, after: str, said: str
) -> None:
    assert sweep(capsys, "--only", "as published")[0] == 0
    (folder / "other.npz").write_bytes((folder / "few.npz").read_bytes())
    (folder / "tiny.yaml").write_text(FILE.replace(before, after))
    done = times_of_results(folder)
    for more in ((), ("--dry-run",)):
        code, _, err = sweep(capsys, *more)
        assert code == 1
        assert "E912" in err
        assert said in err
        assert "as-published/seed-0" in err
    assert times_of_results(folder) == done
    assert sweep(capsys, "--only", "as published", "--out", "elsewhere")[0] == 0


def test_what_means_the_same_is_no_change(folder: Path, capsys: Capture) -> None:
    assert sweep(capsys, "--only", "short")[0] == 0
    done = times_of_results(folder)
    (folder / "tiny.net").write_text("# A remark.\n" + NET)
    text = FILE.replace("learning_rate: 0.01", "lr: 1e-2, optimizer: adam")
    (folder / "tiny.yaml").write_text(text.replace("net: tiny.net", "net: tiny.net:Tiny"))
    assert sweep(capsys, "--only", "short")[0] == 0
    assert times_of_results(folder) == done


def test_a_failed_run_is_told_and_tried_again_once_it_is_mended(folder: Path, capsys: Capture) -> None:
    (folder / "tiny.yaml").write_text(FILE.replace("width: 6", "classes: 3"))
    code, out, err = sweep(capsys)
    assert code == 1
    assert "wide, seed 0 failed: E811 the network has 3 outputs but few has 10 classes" in err
    assert "help: make the last layer 10 wide" in err
    assert "Traceback" not in err
    assert "wide (failed)" in out
    assert row(folder, "short")["test_accuracy"] is not None
    assert "E811" in row(folder, "wide")["state"]
    (folder / "tiny.yaml").write_text(FILE)
    assert sweep(capsys)[0] == 0
    assert row(folder, "wide")["state"] is None


def test_a_run_that_diverges_fails_alone_and_fails_again(folder: Path, capsys: Capture) -> None:
    text = FILE.replace("{name: short, recipe: {", "{name: short, recipe: {optimizer: sgd, lr: 1.0e+30, ")
    (folder / "tiny.yaml").write_text(text)
    for _ in range(2):
        code, _, err = sweep(capsys, "--only", "short", "as published")
        assert code == 1
        assert "short, seed 0 failed: E7" in err
        assert "Traceback" not in err
    assert row(folder, "as published")["test_accuracy"] is not None


def test_an_error_without_a_message_is_left_in_the_folder(
    folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by zero")

    with monkeypatch.context() as patch:
        patch.setattr("netdsl.experiments.train_one.train_network", fails)
        code, _, err = sweep(capsys, "--only", "short")
    assert code == 1
    assert "short, seed 0 failed: E913 ZeroDivisionError: by zero" in err
    assert "Traceback" not in err
    told = folder / "runs/tiny/short/seed-0/error.txt"
    assert "ZeroDivisionError: by zero" in told.read_text()
    assert sweep(capsys, "--only", "short")[0] == 0
    assert not told.exists()


def test_data_that_are_not_there_are_told_before_anything_is_trained(folder: Path, capsys: Capture) -> None:
    (folder / "tiny.yaml").write_text(FILE.replace("few.npz", "fashon_mnist"))
    for more in ((), ("--dry-run",)):
        code, _, err = sweep(capsys, *more)
        assert code == 1
        assert "error[E801]" in err
        assert "tiny.yaml:4:7" in err
        assert "did you mean `fashion_mnist`?" in err
    assert not (folder / "runs").exists()
    code, _, err = sweep(capsys, "--data", "nowhere")
    assert code == 1
    assert "E801" in err
    assert sweep(capsys, "--data", "few.npz", "--only", "short")[0] == 0


def test_paths_of_the_file_are_relative_to_it(folder: Path, capsys: Capture) -> None:
    (folder / "sub").mkdir()
    for name in ("tiny.net", "few.npz", "tiny.yaml"):
        (folder / name).rename(folder / "sub" / name)
    code, _, err = run(capsys, "sweep", "sub/tiny.yaml", "--only", "short", *OPTIONS)
    assert code == 0, err
    assert (folder / "runs/tiny/short/seed-0/result.json").exists()
    assert table(folder)["data"] == str(folder / "sub" / "few.npz")


def test_a_folder_that_is_called_like_a_set_is_not_taken_for_it(folder: Path, capsys: Capture) -> None:
    (folder / "shapes").mkdir()
    (folder / "tiny.yaml").write_text(
        FILE.replace("few.npz", "shapes").replace("{epochs: 3,", "{resize: 8, epochs: 3,")
    )
    found = run_json(capsys, "sweep", "tiny.yaml", "--dry-run", "--format", "json")
    assert found["data"] == "shapes"


DRY_RUN = """\
Tiny networks, on few.npz

run           seeds    length  parameters  multiply-adds    cost
as published      0  3 epochs       2,690          9,746  21.4 %
wide            0-1  3 epochs       4,030         14,614  64.3 %
short             0  2 epochs       2,690          9,746  14.3 %

4 trainings in runs/tiny
cost: multiply-adds x images x epochs, as a share of all
"""


def test_a_dry_run_prints_exactly(folder: Path, capsys: Capture) -> None:
    code, out, err = sweep(capsys, "--dry-run")
    assert (code, err) == (0, "")
    assert "".join(line.rstrip() + "\n" for line in out.splitlines()) == DRY_RUN


def test_a_dry_run_of_some_runs_of_which_some_are_done(folder: Path, capsys: Capture) -> None:
    assert sweep(capsys, "--only", "short")[0] == 0
    out = sweep(capsys, "--dry-run", "--only", "short", "wide")[1]
    assert "as published" not in out
    assert "3 trainings in runs/tiny, 1 of them done" in out
    shares = [float(each) for each in re.findall(r"([\d.]+) %", out)]
    assert sum(shares) == pytest.approx(100, abs=0.2)


def test_a_dry_run_says_which_runs_are_the_same(folder: Path, capsys: Capture) -> None:
    (folder / "tiny.yaml").write_text(FILE + "grid: {set.width: [6, 8]}\n")
    out = sweep(capsys, "--dry-run")[1]
    assert "`width=6, seed 0` is the same training as that of `wide`, and is trained once" in out
    assert "5 trainings in runs/tiny" in out


def test_a_dry_run_as_json(folder: Path, capsys: Capture) -> None:
    found = run_json(capsys, "sweep", "tiny.yaml", "--dry-run", "--format", "json")
    assert (found["title"], found["search"], found["folder"]) == ("Tiny networks", None, "runs/tiny")
    first = found["runs"][0]
    assert first["folder"] == "as-published/seed-0"
    assert (first["parameters"], first["epochs"], first["settings"]) == (2690, 3, {})
    assert sum(each["cost"] for each in found["runs"]) == pytest.approx(1, abs=1e-4)
    assert not Path("runs").exists()


def test_a_dry_run_imports_no_torch(folder: Path) -> None:
    (folder / "tiny.yaml").write_text(FILE + "grid: {set.width: [6, 8]}\n")
    code = (
        "import sys\nfrom netdsl.cli.main import main\n"
        "code = main(['sweep', 'tiny.yaml', '--dry-run', *sys.argv[1:]])\n"
        "print(code, [name for name in ('torch', 'numpy', 'optuna', 'ray') if name in sys.modules])"
    )
    for more in ((), ("--format", "json"), ("--only", "nothing"), ("--engine", "ray")):
        done = run_python(code, *more, cwd=folder)
        assert done.stdout.endswith(" []\n"), done.stdout + done.stderr


def test_names_that_no_run_has(folder: Path, capsys: Capture) -> None:
    code, _, err = sweep(capsys, "--only", "as publshed")
    assert code == 1
    assert "E911" in err
    assert "did you mean `as published`?" in err
    assert "its runs are `as published`, `wide`, `short`" in sweep(capsys, "--only", "xyz")[2]


@pytest.mark.parametrize(
    "arguments", [["--jobs", "0"], ["--seeds", "0"], ["--epochs", "x"], ["--engine", "x"]]
)
def test_options_that_make_no_sense(folder: Path, capsys: Capture, arguments: list[str]) -> None:
    assert sweep(capsys, *arguments)[0] == 2


def test_a_file_that_is_not_there(folder: Path, capsys: Capture) -> None:
    code, _, err = run(capsys, "sweep", "nowhere.yaml")
    assert code == 1
    assert "experiment file `nowhere.yaml` can't be read" in err


def test_a_search(folder: Path, capsys: Capture) -> None:
    pytest.importorskip("optuna")
    (folder / "tiny.yaml").write_text(
        FILE.partition("runs:")[0]
        + "search:\n  trials: 3\n  metric: test_accuracy\n"
        + "  space: {recipe.learning_rate: {log_uniform: [1.0e-3, 0.1]}, set.width: {choice: [4, 6]}}\n"
    )
    assert "3 trials in runs/tiny, which Optuna chooses by test_accuracy" in sweep(capsys, "--dry-run")[1]
    code, out, err = sweep(capsys)
    assert code == 0, err
    reached = {each["run"]: each["test_accuracy"]["mean"] for each in table(folder)["rows"]}
    assert list(reached) == ["trial 1", "trial 2", "trial 3"]
    best = re.search(r"best: (trial \d), test_accuracy ([\d.]+)", err)
    assert best is not None
    assert reached[best[1]] == max(reached.values()) == pytest.approx(float(best[2]), abs=1e-4)
    assert "trial 3" in out
    (folder / "tiny.yaml").write_text(
        (folder / "tiny.yaml").read_text().replace("batch_size: 10", "batch_size: 12")
    )
    code, _, err = sweep(capsys)
    assert code == 1
    assert "E912" in err
    assert "batch_size 10, now 12" in err


def with_validation(folder: Path, kind: str) -> str:
    """Data that have a validation part of their own, as far as a dry run looks."""
    if kind == "npz":
        with np.load(folder / "few.npz") as few:
            np.savez(folder / "more.npz", **few, val_images=few["x_test"], val_labels=few["y_test"])
        return "more.npz"
    if kind == "parquet":
        (folder / "rows" / "data").mkdir(parents=True)
        for part in ("train", "validation"):
            (folder / "rows" / "data" / f"{part}-0.parquet").touch()
        return "rows"
    for part in ("train", "valid"):
        (folder / "tree" / part / "cat").mkdir(parents=True)
    return "tree"


@pytest.mark.parametrize("kind", ["npz", "parquet", "tree"])
def test_a_search_by_figures_that_the_runs_will_not_have(folder: Path, capsys: Capture, kind: str) -> None:
    text = FILE.partition("runs:")[0].replace("recipe: {", "recipe: {validation: 0, ")
    text += "search: {trials: 2, space: {recipe.learning_rate: {log_uniform: [1.0e-3, 0.1]}}}\n"
    (folder / "tiny.yaml").write_text(text)
    for more in (("--dry-run",), ()):
        code, out, err = sweep(capsys, *more)
        assert (code, out) == (1, "")
        assert "E914" in err
        assert not (folder / "runs").exists()
    assert sweep(capsys, "--dry-run", "--data", with_validation(folder, kind))[0] == 0
