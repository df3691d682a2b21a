"""A run folder that a command has really written, made once and copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from netdsl.cli.main import main
from netdsl.training.data.shapes import draw_shapes
from tests.training.folders import write_split

NET = """use "parts/head.net"

net Tiny(width = 8, classes = 10) {
    input 3x32x32
    conv(width, 3, stride=2, padding=1) -> bn -> relu -> maxpool(4)
    flatten -> Head(classes)
}
"""
HEAD = """block Head(classes) {
    linear(classes)
}
"""
CLASSES = ("circle", "ring", "half_disc", "crescent", "triangle", "square", "star", "cross", "bar", "arrow")


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `images/`, a tree of figures, and `run/`, a training on it with width=4."""
    root = tmp_path_factory.mktemp("trained")
    (root / "parts").mkdir()
    (root / "tiny.net").write_text(NET)
    (root / "parts" / "head.net").write_text(HEAD)
    dataset = draw_shapes(train=300, test=100)
    write_split(root / "images" / "train", dataset.train, dataset.classes)
    write_split(root / "images" / "test", dataset.test, dataset.classes)
    options = (
        "--epochs 2 --batch-size 20 --test-time-flip --learning-rate 0.01 --validation 0.2 --set width=4"
    )
    arguments = [str(root / "tiny.net"), "--data", str(root / "images"), "--out", str(root / "run")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        assert main(["train", *arguments, *options.split(), "--device", "cpu"]) == 0
    # What the run needs must be in its folder.
    (root / "tiny.net").unlink()
    shutil.rmtree(root / "parts")
    return root


@pytest.fixture
def saved_run(trained: Path, tmp_path: Path) -> Path:
    """A copy of the run that a test may break."""
    return Path(shutil.copytree(trained / "run", tmp_path / "run"))
