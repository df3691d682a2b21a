"""Every experiment file of the reports holds, and docs/reports.md shows what was measured."""

from __future__ import annotations

import importlib.util
import itertools
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest
import yaml

from netdsl.api import check_file
from netdsl.checker.scope.values import as_settings
from netdsl.experiments.model import Reported
from netdsl.training import load_recipe

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "examples" / "reports").glob("*.yaml"))
FIGURES = {
    *("train_accuracy", "validation_accuracy", "test_accuracy"),
    *("train_loss", "validation_loss", "epochs", "seconds", "parameters"),
}
REPORTS = ("000", "001", "002", "003", "004")


class Run(NamedTuple):
    """What one run of a file is given."""

    name: str
    net: str
    settings: Mapping[str, object]
    recipe: Mapping[str, object]
    reported: Mapping[str, float]


def runs(path: Path) -> Iterator[Run]:
    """The runs of a file and the combinations of its grid."""
    file = yaml.safe_load(path.read_text(encoding="utf-8"))
    for run in file.get("runs", []):
        settings = {} if "net" in run else file.get("set", {})
        yield Run(
            run["name"],
            run.get("net", file["net"]),
            {**settings, **run.get("set", {})},
            {**file["recipe"], **run.get("recipe", {})},
            run.get("reported", {}),
        )
    grid = file.get("grid", {})
    for values in itertools.product(*grid.values()) if grid else ():
        given = dict(zip(grid, values, strict=True))
        yield Run(
            ", ".join(f"`{key}={value}`" for key, value in given.items()),
            file["net"],
            {**file.get("set", {}), **part(given, "set.")},
            {**file["recipe"], **part(given, "recipe.")},
            {},
        )


def part(given: Mapping[str, object], prefix: str) -> dict[str, object]:
    return {key.removeprefix(prefix): value for key, value in given.items() if key.startswith(prefix)}


every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@every_file
def test_nets_settings_and_recipes_hold(path: Path) -> None:
    for run in runs(path):
        recipe, found = load_recipe(yaml.safe_dump(run.recipe), str(path))
        assert recipe is not None, run.name
        assert found == [], run.name
        result = check_file(run.net, as_settings(run.settings))
        assert result.diagnostics == (), run.name
        (network,) = result.networks
        assert run.reported.get("parameters", network.parameter_count) == network.parameter_count, run.name
        assert network.output.shape == (10,), run.name


@every_file
def test_figures_are_what_a_report_can_say(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    file = yaml.safe_load(text)
    names = [run.name for run in runs(path)]
    assert len(names) == len(set(names)) > 0
    assert {"title", "source", "note", "net", "data", "recipe"} <= set(file)
    for run in runs(path):
        assert set(run.reported) <= FIGURES, run.name
        for key, value in run.reported.items():
            assert 0 < value < 1 or not key.endswith("accuracy"), (run.name, key)
        if not path.stem.startswith("better-"):
            assert run.reported.get("epochs", run.recipe["epochs"]) == run.recipe["epochs"], run.name


@pytest.mark.parametrize("path", [path for path in FILES if path.stem.startswith("better-")], ids=str)
def test_better_recipes_have_the_epochs_of_the_report(path: Path) -> None:
    """The network's parameters are the packaged net's: no file changes its settings."""
    (run, *_) = runs(path)
    assert run.recipe["epochs"] == run.reported.get("epochs", run.recipe["epochs"])
    assert not run.settings


def test_every_report_has_experiments_and_a_better_recipe() -> None:
    for report in REPORTS:
        assert any(path.stem.startswith(f"{report}-") for path in FILES)
        assert any(path.stem.startswith(f"better-{report}-") for path in FILES)


def builder() -> ModuleType:
    """tools/build_reports.py."""
    spec = importlib.util.spec_from_file_location("build_reports", ROOT / "tools" / "build_reports.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["build_reports"] = module
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date_and_every_difference_has_its_sentence() -> None:
    assert builder().main(["--check"]) == 0, "run python tools/build_reports.py"


def test_measurements_are_of_runs_in_the_files() -> None:
    tools = builder()
    lines = [(line.stem, line.run) for report in REPORTS for line in tools.lines(report)]
    for path in (ROOT / "examples" / "reports" / "measured").glob("*.json"):
        found = json.loads(path.read_text(encoding="utf-8"))
        names = {run for stem, run in lines if stem == path.stem}
        assert {row["run"] for row in found["rows"]} <= names
        assert "/" not in found["data"]


@pytest.mark.parametrize("partial", ["", "partial: 3 of 20 epochs"])
def test_a_part_of_a_run_is_never_compared(partial: str) -> None:
    tools = builder()
    mean = {"mean": 0.5, "deviation": None}
    measured = {
        **dict.fromkeys(tools.ACCURACIES),
        "test_accuracy": mean,
        "epochs": 3,
        "best_epoch": 2,
        "seconds": 61.0,
        "partial": partial,
        "difference": {"test_accuracy": -12.5},
    }
    line = tools.Line("000-default", "default", True, Reported(test_accuracy=0.625), measured)
    shown = tools.table([line], {})
    assert line.notable is (not partial)
    assert ("test -12.5" in shown) is (not partial)
    assert ("*partial: 3 of 20 epochs*" in shown) is bool(partial)
    assert "test 62.50 %" in shown
    assert "test 50.00 %, best epoch 2 of 3, 1:01" in shown


def test_losses_are_compared_where_the_report_has_them() -> None:
    tools = builder()
    measured = {
        **{name: {"mean": 0.5} for name in tools.FIGURES},
        "epochs": 3,
        "best_epoch": 2,
        "seconds": 61.0,
        "partial": "",
        "difference": {"validation_loss": -0.125},
    }
    line = tools.Line("000-default", "default", True, Reported(validation_loss=0.625), measured)
    shown = tools.table([line], {})
    assert line.notable
    assert "| validation loss 0.62 |" in shown
    assert "validation loss 0.50, best epoch" in shown
    assert "train loss" not in shown
    assert "| validation loss -0.12 |" in shown


def test_a_whole_run_takes_the_place_of_a_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = builder()
    monkeypatch.setattr(tools, "MEASURED", tmp_path / "measured")

    def take(epochs: int | None, partial: str | None) -> list[int]:
        folder = tmp_path / "000-default"
        folder.mkdir(exist_ok=True)
        row = {"run": "default", "epochs": epochs, "partial": partial, "note": None, "runs": []}
        (folder / "table.json").write_text(json.dumps({"data": "/somewhere/images", "rows": [row]}))
        tools.take(folder)
        return [row["epochs"] for row in tools.read(tmp_path / "measured" / "000-default.json")["rows"]]

    assert take(None, None) == []
    assert take(3, "partial: 3 of 10 epochs") == [3]
    assert take(10, None) == [10]
    assert take(4, "partial: 4 of 10 epochs") == [10]
    assert tools.read(tmp_path / "measured" / "000-default.json")["data"] == "images"
