"""In the browser, netdsl says what it says on the command line, to the letter.

All golden files go through one process of Node.js, in which the exported
page's Python runs. That of the goldens which the page has no part in, such
as exported Python source, is left out.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from netdsl.checker.loading.packaged import packaged_names
from netdsl.diagnostics.span import Source
from netdsl.playground.service import Service
from tests.golden.test_golden import BAD, FOLDER, GOOD
from tests.playground.ask import units
from tests.playground.in_pyodide import run_in_pyodide

pytestmark = pytest.mark.browser

SCRIPT = Path(__file__).parent / "golden_answers.py"
EXPLAINED = sorted((FOLDER / "explain").glob("*.txt"))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What Pyodide answers."""
    return run_in_pyodide(SCRIPT, FOLDER, tmp_path_factory.mktemp("pyodide"))


def of(told: Any, path: Path) -> Any:
    """The answers about a golden file."""
    return told["files"][path.relative_to(FOLDER).as_posix()]


def golden(path: Path, extension: str) -> str:
    """What the command line prints for a file."""
    return path.with_suffix(extension).read_text(encoding="utf-8").rstrip("\n")


@pytest.mark.parametrize("path", [*BAD, *GOOD], ids=lambda path: path.stem)
def test_the_check_is_that_of_the_command_line(told: Any, path: Path) -> None:
    assert of(told, path)["check"]["rendered"] == golden(path, ".check.txt")


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_so_are_its_other_forms(told: Any, path: Path) -> None:
    answers = of(told, path)
    assert answers["json"] == golden(path, ".check.json")
    assert answers["github"] == golden(path, ".github.txt")


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_the_page_has_every_finding_at_its_place(told: Any, path: Path) -> None:
    answers = of(told, path)
    source = Source(path.relative_to(FOLDER).as_posix(), answers["text"])
    wanted = json.loads(golden(path, ".check.json"))
    assert [in_lines(each, source) for each in answers["check"]["diagnostics"]] == wanted


def in_lines(found: dict[str, Any], source: Source) -> dict[str, Any]:
    """A finding of the page in the form of `netdsl check --format json`."""
    fix = found["fix"]
    return {
        **{key: found[key] for key in ("code", "severity", "message")},
        **place(found, source),
        "label": found["label"],
        "labels": [{**place(each, source), "text": each["text"]} for each in found["labels"]],
        "help": found["help"],
        "fix": fix
        and {
            "title": fix["title"],
            "safe": fix["safe"],
            "edits": [{**place(each, source), "replacement": each["text"]} for each in fix["edits"]],
        },
    }


def place(found: dict[str, Any], source: Source) -> dict[str, object]:
    """Places in units of UTF-16 as lines and columns."""
    start = len(units(source.text, {"from": 0, "to": found["from"]}))
    end = start + len(units(source.text, found))
    (line, column), (end_line, end_column) = source.position(start), source.position(end)
    return {
        "file": source.name,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    }


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_the_table_is_that_of_the_command_line(told: Any, path: Path) -> None:
    answers = of(told, path)
    assert answers["shapes"] == golden(path, ".shapes.json")
    network = answers["check"]["network"]
    title, _, _, _, *rows = golden(path, ".shapes.txt").split("\n")
    assert network["title"] == title
    end = rows.index("")
    order = (
        "line",
        "name",
        "layer",
        "inputs",
        "output",
        "parameters",
        "multiply_adds",
        "sees",
        "activations",
    )
    shown = [" ".join(row[key] for key in order).split() for row in network["rows"]]
    assert shown == [each.split() for each in rows[:end]]
    assert network["totals"] == "\n".join(rows[end + 1 :])


@pytest.mark.parametrize("path", EXPLAINED, ids=lambda path: path.stem)
def test_every_code_is_explained_as_on_the_command_line(told: Any, path: Path) -> None:
    assert told["codes"][path.stem] == golden(path, ".txt")


@pytest.mark.parametrize("name", packaged_names())
def test_packaged_networks_are_the_same(told: Any, name: str) -> None:
    service = Service()
    checked = service.answer({"method": "check", **service.answer({"method": "open", "name": name})})
    assert told["packaged"][name] == checked["rendered"]
