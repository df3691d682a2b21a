"""`netdsl diff -o`: the picture besides what is printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.run import run, run_process

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(("after", "code"), [("lenet5", 0), ("lenet5:ReportLeNet5", 1)])
def test_what_is_printed_stays(form: str, after: str, code: int, tmp_path: Path, capsys: Capture) -> None:
    words = ["diff", "lenet5", after, "--format", form]
    without = run(capsys, *words)
    starts = {"svg": b"<svg ", "html": b"<!DOCTYPE html>", "png": b"\x89PNG"}
    for ending, start in starts.items():
        path = tmp_path / f"difference.{ending}"
        assert run(capsys, *words, "-o", str(path)) == (code, without[1], f"wrote {path}\n")
        assert path.read_bytes().startswith(start)
    if form == "json":
        assert json.loads(without[1])["same"] is (code == 0)


@pytest.mark.parametrize(
    ("path", "code"), [("difference.bmp", "E741"), ("difference", "E741"), ("no/such/folder/d.svg", "E729")]
)
def test_a_picture_that_can_not_be_written_is_an_error(
    path: str, code: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found, out, err = run(capsys, "diff", "lenet5", "lenet5:ReportLeNet5", "-o", path)
    assert found == 2
    assert f"error[{code}]" in err
    assert "ReportLeNet5" in out
    assert not list(tmp_path.iterdir())


def test_a_picture_that_is_too_large_is_an_error(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netdsl.drawing.scene.MOST_BOXES", 5)
    path = tmp_path / "difference.svg"
    code, out, err = run(capsys, "diff", "lenet5", "lenet5", "--set-after", "act=tanh", "-o", str(path))
    assert code == 2
    assert "error[E740]" in err
    assert "--depth" not in err
    assert "Tanh()" in out


def test_networks_with_errors_have_no_picture(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "difference.svg"
    assert run(capsys, "diff", "lenet5", "no_such_net", "-o", str(path))[0] == 2
    assert not path.exists()


def test_what_draws_is_not_imported_without_a_picture() -> None:
    done = run_process("diff", "lenet5", "lenet5", PYTHONPROFILEIMPORTTIME="1")
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert done.returncode == 0
    assert "netdsl.comparison.compare" in imported
    assert not [name for name in imported if name.startswith("netdsl.drawing")]
