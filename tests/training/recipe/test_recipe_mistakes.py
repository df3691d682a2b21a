"""Mistakes inside of values: where they are pointed at, and what is said of them."""

from __future__ import annotations

import pytest

from netdsl.diagnostics import Code, Diagnostic, Source
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.training import load_recipe, write_recipe
from netdsl.training.recipe.positions import read_mapping

UNKNOWN, TYPE, VALUE, CLASH = codes.UNKNOWN_KEY, codes.WRONG_TYPE, codes.WRONG_VALUE, codes.CLASHING_KEYS


def only(text: str, overrides: dict[str, str] | None = None) -> Diagnostic:
    recipe, diagnostics = load_recipe(text, "recipe.yaml", overrides)
    assert recipe is None
    assert len(diagnostics) == 1, diagnostics
    return diagnostics[0]


def pointed(found: Diagnostic) -> tuple[int, int, str]:
    assert found.span is not None
    assert found.span.source.name == "recipe.yaml"
    return found.span.line, found.span.column, found.span.text


@pytest.mark.parametrize(
    ("text", "code", "place", "message"),
    [
        # Schedules.
        ("schedule: stepp", VALUE, (1, 11, "stepp"), "`schedule`"),
        ("schedule:\n  type: stepp", VALUE, (2, 9, "stepp"), "`schedule`"),
        ("schedule: {type: step, gama: 0.1}", UNKNOWN, (1, 24, "gama"), "`schedule` has no key `gama`"),
        ("schedule: {type: cosine, gamma: 1}", UNKNOWN, (1, 26, "gamma"), "`schedule` has no key"),
        ("schedule: {gamma: 0.1}", TYPE, (1, 11, "{gamma: 0.1}"), "lacks `type`"),
        ("schedule: {type: multistep}", TYPE, (1, 11, "{type: multistep}"), "lacks `milestones`"),
        ("schedule: {type: step, step_size: x}", TYPE, (1, 35, "x"), "`step_size`"),
        ("schedule: {type: step, step_size: 0}", VALUE, (1, 35, "0"), "`step_size`"),
        ("schedule: {type: step, gamma: }", TYPE, (1, 24, "gamma"), "`gamma` has no value"),
        ("schedule:\n  type: step\n  gamma: -1", VALUE, (3, 10, "-1"), "`gamma`"),
        ("schedule: {type: multistep, milestones: [3, x]}", TYPE, (1, 45, "x"), "`milestones`"),
        ("schedule: {type: multistep, milestones: [3, 0]}", VALUE, (1, 45, "0"), "`milestones`"),
        ("schedule: {type: multistep, milestones: [0]}", VALUE, (1, 42, "0"), "`milestones`"),
        ("schedule: {type: multistep, milestones: []}", VALUE, (1, 41, "[]"), "`milestones`"),
        ("schedule: {type: multistep, milestones: 3}", TYPE, (1, 41, "3"), "`milestones`"),
        ("schedule: {type: plateau, factor: 1}", VALUE, (1, 35, "1"), "`factor`"),
        ("schedule: {type: one_cycle, pct_start: 2}", VALUE, (1, 40, "2"), "`pct_start`"),
        ("schedule: {type: cosine, T_0: 0}", VALUE, (1, 31, "0"), "`T_0`"),
        ("schedule: [cosine]", TYPE, (1, 11, "[cosine]"), "`schedule`"),
        ("schedule: 3", TYPE, (1, 11, "3"), "`schedule`"),
        ("schedule:\nepochs: 3", TYPE, (1, 1, "schedule"), "has no value"),
        # Rules for parameters.
        (
            "parameter_groups: [{parameters: norms, weight_deccay: 0}]",
            UNKNOWN,
            (1, 40, "weight_deccay"),
            "`parameter_groups` has no key",
        ),
        (
            "parameter_groups:\n- {parameters: norms, frozen: true}\n- {parameters: biases, lr_factor: 0}",
            VALUE,
            (3, 35, "0"),
            "`lr_factor`",
        ),
        (
            "parameter_groups:\n- {parameters: norms, frozen: true}\n- {parameters: biases}",
            CLASH,
            (3, 3, "{parameters: biases}"),
            "changes nothing",
        ),
        ("parameter_groups: [{frozen: true}]", TYPE, (1, 20, "{frozen: true}"), "lacks `parameters`"),
        (
            "parameter_groups: {parameters: norms, frozen: true}",
            TYPE,
            (1, 19, "{parameters: norms, frozen: true}"),
            "`parameter_groups`",
        ),
        ("parameter_groups: [{parameters: [a, 3], frozen: true}]", TYPE, (1, 37, "3"), "`parameters`"),
        ("parameter_groups: [{parameters: 3, frozen: true}]", TYPE, (1, 33, "3"), "`parameters`"),
        ("parameter_groups: [{parameters: [], frozen: true}]", VALUE, (1, 33, "[]"), "`parameters`"),
        ("parameter_groups: [{parameters: norms, frozen: 1}]", TYPE, (1, 48, "1"), "`frozen`"),
        (
            "parameter_groups: [{parameters: norms, weight_decay: -1}]",
            VALUE,
            (1, 54, "-1"),
            "`weight_decay`",
        ),
        ("parameter_groups: [norms]", TYPE, (1, 20, "norms"), "`parameter_groups`"),
        # Augmentation.
        ("color_jitter: {brightnes: 0.1}", UNKNOWN, (1, 16, "brightnes"), "`color_jitter`"),
        ("color_jitter: {hue: 0.7}", VALUE, (1, 21, "0.7"), "`hue`"),
        ("color_jitter:\n  contrast: 0.1\n  hue: x", TYPE, (3, 8, "x"), "`hue`"),
        ("color_jitter: -1", VALUE, (1, 15, "-1"), "`color_jitter`"),
        ("color_jitter: much", TYPE, (1, 15, "much"), "`color_jitter`"),
        ("color_jitter: true", TYPE, (1, 15, "true"), "`color_jitter`"),
        ("random_erasing: 2", VALUE, (1, 17, "2"), "`random_erasing`"),
        ("random_erasing: {p: x}", TYPE, (1, 21, "x"), "`p`"),
        ("random_erasing: {ration: [1, 2]}", UNKNOWN, (1, 18, "ration"), "`random_erasing`"),
        ("random_erasing: {scale: [0.1]}", VALUE, (1, 25, "[0.1]"), "`scale`"),
        ("random_erasing: {ratio: [0, 2]}", VALUE, (1, 26, "0"), "`ratio`"),
        ("random_erasing: {scale: [0.5, 0.1]}", CLASH, (1, 1, "random_erasing"), "smaller number"),
        ("auto_augment: randaugmnt", VALUE, (1, 15, "randaugmnt"), "`auto_augment`"),
        ("auto_augment: {type: randaugmnt}", VALUE, (1, 22, "randaugmnt"), "`auto_augment`"),
        ("auto_augment: {type: randaugment, num_op: 3}", UNKNOWN, (1, 35, "num_op"), "`auto_augment`"),
        ("auto_augment: {type: randaugment, magnitude: 31}", VALUE, (1, 46, "31"), "`magnitude`"),
        ("auto_augment: {type: cifar10, magnitude: 3}", UNKNOWN, (1, 31, "magnitude"), "`auto_augment`"),
        ("auto_augment: {num_ops: 3}", TYPE, (1, 15, "{num_ops: 3}"), "lacks `type`"),
        ("horizontal_flip: alternatin", TYPE, (1, 18, "alternatin"), "`horizontal_flip`"),
        # Rates of epochs.
        ("lr: {0: 0.1, 5: fast}", TYPE, (1, 17, "fast"), "`learning_rate`"),
        ("lr: {0: 0.1, 5: 0}", VALUE, (1, 17, "0"), "`learning_rate`"),
        ("lr:\n  0: 0.1\n  x: 0.2", TYPE, (3, 3, "x"), "`learning_rate`"),
        ("lr: {0: 0.1, -5: 0.2}", VALUE, (1, 14, "-5"), "`learning_rate`"),
        ("lr: {0: 0.1, 1.5: 0.2}", TYPE, (1, 14, "1.5"), "`learning_rate`"),
        ("lr: {0: 0.1, 0: 0.2}", codes.REPEATED_KEY, (1, 14, "0"), "given twice"),
        ("lr: {5: 0.1}", CLASH, (1, 1, "lr"), "first epochs"),
        ("lr: {}", VALUE, (1, 5, "{}"), "`learning_rate`"),
        ("lr: [0.1, 0.2]", TYPE, (1, 5, "[0.1, 0.2]"), "`learning_rate`"),
        ("schedule: cosine\nlr: {0: 0.1}", CLASH, (2, 1, "lr"), "nothing for a schedule"),
        # Lists and statistics.
        ("betas: [0.9]", VALUE, (1, 8, "[0.9]"), "`betas`"),
        ("betas: [0.9, 1.0]", VALUE, (1, 14, "1.0"), "`betas`"),
        ("class_weights: [1, x]", TYPE, (1, 20, "x"), "`class_weights`"),
        ("class_weights: [-1]", VALUE, (1, 17, "-1"), "`class_weights`"),
        ("class_weights: balancd", VALUE, (1, 16, "balancd"), "`class_weights`"),
        ("normalization: {mean: [1], std: [0]}", VALUE, (1, 34, "0"), "`normalization`"),
        # Keys that don't go together.
        ("epochs: 3\nsteps: 30", CLASH, (1, 1, "epochs"), "both say when training ends"),
        ("loss: mse\nlabel_smoothing: 0.1", CLASH, (2, 1, "label_smoothing"), "label smoothing"),
        ("replacement: false", CLASH, (1, 1, "replacement"), "no image is drawn twice"),
        ("sampling_weights: balanced\nshuffle: false", CLASH, (2, 1, "shuffle"), "new order"),
        ("optimizer: sgd\neps: 1e-3", CLASH, (2, 1, "eps"), "sgd has no eps"),
        ("optimizer: sgd\nbetas: [0.1, 0.2]", CLASH, (2, 1, "betas"), "betas are an option"),
        ("alpha: 0.1", CLASH, (1, 1, "alpha"), "rmsprop"),
        ("optimizer: nadam\nmomentum: 0.5", CLASH, (2, 1, "momentum"), "momentum is an option"),
        ("loss: mse\nfocal_gamma: 3", CLASH, (2, 1, "focal_gamma"), "an option of focal"),
        ("normalization: {mean: [1, 1], std: [1]}", CLASH, (1, 1, "normalization"), "2 channels, `std` of 1"),
        ("epochs: 9\nwarmup: 10", CLASH, (2, 9, "10"), "longer than the training"),
        ("steps: 5\nwarmup: 9", CLASH, (2, 9, "9"), "longer than the training"),
        ("steps: 5\nschedule: {type: multistep, milestones: [5]}", CLASH, (2, 41, "[5]"), "after the train"),
        ("schedule: {type: multistep, milestones: [9, 3]}", CLASH, (1, 41, "[9, 3]"), "from earlier"),
        ("epochs: 9\nschedule: {type: multistep, milestones: [9]}", CLASH, (2, 41, "[9]"), "after the train"),
        ("subset: 0", VALUE, (1, 9, "0"), "`subset`"),
        ("optimizer: rmsprop\nmomentum: 0.5\nnesterov: true", CLASH, (3, 1, "nesterov"), "Nesterov"),
    ],
)
def test_where_a_mistake_is(text: str, code: Code, place: tuple[int, int, str], message: str) -> None:
    found = only(text)
    assert (found.code, pointed(found)) == (code, place)
    assert message in found.message


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("schedule: cosin", "cosine"),
        ("schedule: {type: platau}", "plateau"),
        ("schedule: {type: step, gama: 0.1}", "gamma"),
        ("schedule: {type: step, stepsize: 3}", "step_size"),
        ("schedule: {type: cosine, T_mul: 3}", "T_mult"),
        ("parameter_groups: [{parameter: norms, frozen: true, parameters: a}]", "parameters"),
        ("parameter_groups: [{parameters: norms, lr_facter: 2}]", "lr_factor"),
        ("color_jitter: {contrst: 0.1}", "contrast"),
        ("random_erasing: {scle: [0.1, 0.2]}", "scale"),
        ("auto_augment: trivialagment", "trivialaugment"),
        ("auto_augment: {type: randaugment, num_op: 3}", "num_ops"),
        ("best_by: validation_acuracy", "validation_accuracy"),
        ("precision: bfloat6", "bfloat16"),
        ("loss: focl", "focal"),
        ("class_weights: balancd", "balanced"),
        ("horizontal_flip: alternatin", "alternating"),
        # What others call values, and how they write them.
        ("schedule: cosine_annealing", "cosine"),
        ("precision: fp16", "float16"),
        ("best_by: val_accuracy", "validation_accuracy"),
        ("best_by: val_loss", "validation_loss"),
        ("stratified: yes", "true"),
        ("stratified: on", "true"),
        ("subset: 10%", "0.1"),
        ("validation: 0,1", "0.1"),
        ('batch_size: "64"', "64"),
        ("resize: 32x32", "[32, 32]"),
    ],
)
def test_what_was_meant(text: str, meant: str) -> None:
    found = only(text)
    assert found.help == f"did you mean `{meant}`?"
    assert found.fix is not None
    (edit,) = found.fix.edits
    start, stop = edit.span.start, edit.span.end
    mended = text[:start] + edit.replacement + text[stop:]
    assert meant in mended
    assert all(each.code != found.code for each in load_recipe(mended, "recipe.yaml")[1])


