"""Which runs a file has: named ones, combinations, draws; what each is given and how it is called."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from statistics import correlation

import pytest

from netdsl.experiments.expand import expand
from netdsl.experiments.load import ExperimentFile
from netdsl.experiments.plan import Choices, find_spec
from tests.experiments.files import HEAD, plan, read, runs


def names(text: str) -> list[str]:
    return [each.variant.name for each in plan(text)]


def test_a_file_without_runs_is_one_run() -> None:
    (run,) = runs(HEAD)
    assert (run.name, run.folder, run.net, run.settings, run.seed) == (
        "base",
        "base/seed-0",
        "conv_pairs",
        {},
        0,
    )
    assert run.part is None


def test_runs_grids_and_draws_stand_side_by_side() -> None:
    text = HEAD + (
        "runs: [{name: first}, {name: second, set: {p: 0.3}}]\ngrid: {set.p: [0.1, 0.2]}\n"
        "random: {draws: 2, space: {set.p: {uniform: [0.5, 0.8]}}}\n"
    )
    assert names(text) == ["first", "second", "p=0.1", "p=0.2", "draw 1", "draw 2"]


def test_a_run_is_given_what_it_changes_over_what_the_file_says() -> None:
    text = HEAD + (
        "set: {p: 0.1, classes: 12}\nrecipe: {epochs: 7, optimizer: sgd, momentum: 0.9}\nruns:\n"
        "  - {name: same}\n"
        "  - {name: changed, set: {p: 0.5}, recipe: {epochs: 3, lr: 0.5}}\n"
        "  - {name: in steps, recipe: {steps: 100}}\n"
        "  - {name: other net, net: lenet5}\n"
        "  - {name: same net, net: conv_pairs}\n"
    )
    same, changed, in_steps, other, same_net = runs(text)
    assert same.settings == {"p": "0.1", "classes": "12"}
    assert (same.recipe.epochs, same.recipe.momentum) == (7, 0.9)
    assert changed.settings == {"p": "0.5", "classes": "12"}
    assert (changed.recipe.epochs, changed.recipe.learning_rate, changed.recipe.momentum) == (3, 0.5, 0.9)
    assert changed.changes == ("p=0.5", "epochs=3", "lr=0.5")
    assert in_steps.recipe.steps == 100
    assert (other.net, other.settings, other.recipe.epochs) == ("lenet5", {}, 7)
    assert same_net.settings == same.settings


def test_settings_are_texts_of_the_language() -> None:
    (run,) = runs("title: W\nnet: resnet\nset: {depths: [1, 2, 3, 4], bottleneck: true, classes: 10}\n")
    assert run.settings == {"depths": "[1, 2, 3, 4]", "bottleneck": "true", "classes": "10"}


def test_a_recipe_of_a_file_takes_the_place_of_all_keys(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text("epochs: 4\n")
    text = HEAD + (
        "recipe: {momentum: 0.9, optimizer: sgd}\nruns: [{name: a, recipe: r.yaml}, {name: b}]\n"
        "grid: {recipe.epochs: [9]}\n"
    )
    a, b, grid = runs(text, tmp_path)
    assert (a.recipe.epochs, a.recipe.optimizer, a.changes) == (4, "adam", ("recipe=r.yaml",))
    assert b.recipe.optimizer == "sgd"
    assert (grid.recipe.epochs, grid.recipe.momentum) == (9, 0.9)
    (base,) = runs(HEAD + "recipe: r.yaml\n", tmp_path)
    assert base.recipe.epochs == 4


def test_the_recipe_beside_the_net_is_not_taken() -> None:
    (run,) = runs("title: W\nnet: lenet5\n")
    assert run.recipe.model_fields_set == {"seed"}


def test_a_grid_has_every_combination_in_order() -> None:
    text = HEAD + "grid:\n  set.p: [0, 0.5]\n  recipe.lr: [0.1, 0.01, 1e-3]\n"
    found = [(run.settings["p"], run.recipe.learning_rate) for run in runs(text)]
    assert found == [(p, rate) for p in ("0", "0.5") for rate in (0.1, 0.01, 0.001)]
    assert names(text)[1] == "p=0, lr=0.01"


def test_a_grid_of_networks_leaves_the_settings_of_the_files_behind() -> None:
    text = HEAD + "set: {p: 0.1}\ngrid: {net: [lenet5, 'conv_pairs:EightConv'], recipe.epochs: [1, 2]}\n"
    found = [(run.net, dict(run.settings), run.recipe.epochs) for run in runs(text)]
    assert found == [(net, {}, n) for net in ("lenet5", "conv_pairs:EightConv") for n in (1, 2)]


def test_long_combinations_are_numbered() -> None:
    keys = ("learning_rate", "weight_decay", "batch_size", "label_smoothing", "ema_decay")
    values = {"batch_size": "[64, 128]"}
    grid = ", ".join(f"recipe.{key}: {values.get(key, '[0.125, 0.25]')}" for key in keys)
    found = runs(HEAD + f"grid: {{{grid}}}\n")
    assert [run.name for run in found] == [f"grid {n}" for n in range(1, 33)]
    assert found[31].changes[:2] == ("learning_rate=0.25", "weight_decay=0.25")
    assert found[31].recipe.ema_decay == 0.25


DRAWS = HEAD + (
    "random:\n  draws: {draws}\n  seed: {seed}\n  space:\n    recipe.lr: {{log_uniform: [1.0e-4, 0.1]}}\n"
    "    recipe.batch_size: {{choice: [32, 64, 128]}}\n    set.p: {{uniform: [0.2, 0.8]}}\n"
    "    recipe.epochs: {{integer: [3, 6]}}\n"
)


def drawn(draws: int, seed: int = 0) -> list[tuple[float, int, float, int]]:
    found = runs(DRAWS.format(draws=draws, seed=seed))
    recipes = [run.recipe for run in found]
    settings = [float(run.settings["p"]) for run in found]
    return [
        (each.base_rate, each.batch_size, p, each.epochs) for each, p in zip(recipes, settings, strict=True)
    ]


def test_draws_depend_on_their_seed_and_number_alone() -> None:
    assert drawn(20) == drawn(20)
    assert drawn(20)[:5] == drawn(5)
    assert drawn(20) != drawn(20, seed=1)
    assert len(set(drawn(20))) == 20


def test_draws_fill_their_space_evenly() -> None:
    rates, sizes, shares, epochs = zip(*drawn(600), strict=True)
    assert all(1e-4 <= rate <= 0.1 for rate in rates)
    powers = Counter(math.floor(math.log10(rate)) for rate in rates)
    assert all(abs(powers[power] - 200) < 50 for power in (-4, -3, -2))
    assert all(abs(count - 200) < 50 for count in Counter(sizes).values())
    assert set(sizes) == {32, 64, 128}
    assert all(0.2 <= p <= 0.8 for p in shares)
    assert abs(sum(shares) / 600 - 0.5) < 0.03
    assert all(abs(Counter(epochs)[n] - 150) < 45 for n in (3, 4, 5, 6))
    # What one key is given says nothing of another.
    assert abs(correlation([math.log(rate) for rate in rates], shares)) < 0.15
    assert abs(correlation(sizes, epochs)) < 0.15


def test_a_draw_of_a_key_stays_where_another_key_is_added() -> None:
    text = HEAD + "random:\n  draws: 4\n  space:\n    set.p: {uniform: [0, 1]}\n"
    more = text + "    recipe.epochs: {integer: [1, 9]}\n"
    assert [run.settings for run in runs(text)] == [run.settings for run in runs(more)]


def test_every_run_has_each_of_its_seeds() -> None:
    text = HEAD + "seeds: 2\nruns: [{name: a}, {name: b, seeds: [7, 3]}]\ngrid: {set.p: [0.5]}\n"
    assert [(run.name, run.seed) for run in runs(text)] == [
        ("a", 0),
        ("a", 1),
        ("b", 7),
        ("b", 3),
        ("p=0.5", 0),
        ("p=0.5", 1),
    ]
    assert [run.seed for run in runs(HEAD + "recipe: {seed: 5}\n")] == [5]
    other = runs(text, choices=Choices(seeds=(0, 1, 2)))
    assert [run.seed for run in other] == [0, 1, 2] * 3
    assert runs(HEAD + "grid: {recipe.seed: [4, 5]}\n")[1].recipe.seed == 5


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("Wide net", "wide-net"),
        ("p=0.5, lr=1e-3", "p=0.5-lr=1e-3"),
        ("../../etc/passwd", "etc-passwd"),
        (".hidden", "hidden"),
        ("a/b\\c:d*e", "a-b-c-d-e"),
        ("größer", "größer"),
        ("50 %", "50"),
    ],
)
def test_a_folder_is_called_by_the_name_of_its_run(name: str, folder: str) -> None:
    (run,) = runs(HEAD + f"runs: [{{name: '{name}'}}]\n")
    assert run.folder == f"{folder}/seed-0"


@pytest.mark.parametrize("character", ["狗", "𠀀"])
def test_folders_of_names_with_many_bytes_can_be_made(tmp_path: Path, character: str) -> None:
    entries = ", ".join(f"{{name: {character * 99}{number}, seeds: [{number}]}}" for number in range(2))
    made = [run.folder for run in runs(HEAD + f"runs: [{entries}]\n")]
    assert len({each.split("/")[0] for each in made}) == 2
    for each in made:
        (tmp_path / each).mkdir(parents=True)
        assert each.startswith(character * 50)


def test_a_folder_of_255_bytes_is_called_by_the_whole_name() -> None:
    name = "狗" * 85
    assert runs(HEAD + f"runs: [{{name: {name}}}]\n")[0].folder == f"{name}/seed-0"


def test_fewer_epochs_are_a_part_beside_the_whole() -> None:
    text = HEAD + "recipe: {epochs: 20}\nruns: [{name: a}, {name: b, recipe: {epochs: 2}}]\n"
    a, b = runs(text, choices=Choices(epochs=3))
    assert (a.recipe.epochs, a.part, a.folder) == (3, "3 of 20 epochs", "a/seed-0-3-epochs")
    assert (a.in_full.folder, a.in_full.recipe.epochs, a.in_full.part) == ("a/seed-0", 20, None)
    assert (b.recipe.epochs, b.part, b.folder) == (2, None, "b/seed-0")
    (steps,) = runs(HEAD + "recipe: {steps: 500}\n", choices=Choices(epochs=3))
    assert (steps.recipe.epochs, steps.recipe.steps) == (3, None)
    assert steps.part == "3 epochs in place of 500 steps"


def test_runs_that_are_the_same_training_share_its_folder() -> None:
    text = HEAD + (
        "recipe: {epochs: 4}\nseeds: [0, 1]\nruns:\n  - {name: a}\n  - {name: b, set: {p: 0.5}}\n"
        "  - {name: c, recipe: {epochs: 4}, seeds: [1, 2]}\ngrid: {set.p: [0.5]}\n"
    )
    found = {(run.name, run.seed): run for run in runs(text)}
    assert found["c", 1].folder == found["a", 1].folder == "a/seed-1"
    assert (found["c", 1].twin, found["a", 1].twin) == ("a", None)
    assert found["c", 2].folder == "c/seed-2"
    assert found["p=0.5", 0].folder == found["b", 0].folder == "b/seed-0"
    assert len({run.folder for run in found.values()}) == 5


def test_parts_of_different_runs_share_no_folder() -> None:
    text = HEAD + "runs: [{name: a, recipe: {epochs: 9}}, {name: b, recipe: {epochs: 8}}]\n"
    assert len({run.folder for run in runs(text, choices=Choices(epochs=3))}) == 2


def test_networks_are_found_beside_the_file_and_among_the_packaged(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("own.net", "sub/deep.net", "lenet5.net"):
        (tmp_path / name).write_text("net A {\n    input 3x8x8\n    flatten -> linear(2)\n}\n")
    for written, path in (
        ("own.net", "own.net"),
        ("own", "own.net"),
        ("own:A", "own.net:A"),
        ("sub/deep.net:A", "sub/deep.net:A"),
        ("lenet5", "lenet5.net"),
    ):
        assert find_spec(written, tmp_path) == str(tmp_path / path)
    assert find_spec("vgg:VGG16", tmp_path).endswith("architectures/vgg.net:VGG16")
    assert find_spec("nowhere", tmp_path) == "nowhere"
    (run,) = runs("title: W\nnet: own\n", tmp_path)
    assert run.spec == str(tmp_path / "own.net")


def test_the_most_runs_there_can_be() -> None:
    def file(seeds: int) -> ExperimentFile:
        return read(HEAD + f"seeds: {seeds}\nrandom: {{draws: 50, space: {{set.p: {{uniform: [0, 1]}}}}}}\n")

    assert expand(file(200))[1] == []
    assert [each.code.id for each in expand(file(201))[1]] == ["E910"]
