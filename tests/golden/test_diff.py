"""What `netdsl diff` prints, exactly, and how it exits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from netdsl.cli.main import main

FOLDER = Path(__file__).parent / "diff"
CASES = {
    "lenet5": (["lenet5", "lenet5_edited"], 1),
    "tanh": (["lenet5", "lenet5", "--set-after", "act=tanh", "--set", "classes=7"], 1),
    "deeper": (["resnet:ResNet18", "resnet:ResNet34"], 1),
    "bottlenecks": (["resnet:ResNet18", "resnet:ResNet50", "--set", "size=64"], 1),
    "same": (["vgg:VGG16", "vgg:VGG16", "--set", "classes=10"], 0),
    "larger_input": (["resnet:ResNet18", "resnet:ResNet18", "--set-after", "size=256"], 1),
}


@pytest.mark.parametrize("name", CASES)
def test_prints_exactly(
    name: str, bless: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    arguments, code = CASES[name]
    assert main(["diff", *arguments]) == code
    printed = capsys.readouterr().out
    path = FOLDER / f"{name}.txt"
    if bless:
        path.write_text(printed, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == printed


def test_json_has_every_layer_and_the_totals(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "lenet5", "lenet5", "--set-after", "act=tanh", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["same"] is False
    assert found["before"]["parameters"] == found["after"]["parameters"] == 744_328
    changed = [each for each in found["layers"] if each["status"] == "changed"]
    assert {each["after"]["layer"] for each in changed} == {"tanh"}
    assert changed[0]["before"]["call"] == "ReLU()"
    assert changed[0]["before"]["inputs"] == ["avgpool1"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["lenet5", "lenett5"], "lenett5"),
        (["lenet5", "lenet5", "--set-before", "acts=tanh"], "acts"),
        (["lenet5", "lenet5", "--set", "act"], "a setting is name=value"),
    ],
)
def test_what_cannot_be_compared_exits_with_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", *arguments]) == 2
    printed = capsys.readouterr()
    assert words in printed.err
    assert printed.out == ""
    assert printed.err.count("error[") == 1
