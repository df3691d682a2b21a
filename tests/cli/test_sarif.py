"""`netdsl check --format sarif`: a log that readers of SARIF 2.1.0 take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import run_json

Capture = pytest.CaptureFixture[str]

# What the schema of SARIF 2.1.0 requires of each object that is written, and the bounds of its numbers.
REQUIRED = {
    "log": ("version", "runs"),
    "run": ("tool",),
    "tool": ("driver",),
    "driver": ("name",),
    "rules": ("id",),
    "results": ("message",),
    "fixes": ("artifactChanges",),
    "artifactChanges": ("artifactLocation", "replacements"),
    "replacements": ("deletedRegion",),
    "invocations": ("executionSuccessful",),
    "toolExecutionNotifications": ("message",),
}
LEAST = {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1, "ruleIndex": 0, "id": 0}
WRONG = """net Small {
    input 3x32x32
    cnov(8, 4)
    conv(8, 5) -> avgpool(8)
    conv(8, 5)
}
"""
LINTED = """net Small {
    input 3x32x32
    conv(8, 4) -> relu -> maxpool(2)
    flatten -> linear(16) -> linear(10)
}
"""


def check_required(kind: str, value: Any) -> None:
    """Whether objects have what the schema requires, and numbers are in their bounds."""
    if isinstance(value, list):
        for each in value:
            check_required(kind, each)
    elif isinstance(value, dict):
        assert set(REQUIRED.get(kind, ())) <= set(value), (kind, value)
        for key, inside in value.items():
            check_required(key, inside)
    elif isinstance(value, bool):
        assert kind == "executionSuccessful"
    elif isinstance(value, int):
        assert value >= LEAST[kind]
    else:
        assert isinstance(value, str)


def log_of(capsys: Capture, *files: str) -> Any:
    """The run of the log of these files."""
    log = run_json(capsys, "check", "--format", "sarif", *files)
    check_required("log", log)
    assert log["version"] == "2.1.0"
    (only,) = log["runs"]
    check_required("run", only)
    assert all(
        only["tool"]["driver"]["rules"][each["ruleIndex"]]["id"] == each["ruleId"] for each in only["results"]
    )
    return only


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wrong one.net").write_text(WRONG)
    (tmp_path / "linted.net").write_text(LINTED)
    return tmp_path


def test_an_error_with_its_fix(folder: Path, capsys: Capture) -> None:
    (result,) = log_of(capsys, "wrong one.net")["results"]
    assert (result["ruleId"], result["level"]) == ("E301", "error")
    assert result["message"]["text"] == "no layer or block `cnov`. did you mean `conv`?"
    region = {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9}
    place = {"artifactLocation": {"uri": "wrong%20one.net"}, "region": region}
    assert result["locations"] == [{"physicalLocation": place}]
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["replacements"] == [{"deletedRegion": region, "insertedContent": {"text": "conv"}}]


def test_lints_and_their_other_places(folder: Path, capsys: Capture) -> None:
    only = log_of(capsys, "linted.net")
    assert [(each["ruleId"], each["level"]) for each in only["results"]] == [
        ("W201", "note"),
        ("W503", "warning"),
    ]
    assert only["tool"]["driver"]["rules"][0]["name"] == "pool-drops-edge"
    (related,) = only["results"][1]["relatedLocations"]
    assert related["message"]["text"] == "the layer before"
    assert related["physicalLocation"]["region"]["startLine"] == 4


def test_files_that_are_missing_or_elsewhere(folder: Path, capsys: Capture) -> None:
    (result,) = log_of(capsys, "no.net")["results"]
    assert result["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "no.net"}}}]
    (result,) = log_of(capsys, str(folder / "wrong one.net"))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].startswith("file:///")


def test_a_check_that_ended_early(folder: Path, capsys: Capture) -> None:
    (folder / "many.net").write_text("net Many {\n    input 3x32x32\n" + "    rleu\n" * 80 + "}\n")
    log = log_of(capsys, "many.net")
    assert len(log["results"]) == 50
    (invocation,) = log["invocations"]
    (notice,) = invocation["toolExecutionNotifications"]
    assert notice["message"]["text"] == "perhaps more: the check ended there"


def test_nothing_found(folder: Path, capsys: Capture) -> None:
    assert log_of(capsys, "lenet5")["results"] == []
