from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import ValidationError

from netdsl.diagnostics import Code, Diagnostic
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.training import Recipe, Statistics, load_recipe, recipe_fields, write_recipe


def only(text: str, overrides: dict[str, str] | None = None) -> Diagnostic:
    recipe, diagnostics = load_recipe(text, "recipe.yaml", overrides)
    assert recipe is None
    assert len(diagnostics) == 1, diagnostics
    return diagnostics[0]


def place(diagnostic: Diagnostic) -> tuple[str, int, int, str]:
    span = diagnostic.span
    assert span is not None
    return span.source.name, span.line, span.column, span.text


@pytest.mark.parametrize("text", [None, "", "# nothing but a comment\n"])
def test_without_keys_every_key_has_its_default(text: str | None) -> None:
    assert load_recipe(text, "recipe.yaml") == (Recipe(), [])


def test_keys_are_read_by_name_and_alias() -> None:
    recipe, diagnostics = load_recipe("lr: 1e-2\noptimizer: sgd\nmomentum: 0.9\nvalidation: 5000\n", "r.yaml")
    assert diagnostics == []
    assert recipe == Recipe(learning_rate=0.01, optimizer="sgd", momentum=0.9, validation=5000)


def test_an_unknown_key_has_place_and_suggestion() -> None:
    found = only("epochs: 3\noptimzer: sgd\n")
    assert found.code == codes.UNKNOWN_KEY
    assert place(found) == ("recipe.yaml", 2, 1, "optimzer")
    assert found.help is not None
    assert "`optimizer`" in found.help
    assert found.fix is not None
    assert found.fix.edits[0].replacement == "optimizer"


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "pointed"),
    [
        ("epochs: thirty\n", codes.WRONG_TYPE, 1, 9, "thirty"),
        ("seed: 0\nbatch_size: true\n", codes.WRONG_TYPE, 2, 13, "true"),
        ("nesterov: 1\n", codes.WRONG_TYPE, 1, 11, "1"),
        ("lr: '0.1'\n", codes.WRONG_TYPE, 1, 5, "'0.1'"),
        ("lr:\nepochs: 2\n", codes.WRONG_TYPE, 1, 1, "lr"),
        ("epochs: 0\n", codes.WRONG_VALUE, 1, 9, "0"),
        ("lr: -0.1\n", codes.WRONG_VALUE, 1, 5, "-0.1"),
        ("lr: .nan\n", codes.WRONG_VALUE, 1, 5, ".nan"),
        ("lr: .inf\n", codes.WRONG_VALUE, 1, 5, ".inf"),
        ("validation: 1.5\n", codes.WRONG_VALUE, 1, 13, "1.5"),
        ("optimizer: adamx\n", codes.WRONG_VALUE, 1, 12, "adamx"),
        ("channels: 2\n", codes.WRONG_VALUE, 1, 11, "2"),
        ("resize: [32]\n", codes.WRONG_VALUE, 1, 9, "[32]"),
        ("normalization: imagenet\n", codes.WRONG_VALUE, 1, 16, "imagenet"),
        ("normalization:\n  mean: [0.5, x]\n  std: [1, 1]\n", codes.WRONG_TYPE, 2, 15, "x"),
        ("normalization: {mean: [0.5]}\n", codes.WRONG_TYPE, 1, 16, "{mean: [0.5]}"),
        ("normalization: {mean: [1], sd: [1], std: [1]}\n", codes.UNKNOWN_KEY, 1, 28, "sd"),
        ("momentum: 0.9\n", codes.CLASHING_KEYS, 1, 1, "momentum"),
        ("optimizer: sgd\nnesterov: true\n", codes.CLASHING_KEYS, 2, 1, "nesterov"),
        ("lr: 1\nlr: 2\n", codes.REPEATED_KEY, 2, 1, "lr"),
        ("lr: 1\nlearning_rate: 2\n", codes.REPEATED_KEY, 2, 1, "learning_rate"),
        ("- epochs\n", codes.NOT_A_MAPPING, 1, 1, "- epochs"),
        ("epochs=3\n", codes.NOT_A_MAPPING, 1, 1, "epochs=3"),
        ("lr: [0.1\nepochs: 3\n", codes.NOT_YAML, 2, 7, ":"),
        ("lr: 0.1\n\tepochs: 3\n", codes.NOT_YAML, 2, 1, "\t"),
        ("a: !!python/object:os.system x\n", codes.NOT_YAML, 1, 4, "!"),
    ],
)
def test_a_mistake_is_pointed_at(text: str, code: Code, line: int, column: int, pointed: str) -> None:
    found = only(text)
    assert found.code == code
    assert place(found) == ("recipe.yaml", line, column, pointed)


def test_a_misspelt_choice_is_suggested() -> None:
    assert only("optimizer: adm\n").help == "did you mean `adam`?"
    assert only("optimizer: SGD\n").help == "did you mean `sgd`?"


def test_all_mistakes_are_found_at_once() -> None:
    _, found = load_recipe("optimzer: sgd\nepochs: 0\nlr: x\n", "r.yaml", {"batch-size": "0"})
    assert {diagnostic.code for diagnostic in found} == {
        codes.UNKNOWN_KEY,
        codes.WRONG_VALUE,
        codes.WRONG_TYPE,
    }
    assert len(found) == 4


