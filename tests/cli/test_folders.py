"""Commands that take folders: every `.net` file below them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.run import run

Capture = pytest.CaptureFixture[str]
LEFT_OUT = (
    ".venv/hidden.net",
    "a/.hidden.net",
    "venv/other.net",
    "a/node_modules/other.net",
    "build/built.net",
)
NEAT = "net A {\n    input 784\n    linear(10)\n}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("b.net", "a/c.net", *LEFT_OUT):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(NEAT)
    (tmp_path / "a" / "notes.txt").write_text("not a net")
    return tmp_path


def test_check_takes_the_files_below(folder: Path, capsys: Capture) -> None:
    code, out, err = run(capsys, "check", ".")
    assert (code, err) == (0, "")
    assert [line.split(":")[0] for line in out.splitlines()] == ["a/c.net", "b.net"]
    (folder / "a" / "c.net").write_text("net A {\n    input 784\n    linaer(10)\n}\n")
    code, out, err = run(capsys, "check", "a", "b.net")
    assert code == 1
    assert out.startswith("b.net: A")
    assert "a/c.net:3:5" in err


def test_fmt_lays_the_files_below_out(folder: Path, capsys: Capture) -> None:
    assert run(capsys, "fmt", "--check", ".") == (0, "", "")
    for name in ("a/c.net", ".venv/hidden.net"):
        (folder / name).write_text(NEAT.replace("    ", " "))
    assert run(capsys, "fmt", ".") == (0, "formatted a/c.net\n", "")
    assert (folder / "a" / "c.net").read_text() == NEAT


def test_a_folder_without_nets_is_a_mistake(folder: Path, capsys: Capture) -> None:
    (folder / "empty").mkdir()
    for command in ("check", "fmt"):
        code, _, err = run(capsys, command, "empty", "b.net")
        assert code == 1
        assert "no .net file is in `empty`" in err


def test_a_folder_that_is_named_is_read_whatever_its_name(folder: Path, capsys: Capture) -> None:
    assert run(capsys, "fmt", "--check", "build") == (0, "", "")
    (folder / "build" / "built.net").write_text(NEAT.replace("    ", " "))
    assert run(capsys, "fmt", "build") == (0, "formatted build/built.net\n", "")
