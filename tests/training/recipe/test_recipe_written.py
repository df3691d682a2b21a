"""Written recipes read back equal, whatever their values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from netdsl.training import Recipe, load_recipe, recipe_fields, write_recipe
from tests.training.recipe.recipes_drawn import VALUES, odd_words, written
from tests.training.tiny_training import run_tiny

thorough = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def test_recipes_are_drawn_over_all_keys() -> None:
    assert set(VALUES) == set(Recipe.model_fields)


@thorough
@given(values=written)
def test_a_written_recipe_reads_back_equal(values: dict[str, Any]) -> None:
    recipe = Recipe.model_validate(values)
    text = write_recipe(recipe)
    assert load_recipe(text, "recipe.yaml") == (recipe, [])
    # And is written alike.
    assert write_recipe(load_recipe(text, "recipe.yaml")[0] or Recipe()) == text


@pytest.mark.parametrize("word", [*odd_words.split(), "a: b", "- a", "", "a #b", "é", "*.weight"])
def test_names_stay_words(word: str) -> None:
    recipe = Recipe.model_validate({"parameter_groups": [{"parameters": word, "frozen": True}]})
    assert load_recipe(write_recipe(recipe), "recipe.yaml") == (recipe, [])


@thorough
@given(values=written)
def test_every_key_is_written_on_a_line_of_its_own(values: dict[str, Any]) -> None:
    recipe = Recipe.model_validate(values)
    keys = [line.partition(":")[0] for line in write_recipe(recipe).splitlines()]
    expected = [field.name for field in recipe_fields()]
    if recipe.steps is not None:
        expected.remove("epochs")
    assert keys == expected


@thorough
@given(values=written)
def test_a_file_gives_what_python_gives(values: dict[str, Any]) -> None:
    """A recipe's keys as JSON, which is YAML, or on the command line."""
    recipe = Recipe.model_validate(values)
    # JSON has words for keys only.
    values = {key: value for key, value in values.items() if not _has_numbers_for_keys(value)}
    plain = Recipe.model_validate(values)
    assert load_recipe(json.dumps(values, ensure_ascii=False), "recipe.json") == (plain, [])
    if "epochs" in values:  # One length takes the place of the other.
        values.pop("steps", None)
    lines = {key.replace("_", "-"): json.dumps(value, ensure_ascii=False) for key, value in values.items()}
    assert load_recipe(None, "none", lines) == (plain, [])
    assert (plain == recipe) or isinstance(recipe.learning_rate, dict)


def _has_numbers_for_keys(value: object) -> bool:
    return isinstance(value, dict) and any(isinstance(key, int) for key in value)


@thorough
@given(values=written)
def test_other_readers_of_yaml_see_the_same(values: dict[str, Any]) -> None:
    """PyYAML reads YAML 1.1."""
    text = write_recipe(Recipe.model_validate(values))
    assert Recipe.model_validate(yaml.safe_load(text)) == Recipe.model_validate(values)


def test_the_run_folder_s_recipe_has_the_keys_as_they_were_given(tmp_path: Path) -> None:
    keys: dict[str, Any] = {
        "optimizer": "sgd",
        "schedule": {"type": "step", "step_size": 2, "gamma": 0.5},
        "parameter_groups": [{"parameters": ["norms", "1.*"], "weight_decay": 0}],
        "steps": 3,
        "class_weights": [1, 2, 3],
        "normalization": {"mean": [0.1, 0.2, 0.3], "std": [1, 1, 1]},
        "memory_format": "contiguous",
        "compile": "off",
    }
    run_tiny(tmp_path, Recipe.model_validate(keys))
    recipe, found = load_recipe((tmp_path / "recipe.yaml").read_text(), "recipe.yaml")
    assert found == []
    assert recipe == Recipe.model_validate(keys)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("schedule: cosine", "schedule: {type: cosine, eta_min: 0.0, T_0: null, T_mult: 1}"),
        ("schedule: step", "schedule: {type: step, step_size: 30, gamma: 0.1}"),
        (
            "schedule: plateau",
            "schedule: {type: plateau, factor: 0.1, patience: 10, threshold: 0.0001, cooldown: 0, min_lr: 0}",
        ),
        (
            "schedule: one_cycle",
            "schedule: {type: one_cycle, pct_start: 0.3, anneal_strategy: cos, div_factor: 25, "
            "final_div_factor: 1e4}",
        ),
        ("auto_augment: randaugment", "auto_augment: {type: randaugment, num_ops: 2, magnitude: 9}"),
        ("color_jitter: 0.4", "color_jitter: {brightness: 0.4, contrast: 0.4, saturation: 0.4}"),
        ("color_jitter: 0", "color_jitter: {}"),
        ("random_erasing: 0.5", "random_erasing: {p: 0.5, scale: [0.02, 0.33], ratio: [0.3, 3.3]}"),
        (
            "parameter_groups: [{parameters: norms, frozen: true}]",
            "parameter_groups:\n- parameters:\n  - norms\n  frozen: true\n  weight_decay:\n  lr_factor: ~",
        ),
        ("lr: 0.5", "learning_rate: 0.5"),
    ],
)
def test_short_forms(short: str, long: str) -> None:
    first, second = load_recipe(short, "1"), load_recipe(long, "2")
    assert first[1] == second[1] == []
    assert first[0] == second[0]
    assert first[0] != Recipe()
