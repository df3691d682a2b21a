"""`netdsl draw`: files of each kind, and what can't be drawn."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.run import ROOT, run, run_python

Capture = pytest.CaptureFixture[str]

BRANCHED = """net Branched {
    input 3x8x8
    concat { branch { conv(2, 1) } branch { conv(2, 3, padding=1) } branch { maxpool(1) } }
    flatten -> linear(2)
}
"""


@pytest.fixture
def branched(tmp_path: Path) -> str:
    path = tmp_path / "branched.net"
    path.write_text(BRANCHED)
    return str(path)


@pytest.mark.parametrize("style", ["blocks", "volumes"])
def test_writes_what_the_ending_says(style: str, branched: str, tmp_path: Path, capsys: Capture) -> None:
    starts = {"svg": b"<svg ", "html": b"<!DOCTYPE html>", "png": b"\x89PNG"}
    for ending, start in starts.items():
        path = tmp_path / f"net.{ending}"
        code, out, err = run(capsys, "draw", branched, "--style", style, "-o", str(path))
        assert (code, out, err) == (0, f"wrote {path}\n", "")
        assert path.read_bytes().startswith(start)


def test_png_shows_the_diagram(branched: str, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "net.png"
    assert run(capsys, "draw", branched, "-o", str(path))[0] == 0
    image = Image.open(io.BytesIO(path.read_bytes())).convert("RGB")
    assert min(image.size) > 500
    colors = image.getcolors(1_000_000)
    assert colors is not None
    drawn = {color for _, color in colors}
    # Paper, the bar of a terminal, and the ink of letters.
    assert {(255, 255, 255), (0xEE, 0xF1, 0xF4), (0x1F, 0x23, 0x28)} <= drawn


def test_without_an_output_the_net_names_the_file(
    small: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(capsys, "draw", small)[:2] == (0, "wrote small.svg\n")
    assert "Small" in (tmp_path / "small.svg").read_text(encoding="utf-8")


def test_settings_and_depth_change_the_picture(tmp_path: Path, capsys: Capture) -> None:
    sizes = {}
    for name, options in {"open": [], "closed": ["--depth", "0"], "expanded": ["--expand"]}.items():
        path = tmp_path / f"{name}.svg"
        assert run(capsys, "draw", "resnet", "--set", "classes=7", "-o", str(path), *options)[0] == 0
        text = path.read_text(encoding="utf-8")
        assert "linear(7)" in text
        sizes[name] = len(text)
    assert sizes["closed"] < sizes["open"] < sizes["expanded"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["-o", "net.bmp"], "E741"),
        (["-o", "net"], "E741"),
        (["-o", "no/such/folder/net.svg"], "E729"),
        (["--style", "volumes", "--depth", "1"], "E741"),
        (["--style", "volumes", "--expand"], "E741"),
        (["--set", "width=0"], "E303"),
    ],
)
def test_what_cant_be_drawn_is_said(
    options: list[str],
    code: str,
    small: str,
    tmp_path: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    exit_code, out, err = run(capsys, "draw", small, *options)
    assert (exit_code, out) == (1, "")
    assert f"error[{code}" in err
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".net"] == []


def test_a_depth_is_a_number(small: str, capsys: Capture) -> None:
    code, _, err = run(capsys, "draw", small, "--depth", "-1")
    assert code == 2
    assert "no number from 0 up" in err


def test_missing_libraries_are_named(
    branched: str, small: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for library in ("igraph", "resvg_py"):
        monkeypatch.setitem(sys.modules, library, None)
    for arguments, library in (([branched, "-o", "n.svg"], "igraph"), ([small, "-o", "n.png"], "resvg-py")):
        monkeypatch.chdir(tmp_path)
        code, out, err = run(capsys, "draw", *arguments)
        assert (code, out) == (1, "")
        assert "E727" in err
        assert library in err
        assert "pip install 'netdsl[draw]'" in err
    # Nothing but chains and single skips: neither library is asked.
    assert run(capsys, "draw", small, "-o", str(tmp_path / "small.html"))[0] == 0


def test_svg_and_pages_import_nothing_slow(tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from netdsl.cli.main import main\n"
        f"assert main(['draw', 'resnet', '-o', {str(tmp_path / 'net.html')!r}]) == 0\n"
        f"assert main(['draw', 'vgg', '--style', 'volumes', '-o', {str(tmp_path / 'net.svg')!r}]) == 0\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = run_python(code)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "netdsl" in loaded
    assert not loaded & {
        "torch",
        "numpy",
        "pydantic",
        "rich",
        "yaml",
        "igraph",
        "resvg_py",
        "PIL",
        "dataclasses",
    }
