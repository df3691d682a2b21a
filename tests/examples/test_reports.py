"""Every experiment file of the reports holds, and docs/reports.md has a row for each of its runs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from netdsl.api import check_file
from netdsl.checker.values import as_settings
from netdsl.training import load_recipe

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "examples" / "reports").glob("*.yaml"))
FIGURES = {"train_accuracy", "validation_accuracy", "test_accuracy", "epochs", "seconds", "parameters"}
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


@every_file
def test_the_page_has_a_row_for_each_run(path: Path) -> None:
    rows = page_rows(path.stem)
    assert list(rows) == [run.name for run in runs(path)]
    for run in runs(path):
        for key, value in run.reported.items():
            texts = (
                {f"{100 * value:.2f} %", f"{100 * value:.1f} %"}
                if key.endswith("accuracy")
                else {f"{value:,}", str(value)}
            )
            assert any(text in rows[run.name] for text in texts), (run.name, key)


def page_rows(stem: str) -> dict[str, str]:
    """What the page says is reported for each run of a file: in the row that links it, and those under it."""
    found: dict[str, str] = {}
    inside = False
    for line in (ROOT / "docs" / "reports.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) != 4:
            inside = False
            continue
        if cells[0]:
            inside = cells[0] == f"[{stem}](../examples/reports/{stem}.yaml)"
        if inside:
            found[cells[1]] = cells[2]
    return found