def test_all_mistakes_inside_values_are_found_at_once() -> None:
    text = (
        "schedule: {type: step, gama: 0.1}\n"
        "color_jitter: {hue: 2, contrst: 1}\n"
        "parameter_groups:\n- {parameters: a, frozn: true}\n- {parameters: b, lr_factor: -1}\n"
    )
    recipe, diagnostics = load_recipe(text, "recipe.yaml")
    assert recipe is None
    texts = [found.span.text for found in diagnostics if found.span is not None]
    assert sorted(texts) == ["-1", "2", "contrst", "frozn", "gama"]


def test_mistakes_inside_of_options_point_at_the_command_line() -> None:
    found = only("epochs: 3\n", {"schedule": "{type: step, gama: 1}"})
    assert found.code == UNKNOWN or found.code == TYPE
    assert found.span is not None
    assert found.span.source.name == "<command line>"
    found = only("", {"parameter-groups": "[{parameters: norms}]"})
    assert found.code == CLASH
    assert found.span is not None
    assert found.span.text == "--parameter-groups"


def test_of_a_key_given_twice_that_alone_is_said() -> None:
    # Nor that `momentum` and adam don't go together: sgd may be what is meant.
    text = (
        "schedule: onecycle\noptimizer: adam\nmomentum: 0.9\noptimizer: sgd\nschedule: cosine\nbatch_size: x"
    )
    recipe, found = load_recipe(text, "recipe.yaml")
    assert recipe is None
    assert [(each.code, pointed(each)) for each in found] == [
        (codes.REPEATED_KEY, (4, 1, "optimizer")),
        (codes.REPEATED_KEY, (5, 1, "schedule")),
        (TYPE, (6, 13, "x")),
    ]
    # Where it is read all the same, the value is the one at the place.
    assert read_mapping(Source("recipe.yaml", "a: 1\na: 2"))[0] == {"a": 1}


