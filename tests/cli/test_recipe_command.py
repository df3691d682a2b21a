"""`netdsl recipe`: the schema of recipes, and checking them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from netdsl.training import Recipe, write_recipe
from netdsl.training.recipe import recipe_fields, recipe_schema
from tests.cli.run import ROOT, run, run_json
from tests.training.recipe.recipes_drawn import written

Capture = pytest.CaptureFixture[str]
PACKAGED = sorted((ROOT / "architectures").glob("*.yaml"))


def test_check_of_good_recipes(capsys: Capture) -> None:
    assert PACKAGED
    assert run(capsys, "recipe", "check", *map(str, PACKAGED)) == (0, "", "")


def test_files_of_another_kind_are_told_once(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.net").write_text("net A {\n    input 4\n    linear(2)\n}\n")
    Path("series.yaml").write_text("title: Widths\nnet: a.net\ndata: shapes\n")
    Path("recipe.yaml").write_text("epochs: 3\nlr: 0.1\n")
    for command in ("check", "shapes", "fmt"):
        for name, taker in (
            ("series.yaml", "netdsl sweep series.yaml"),
            ("recipe.yaml", "netdsl recipe check"),
        ):
            code, _, err = run(capsys, command, name)
            assert code == 1
            assert err.startswith(f"error[E602]: `{name}` is a YAML file, not a network\n")
            assert err.count("error[") == 1
            assert taker in err
    code, _, err = run(capsys, "recipe", "check", "a.net", "series.yaml")
    assert code == 1
    assert "error[E707]: `a.net` is a network, not a recipe" in err
    assert "error[E707]: `series.yaml` is an experiment file, not a recipe" in err
    assert err.count("error[") == 2


def test_check_tells_of_every_mistake_in_every_file(tmp_path: Path, capsys: Capture) -> None:
    first, second, good = (tmp_path / name for name in ("first.yaml", "second.yaml", "good.yaml"))
    first.write_text("optimzer: sgd\nepochs: 0\n")
    second.write_text("schedule: {type: step, gama: 0.1}\n")
    good.write_text("lr: 0.1\n")
    code, out, err = run(capsys, "recipe", "check", str(first), str(good), str(second))
    assert code == 1
    printed = out + err
    for expected in ("E702", "E704", "first.yaml:1:1", "first.yaml:2:9", "second.yaml:1:24", "`gamma`"):
        assert expected in printed
    assert "good.yaml" not in printed


def test_check_of_what_is_no_recipe(tmp_path: Path, capsys: Capture) -> None:
    broken, binary = tmp_path / "broken.yaml", tmp_path / "binary.yaml"
    broken.write_text("lr: [1\n")
    binary.write_bytes(b"\xff\xfe\x00")
    for path in (broken, binary, tmp_path / "missing.yaml", tmp_path):
        code, out, err = run(capsys, "recipe", "check", str(path))
        assert code == 1, path
        assert path.name in out + err
        assert "Traceback" not in out + err
    assert run(capsys, "recipe", "check")[0] == 2
    assert run(capsys, "recipe")[0] == 2


def test_the_command_prints_the_schema(capsys: Capture) -> None:
    assert run_json(capsys, "recipe", "schema") == json.loads(json.dumps(recipe_schema()))


@cache
def validator() -> Any:
    jsonschema = pytest.importorskip("jsonschema")
    kind = jsonschema.Draft202012Validator
    kind.check_schema(recipe_schema())
    return kind(recipe_schema())


def as_json(text: str) -> Any:
    """What an editor sees of a recipe: keys are words."""
    return json.loads(json.dumps(yaml.safe_load(text)))


def test_the_schema_describes_every_key() -> None:
    properties: Any = recipe_schema()["properties"]
    for field in recipe_fields():
        assert properties[field.name]["description"] == field.help


@pytest.mark.parametrize("path", PACKAGED, ids=[path.stem for path in PACKAGED])
def test_the_schema_takes_packaged_recipes(path: Path) -> None:
    validator().validate(as_json(path.read_text()))


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(values=written)
def test_the_schema_takes_what_a_recipe_takes(values: dict[str, Any]) -> None:
    check = validator()
    check.validate(json.loads(json.dumps(values)))
    check.validate(as_json(write_recipe(Recipe.model_validate(values))))


@pytest.mark.parametrize(
    "text",
    [
        "lr: 0.1",
        "lr: {0: 0.1, 60: 0.02}",
        "schedule: cosine",
        "schedule: {type: step, gamma: 0.2}",
        "auto_augment: randaugment",
        "color_jitter: 0.4",
        "random_erasing: 0.5",
        "parameter_groups: [{parameters: norms, weight_decay: 0}]",
        "horizontal_flip: alternating",
        "resize: 32",
        "resize: [32, 48]",
        "class_weights: balanced",
        "validation: 0.1",
        "validation: 5000",
    ],
)
def test_the_schema_takes_short_forms(text: str) -> None:
    validator().validate(as_json(text))


@pytest.mark.parametrize(
    "text",
    [
        "optimzer: sgd",
        "learning_rte: 1",
        "epochs: 0",
        "epochs: many",
        "optimizer: adamx",
        "schedule: cosin",
        "schedule: {type: step, gama: 0.2}",
        "schedule: {gamma: 0.2}",
        "schedule: {type: multistep}",
        "auto_augment: randaugmnt",
        "color_jitter: {hue: 0.7}",
        "color_jitter: -1",
        "color_jitter: much",
        "random_erasing: 2",
        "random_erasing: {scle: [0, 1]}",
        "parameter_groups: [{parameters: norms, weight_deccay: 0}]",
        "parameter_groups: [{weight_decay: 0}]",
        "lr: -1",
        "lr: {0: fast}",
        "lr: {first: 0.1}",
        "betas: [0.9]",
        "resize: [32]",
        "- epochs",
    ],
)
def test_the_schema_refuses_mistakes(text: str) -> None:
    assert not validator().is_valid(as_json(text))
