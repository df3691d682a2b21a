"""The JSON Schema of experiment files: it takes what is taken, and refuses what editors should underline."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from netdsl.experiments.model import Experiment
from netdsl.experiments.schema import experiment_schema
from netdsl.training.recipe import recipe_fields
from tests.cli.run import ROOT, run_json
from tests.experiments.test_load import HEAD, WHOLE

FILES = sorted((ROOT / "examples" / "reports").glob("*.yaml"))


@cache
def validator() -> Any:
    jsonschema = pytest.importorskip("jsonschema")
    kind = jsonschema.Draft202012Validator
    kind.check_schema(experiment_schema())
    return kind(experiment_schema())


def as_json(text: str) -> Any:
    """What an editor sees of a file: keys are words."""
    return json.loads(json.dumps(yaml.safe_load(text)))


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_json(capsys, "sweep", "--schema") == json.loads(json.dumps(experiment_schema()))


def test_every_key_is_described() -> None:
    properties: Any = experiment_schema()["properties"]
    assert set(properties) == set(Experiment.model_fields)
    for name, field in Experiment.model_fields.items():
        assert properties[name]["description"] == field.description
    assert {f"recipe.{field.name}" for field in recipe_fields()} < set(properties["grid"]["properties"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_takes_the_files_of_the_reports(path: Path) -> None:
    validator().validate(as_json(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        "title: W\nnet: lenet5\n",
        HEAD + "seeds: [0, 3]\nset: {depths: [1, [2, 3]], act: leaky_relu(0.1), bias: true, p: 0.5}\n",
        HEAD + "recipe: default.yaml\n",
        HEAD + "recipe: {lr: {0: 0.1, 60: 0.02}}\n",
        HEAD + "grid: {net: [a, b], set.p: [0, x], recipe.lr: [0.1, {0: 0.1}]}\n",
        HEAD + "search: {trials: 3, space: {recipe.lr: {log_uniform: [1.0e-4, 0.1]}}}\n",
    ],
)
def test_it_takes_what_is_right(text: str) -> None:
    validator().validate(as_json(text))


@pytest.mark.parametrize(
    "text",
    [
        "net: lenet5\n",
        HEAD + "sed: 3\n",
        HEAD + "recipe: {epoch: 3}\n",
        HEAD + "recipe: {lr: -1}\n",
        HEAD + "runs: [{set: {p: 0}}]\n",
        HEAD + "runs: [{name: a, reported: {test_accuracy: 70}}]\n",
        HEAD + "runs: [{name: a, recipe: {optimizer: sdg}}]\n",
        HEAD + "set: {p: {a: 1}}\n",
        HEAD + "grid: {p: [0]}\n",
        HEAD + "grid: {recipe.epochs: 3}\n",
        HEAD + "grid: {recipe.epochs: [3, many]}\n",
        HEAD + "grid: {recipe.epochz: [3]}\n",
        HEAD + "random: {draws: 3}\n",
        HEAD + "random: {draws: 3, space: {set.p: {uniform: [0, 1], choice: [1]}}}\n",
        HEAD + "random: {draws: 3, space: {set.p: {}}}\n",
        HEAD + "search: {trials: 3, metric: speed, space: {set.p: {choice: [1]}}}\n",
        HEAD + "seeds: none\n",
        "- title\n",
    ],
)
def test_it_refuses_mistakes(text: str) -> None:
    assert not validator().is_valid(as_json(text))