@pytest.mark.parametrize(
    ("key", "help"),
    [
        ("device", "an option of the command: `--device`"),
        ("data-dir", "`--data-dir`"),
        ("dropout", "belongs to the network"),
        ("recipe", "a key of an experiment file"),
    ],
)
def test_keys_that_stand_elsewhere(key: str, help: str) -> None:
    found = only(f"{key}: 1")
    assert found.code is UNKNOWN
    assert found.fix is None
    assert help in (found.help or "")


def test_all_clashes_are_told_line_by_line() -> None:
    found = load_recipe("nesterov: true\nbetas: [0.9, 0.9]\noptimizer: sgd", "recipe.yaml")[1]
    assert [(each.code, pointed(each)[2]) for each in found] == [(CLASH, "nesterov"), (CLASH, "betas")]
    # What YAML tells, what the keys tell and what the values tell is in the order of the lines too.
    found = load_recipe("lr: x\nepocs: 3\nseed: 1\nseed: 2\nloss: y\n", "recipe.yaml", {"epochs": "z"})[1]
    assert [each.span.text for each in found if each.span] == ["x", "epocs", "seed", "y", "z"]


@pytest.mark.parametrize("length", ["epochs", "steps"])
def test_a_part_of_a_training_may_plan_for_what_comes_after_it(length: str) -> None:
    whole = f"{length}: 20\nwarmup: 5\nschedule: {{type: multistep, milestones: [10, 15]}}"
    assert load_recipe(whole, "recipe.yaml", {length: "2"})[1] == []
    part = whole.replace("20", "2")
    assert [each.code for each in load_recipe(part, "recipe.yaml")[1]] == [CLASH, CLASH]
    recipe, found = load_recipe(part, "recipe.yaml", resolved=True)
    assert recipe is not None
    # So can be trained once more with the recipe that its run keeps.
    assert (found, load_recipe(write_recipe(recipe), "recipe.yaml")) == ([], (recipe, []))
