"""A dry run warns of images that are not shuffled and lie class by class, and imports no torch for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.run import run, run_python

Capture = pytest.CaptureFixture[str]

NET = "net Tiny {\n    input 3x8x8\n    flatten -> linear(2)\n}\n"
IN_ALL = "title: T\nnet: tiny.net\ndata: images\nrecipe: {epochs: 1, shuffle: false}\n"
IN_SOME = """title: T
net: tiny.net
data: images
recipe: {epochs: 1}
runs:
  - {name: drawn, recipe: {shuffle: true}}
  - {name: in rows, recipe: {shuffle: false}}
  - {name: once, recipe: {shuffle: once}}
  - {name: rows again, recipe: {shuffle: false, epochs: 2}, seeds: 2}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A network and a folder of two classes, of which no image is read."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.net").write_text(NET)
    for name in ("train/cat", "train/dog", "test/cat", "test/dog"):
        place = tmp_path / "images" / name
        place.mkdir(parents=True)
        (place / "1.png").touch()
    return tmp_path


def warned(capsys: Capture, text: str, *arguments: str) -> str:
    """What a dry run says besides its table."""
    Path("t.yaml").write_text(text)
    code, out, err = run(capsys, "sweep", "t.yaml", "--dry-run", *arguments)
    assert code == 0, err
    assert "training" in out
    return err


def test_runs_are_named_once(folder: Path, capsys: Capture) -> None:
    told = warned(capsys, IN_SOME)
    assert told.count("W702") == 2  # The finding, and `netdsl explain W702` after it.
    assert "2 classes, one after the other" in told
    assert re.search(r"t.yaml:7:\d+", told)
    assert "in `in rows`, `rows again`" in told
    assert "`drawn`" not in told
    assert warned(capsys, IN_SOME, "--only", "drawn", "once") == ""


def test_where_all_runs_do_it_the_recipe_is_shown(folder: Path, capsys: Capture) -> None:
    told = warned(capsys, IN_ALL + "runs: [{name: a}, {name: b}]\n")
    assert "in all runs" in told
    assert "t.yaml:4:30" in told


def test_nothing_is_said_of_data_that_might_lie_otherwise(folder: Path, capsys: Capture) -> None:
    text = IN_ALL + "runs: [{name: a}]\n"
    (folder / "images" / "train-0.parquet").touch()
    assert warned(capsys, text) == ""
    (folder / "images" / "train-0.parquet").unlink()
    (folder / "images" / "train" / "dog" / "1.png").unlink()
    assert warned(capsys, text) == ""
    Path("one.npz").touch()
    assert warned(capsys, text, "--data", "one.npz") == ""


def test_torch_is_not_imported(folder: Path) -> None:
    Path("t.yaml").write_text(IN_SOME)
    code = (
        "import sys\nfrom netdsl.cli.main import main\n"
        "code = main(['sweep', 't.yaml', '--dry-run'])\n"
        "print(code, [name for name in ('torch', 'numpy') if name in sys.modules])"
    )
    done = run_python(code, cwd=folder)
    assert done.stdout.endswith("0 []\n"), done.stdout + done.stderr
    assert "W702" in done.stdout + done.stderr
