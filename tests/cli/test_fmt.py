"""`netdsl fmt`: what is written, shown and answered."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.run import environment, run

Capture = pytest.CaptureFixture[str]
LOOSE = "net A { input 784\n  linear( 10 )\n}\n"
NEAT = "net A {\n    input 784\n    linear(10)\n}\n"


@pytest.fixture
def loose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "loose.net"
    path.write_bytes(LOOSE.encode())
    return path


def test_writes_files_in_place(loose: Path, capsys: Capture) -> None:
    (loose.parent / "neat.net").write_text(NEAT)
    assert run(capsys, "fmt", "loose.net", "neat.net") == (0, "formatted loose.net\n", "")
    assert loose.read_bytes() == NEAT.encode()
    assert sorted(path.name for path in loose.parent.iterdir()) == ["loose.net", "neat.net"]
    assert run(capsys, "fmt", "loose.net") == (0, "", "")


def test_check_writes_nothing(loose: Path, capsys: Capture) -> None:
    assert run(capsys, "fmt", "--check", "loose.net") == (1, "would format loose.net\n", "")
    assert loose.read_text() == LOOSE
    loose.write_text(NEAT)
    assert run(capsys, "fmt", "--check", "loose.net") == (0, "", "")


def test_diff_shows_what_would_change(loose: Path, capsys: Capture) -> None:
    code, out, err = run(capsys, "fmt", "--diff", "loose.net")
    assert (code, err) == (0, "")
    assert "--- loose.net\n+++ loose.net\n" in out
    assert "-  linear( 10 )\n+net A {\n+    input 784\n+    linear(10)\n" in out
    assert loose.read_text() == LOOSE
    assert run(capsys, "fmt", "--check", "--diff", "loose.net") == (1, out, "")
    loose.write_text(NEAT.rstrip())
    out = run(capsys, "fmt", "--diff", "loose.net")[1]
    assert out.endswith("\n-}\n\\ No newline at end of file\n+}\n")


def test_standard_input(loose: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def given(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    given(LOOSE.encode())
    assert run(capsys, "fmt", "-") == (0, NEAT, "")
    given(b"net A {")
    code, out, err = run(capsys, "fmt", "-")
    assert (code, out) == (1, "")
    assert "--> <stdin>:1:7" in err
    given(b"\xff")
    code, out, err = run(capsys, "fmt", "-")
    assert (code, out) == (1, "")
    assert "error[E602]" in err


def test_mistakes_leave_a_file_alone(loose: Path, capsys: Capture) -> None:
    wrong = loose.with_name("wrong.net")
    wrong.write_text("net  A {\n")
    code, out, err = run(capsys, "fmt", "wrong.net", "loose.net")
    assert (code, out) == (1, "formatted loose.net\n")
    assert "error[E102]" in err
    assert wrong.read_text() == "net  A {\n"


def test_names_of_shapes_are_no_matter(loose: Path, capsys: Capture) -> None:
    loose.write_text("net A {\n    input 784\n    no_such_layer\n}\n")
    assert run(capsys, "fmt", "--check", "loose.net")[0] == 0


def test_line_ends_and_rights_stay(loose: Path, capsys: Capture) -> None:
    loose.write_bytes(LOOSE.replace("\n", "\r\n").encode())
    loose.chmod(0o640)
    assert run(capsys, "fmt", "loose.net")[0] == 0
    assert loose.read_bytes() == NEAT.replace("\n", "\r\n").encode()
    assert loose.stat().st_mode & 0o777 == 0o640


def test_links_stay_links(loose: Path, capsys: Capture) -> None:
    link = loose.with_name("link.net")
    link.symlink_to("loose.net")
    assert run(capsys, "fmt", "link.net")[0] == 0
    assert link.is_symlink()
    assert loose.read_text() == NEAT


def test_what_cannot_be_written_is_told(
    loose: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    code, out, err = run(capsys, "fmt", "loose.net")
    assert (code, out) == (1, "")
    assert "error[E607]: `loose.net` can't be written" in err
    assert "no space left on device" in err
    assert [path.name for path in loose.parent.iterdir()] == ["loose.net"]
    assert loose.read_text() == LOOSE


def test_missing_files_are_told(loose: Path, capsys: Capture) -> None:
    code, _, err = run(capsys, "fmt", "no.net", "loose.net")
    assert code == 1
    assert "`no.net` can't be read" in err
    assert loose.read_text() == NEAT


def test_imports_no_torch(loose: Path) -> None:
    code = "from netdsl.cli.main import main; main(['fmt', 'loose.net']); print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; {code}"],
        cwd=loose.parent,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "formatted loose.net\nFalse\n"