@pytest.mark.parametrize(
    "text",
    [
        *("[" * 5000, "a: &x [*x]\n", "lr: \x00", "? {a: b}\n: 1\n", "lr: 1\n---\nlr: 2\n"),
        *("epochs: !!bool maybe\n", "epochs: !!int ''\n", "lr: !!float ''\n", "lr: !!timestamp x\n"),
        *("epochs: !!binary '@@'\n", "epochs: !!set {a}\n", "lr: !own 1\n", "epochs: " + "9" * 4000),
        *("a: &a {b: 1}\n!!merge c: *a\n", "epochs: 3\n#" + "x" * 2**20, "a: " * 3000),
    ],
)
def test_hostile_yaml_is_a_diagnostic(text: str) -> None:
    recipe, diagnostics = load_recipe(text, "recipe.yaml")
    assert recipe is None
    assert diagnostics


def test_aliases_that_multiply_do_not_take_long() -> None:
    lines = ["a: &a0 [1]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert load_recipe("\n".join([*lines, "normalization: {mean: *a11, std: [1]}"]), "r.yaml")[0] is None


def test_aliases_that_multiply_are_not_written_out() -> None:
    lines = ["a0: &a0 [1]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 99)}]" for n in range(1, 30)]
    for use in ("lr: *a29", "parameter_groups: *a29", "milestones: *a29"):
        recipe, found = load_recipe("\n".join([*lines, use]), "r.yaml")
        assert recipe is None
        assert [each.code for each in found] == [codes.NOT_YAML]


def test_some_aliases_are_fine() -> None:
    recipe, found = load_recipe(
        "lr: &rate 0.1\neta_min: *rate\nschedule: {type: cosine, eta_min: *rate}\n", "r"
    )
    assert [each.code for each in found] == [codes.UNKNOWN_KEY]
    assert recipe is None


def test_of_many_mistakes_a_screenful_is_told() -> None:
    assert len(load_recipe("\n".join(f"a{n}: 1" for n in range(500)), "r.yaml")[1]) == 50


def test_overrides_win_over_the_file_and_its_mistakes() -> None:
    recipe, diagnostics = load_recipe(
        "lr: fast\nepochs: 3\n", "r.yaml", {"lr": "1e-2", "batch-size": "32", "resize": "[32, 48]"}
    )
    assert diagnostics == []
    assert recipe == Recipe(learning_rate=0.01, epochs=3, batch_size=32, resize=(32, 48))


def test_mistakes_in_overrides_point_at_the_command_line() -> None:
    found = only("epochs: 3\n", {"epochs": "5", "lr": "fast"})
    assert place(found) == ("<command line>", 1, 17, "fast")
    found = only("", {"batch-sise": "5"})
    assert place(found)[3] == "batch-sise"
    assert found.help == "did you mean `batch-size`?"
    assert only("", {"resize": "[3,"}).code == codes.NOT_YAML
    assert only("", {"lr": ""}).code == codes.WRONG_TYPE


def test_a_written_recipe_reads_back_equal() -> None:
    recipe = Recipe(
        optimizer="sgd",
        learning_rate=1e-5,
        momentum=0.9,
        validation=0.25,
        normalization=Statistics(mean=(0.5, 0.25, 0.125), std=(0.2, 0.2, 0.2)),
        resize=(32, 16),
        channels=3,
    )
    assert load_recipe(write_recipe(recipe), "recipe.yaml") == (recipe, [])
    assert load_recipe(write_recipe(Recipe()), "recipe.yaml") == (Recipe(), [])


def test_fields_describe_every_key() -> None:
    fields = {field.name: field for field in recipe_fields()}
    assert list(fields) == list(Recipe.model_fields)
    assert all(field.help and field.takes and field.metavar for field in fields.values())
    assert fields["learning_rate"].aliases == ("lr",)
    assert fields["optimizer"].choices[:2] == ("sgd", "adam")
    assert fields["horizontal_flip"].is_flag
    assert not fields["epochs"].is_flag
    for field in fields.values():
        recipe, diagnostics = load_recipe(None, "none", {field.name: field.default})
        assert recipe == Recipe(), diagnostics


def test_recipes_built_in_python_are_checked_and_frozen() -> None:
    with pytest.raises(ValidationError):
        Recipe(epochs=0)
    with pytest.raises(ValidationError):
        Recipe(momentum=0.9)
    recipe = Recipe()
    with pytest.raises(ValidationError):
        recipe.epochs = 3


@pytest.mark.parametrize("code", [code for code in codes.ALL if code.example_kind == "yaml"])
def test_the_catalogue_s_examples_are_true(code: Code) -> None:
    assert only(code.wrong).code == code
    assert load_recipe(code.right, "recipe.yaml")[1] == []


def test_recipes_need_no_torch() -> None:
    program = "import sys; from netdsl.training import load_recipe, recipe_fields; recipe_fields(); "
    program += "load_recipe('lr: 1', 'x'); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)
