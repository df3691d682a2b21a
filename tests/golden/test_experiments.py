"""Each experiment file beside exactly what is printed where it is checked.

A comment in its first line has the options of the command, but `--dry-run`.
"""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from netdsl.checker import packaged_folder
from netdsl.cli.main import main
from netdsl.diagnostics.catalogue.experiments import ALL
from netdsl.training import load_recipe, write_recipe

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("experiments/*.yaml"))
COMMAND = "# netdsl sweep "

# What only a training or a cluster can bring about: tests/experiments and tests/cli have these.
AT_WORK = {"E913", "E915", "E916"}

FACTS = {
    "version": 1,
    "name": "strided",
    "data": "shapes",
    "classes": list("0123456789"),
    "image_shape": [3, 8, 8],
    "parameters": 1562,
    "device": "cpu",
    "versions": {},
    "started": "2020-01-01T00:00:00+00:00",
    "source": {"file": "source/strided.net", "net": "Strided", "settings": {}},
    "request": {"data": "shapes"},
}


def begin(folder: Path) -> None:
    """Run folders as a training begins them, with a learning rate of 0.01 and four epochs."""
    recipe = load_recipe("{resize: 8, learning_rate: 0.01, epochs: 4}", "recipe")[0]
    assert recipe is not None
    for name in ("rate", "net", "same"):
        place = folder / name / "seed-0"
        (place / "source").mkdir(parents=True)
        (place / "run.json").write_text(json.dumps(FACTS))
        # A run has measured its images' statistics.
        text = write_recipe(recipe).replace(
            "normalization: data", "normalization: {mean: [0.5, 0.5, 0.5], std: [1, 1, 1]}"
        )
        (place / "recipe.yaml").write_text(text)
        (place / "source" / "strided.net").write_text((FOLDER / "experiments" / "strided.net").read_text())


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The experiments in a folder where begun runs can lie beside them."""
    (tmp_path / "experiments").mkdir()
    for path in FOLDER.glob("experiments/*"):
        (tmp_path / "experiments" / path.name).write_bytes(path.read_bytes())
    begin(tmp_path / "experiments" / "begun")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_prints_exactly(path: Path, bless: bool, copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    options = shlex.split(first.removeprefix(COMMAND)) if first.startswith(COMMAND) else []
    code = main(["sweep", f"experiments/{path.name}", "--dry-run", *options])
    printed = capsys.readouterr()
    golden = path.with_suffix(".sweep.txt")
    text = f"{printed.out}{printed.err}".replace(packaged_folder(), "<packaged>")
    if bless:
        golden.write_text(text, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == text
    assert code == 1


def test_every_code_is_among_them() -> None:
    printed = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("experiments/*.sweep.txt"))
    assert {code.id for code in ALL if f"[{code.id}]" not in printed} <= AT_WORK
