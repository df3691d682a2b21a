"""Names that rich would take for markup or for emoji are printed as they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.cli.run import run

Capture = pytest.CaptureFixture[str]

CLASSES = ("[/red]", "kätzchen [red]", ":cat:", "[bold]x", "dog\\")
NET = """net Tiny {
    input 1x4x4
    flatten -> linear(30)
}
"""
SWEEP = """title: "[/i] :cat:"
net: tiny.net
data: odd.npz
recipe: {epochs: 1}
runs:
  - name: "[/red] :cat: [b]"
"""


def folder_of(tmp_path: Path, classes: tuple[str, ...]) -> Path:
    """A network, and images of these classes, an image of each of them in both parts."""
    count = len(classes)
    pixels = np.random.default_rng(0).integers(0, 256, (count, 4, 4), dtype=np.uint8)
    labels = np.arange(count)
    np.savez(
        tmp_path / "odd.npz",
        x_train=pixels,
        y_train=labels,
        x_test=pixels,
        y_test=labels,
        classes=np.array(classes),
    )
    (tmp_path / "tiny.net").write_text(NET)
    return tmp_path


@pytest.mark.parametrize("more", [(), tuple(f"[b]{number}" for number in range(20))])
def test_classes(tmp_path: Path, capsys: Capture, more: tuple[str, ...]) -> None:
    classes = (*CLASSES, *more)
    folder = folder_of(tmp_path, classes)
    options = ("--epochs", "1", "--validation", "0", "--device", "cpu", "--out", str(folder / "run"))
    network, images = str(folder / "tiny.net"), str(folder / "odd.npz")
    code, out, err = run(capsys, "train", network, "--data", images, *options)
    assert code == 0, err
    assert all(f" {name} " in out for name in classes)
    code, out, err = run(capsys, "eval", str(folder / "run"), "--device", "cpu")
    assert code == 0, err
    assert all(f"\n{name} " in out for name in classes)
    assert not more or "of the class" in out
    arguments = ("predict", str(folder / "run"), "--random", "1", "--top", str(len(classes)))
    code, out, err = run(capsys, *arguments, "--device", "cpu")
    assert code == 0, err
    assert all(f"  {name} " in out for name in classes)


def test_runs_and_titles_of_a_sweep(tmp_path: Path, capsys: Capture) -> None:
    folder = folder_of(tmp_path, CLASSES)
    (folder / "sweep.yaml").write_text(SWEEP)
    arguments = ("sweep", str(folder / "sweep.yaml"), "--out", str(folder / "out"), "--device", "cpu")
    for each in ((*arguments, "--dry-run"), arguments):
        code, out, err = run(capsys, *each)
        assert code == 0, err
        assert "[/i] :cat:" in out
        assert "[/red] :cat: [b] " in out
