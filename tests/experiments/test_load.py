"""Mistakes in experiment files: each with its code, its place and what may have been meant."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netdsl.diagnostics.catalogue import experiments as codes
from netdsl.diagnostics.render import render_text
from netdsl.experiments.load import read_experiment
from tests.experiments.files import HEAD, diagnose, findings, read
from tests.golden.test_fixes import apply

# What is wrong, its code, where it stands, what stands there, and what the help names.
MISTAKES: dict[str, tuple[str, str, str, str, str]] = {
    "a key": ("title: W\nnets: vgg\n", "E903", "2:1", "nets", "`net`"),
    "another word for a key": ("title: W\nmodel: vgg\n", "E903", "2:1", "model", "`net`"),
    "a title by another name": ("name: W\nnet: vgg\n", "E903", "1:1", "name", "`title`"),
    "a run's name by another": (HEAD + "runs: [{title: a}]\n", "E903", "3:9", "title", "`name`"),
    "a key of a run": (HEAD + "runs: [{name: a, sets: {p: 0}}]\n", "E903", "3:18", "sets", "`set`"),
    "a reported figure": (
        HEAD + "runs: [{name: a, reported: {test_acuracy: 0.5}}]\n",
        "E903",
        "3:29",
        "test_acuracy",
        "`test_accuracy`",
    ),
    "a recipe key": (HEAD + "recipe: {epoch: 5}\n", "E702", "3:10", "epoch", "`epochs`"),
    "a run's recipe key": (
        HEAD + "runs:\n  - name: a\n    recipe:\n      optimzer: sgd\n",
        "E702",
        "6:7",
        "optimzer",
        "`optimizer`",
    ),
    "a key inside a recipe key": (
        HEAD + "recipe: {schedule: {type: step, gama: 1}}\n",
        "E702",
        "3:33",
        "gama",
        "`gamma`",
    ),
    "a recipe value": (HEAD + "recipe: {optimizer: sdg}\n", "E704", "3:21", "sdg", "`sgd`"),
    "recipe keys that clash": (HEAD + "recipe: {epochs: 5, steps: 50}\n", "E706", "3:10", "epochs", "keep"),
    "a list for a recipe": (HEAD + "recipe: [epochs]\n", "E904", "3:9", "[epochs]", ""),
    "a recipe that is not there": (HEAD + "recipe: r.yaml\n", "E602", "3:9", "r.yaml", ""),
    "a recipe that no file can be": (HEAD + 'recipe: "\\ud800"\n', "E602", "3:9", '"\\ud800"', ""),
    "a setting": (HEAD + "set: {pp: 0.5}\n", "E312", "3:7", "pp", "p"),
    "a setting's value": (HEAD + "set: {p: often}\n", "E307", "3:10", "often", ""),
    "no value for a setting": (HEAD + "set: {p: {a: 1}}\n", "E904", "3:10", "{a: 1}", ""),
    "a net": ("title: W\nnet: lenet55\n", "E601", "2:6", "lenet55", "lenet5"),
    "a net of a file": ("title: W\nnet: conv_pairs:Eight\n", "E603", "2:6", "conv_pairs:Eight", "EightConv"),
    "a grid's key": (HEAD + "grid: {p: [0, 0.5]}\n", "E903", "3:8", "p", "`set.p`"),
    "a grid's recipe key": (
        HEAD + "grid: {recipe.epoch: [1]}\n",
        "E702",
        "3:15",
        "epoch",
        "`epochs`",
    ),
    "a grid's key without its part": (
        HEAD + "grid: {learning_rate: [1]}\n",
        "E903",
        "3:8",
        "learning_rate",
        "`recipe.learning_rate`",
    ),
    "a grid's recipe value": (
        HEAD + "grid: {recipe.learning_rate: [0.1, fast]}\n",
        "E703",
        "3:36",
        "fast",
        "",
    ),
    "a grid's setting": (HEAD + "grid: {set.q: [1]}\n", "E312", "3:12", "q", ""),
    "a grid's setting's value": (HEAD + "grid: {set.p: [0, so]}\n", "E307", "3:19", "so", ""),
    "one value for a grid": (HEAD + "grid: {set.p: 1}\n", "E904", "3:15", "1", ""),
    "no values for a grid": (HEAD + "grid: {set.p: []}\n", "E905", "3:15", "[]", ""),
    "seeds in words": (HEAD + "seeds: three\n", "E904", "3:8", "three", ""),
    "no seeds": (HEAD + "seeds: []\n", "E905", "3:8", "[]", ""),
    "a seed below 0": (HEAD + "seeds: [0, -1]\n", "E905", "3:12", "-1", ""),
    "a seed given twice": (HEAD + "seeds: [4, 4]\n", "E905", "3:8", "[4, 4]", "keep"),
    "two ways to give seeds": (HEAD + "seeds: 2\nrecipe: {seed: 1}\n", "E909", "4:10", "seed", "drop"),
    "percent for a fraction": (
        HEAD + "runs: [{name: a, reported: {test_accuracy: 69.4}}]\n",
        "E905",
        "3:44",
        "69.4",
        "",
    ),
    "a map for a list of runs": (HEAD + "runs: {name: a}\n", "E904", "3:7", "{name: a}", ""),
    "a number for a name": (HEAD + "runs: [{name: 5}]\n", "E904", "3:15", "5", ""),
    "a name that makes no folder": (HEAD + "runs: [{name: '?!'}]\n", "E905", "3:15", "'?!'", "letters"),
    "a name that a table has": (HEAD + "runs: [{name: table.md}]\n", "E905", "3:15", "table.md", "another"),
    "a key without a value": (HEAD + "seeds:\nrecipe: {epochs:}\n", "E703", "4:10", "epochs", ""),
    "a title that is missing": ("net: vgg\n", "E907", "1:1", "net: vgg", ""),
    "a run without a name": (HEAD + "runs: [{set: {p: 0}}]\n", "E907", "3:8", "{set: {p: 0}}", ""),
    "a run without a network": (
        "title: W\nruns: [{name: a}, {name: b}]\n",
        "E907",
        "1:1",
        "title: W",
        "`net: NAME`",
    ),
    "a key given twice": (HEAD + "net: vgg\n", "E906", "3:1", "net", "keep"),
    "two runs of a name": (HEAD + "runs: [{name: a}, {name: A}]\n", "E908", "3:26", "A", "name"),
    "a value of a grid given twice": (HEAD + "grid: {set.p: [0, 0]}\n", "E908", "3:19", "0", "name"),
    "a space of two kinds": (
        HEAD + "random: {draws: 1, space: {set.p: {uniform: [0, 1], choice: [1]}}}\n",
        "E905",
        "3:35",
        "{uniform: [0, 1], choice: [1]}",
        "write",
    ),
    "a range from the larger number": (
        HEAD + "random: {draws: 1, space: {set.p: {uniform: [1, 0]}}}\n",
        "E905",
        "3:35",
        "{uniform: [1, 0]}",
        "swap",
    ),
    "the logarithm of 0": (
        HEAD + "random: {draws: 1, space: {set.p: {log_uniform: [0, 1]}}}\n",
        "E905",
        "3:35",
        "{log_uniform: [0, 1]}",
        "begin",
    ),
    "a kind of space": (
        HEAD + "random: {draws: 1, space: {set.p: {unifrom: [0, 1]}}}\n",
        "E903",
        "3:36",
        "unifrom",
        "`uniform`",
    ),
    "draws without a space": (HEAD + "random: {draws: 5}\n", "E907", "3:9", "{draws: 5}", ""),
    "a search beside a grid": (
        HEAD + "grid: {set.p: [0]}\nsearch: {trials: 1, space: {set.p: {choice: [0]}}}\n",
        "E909",
        "4:1",
        "search",
        "file",
    ),
    "a metric": (
        HEAD + "search: {trials: 1, metric: accuracy, space: {set.p: {choice: [0]}}}\n",
        "E905",
        "3:29",
        "accuracy",
        "",
    ),
    "an accuracy in percent": (
        HEAD + "runs: [{name: a, reported: {test_accuracy: 71.99}}]\n",
        "E905",
        "3:44",
        "71.99",
        "`0.7199`",
    ),
    "an accuracy with its percent sign": (
        HEAD + "runs: [{name: a, reported: {test_accuracy: 70 %}}]\n",
        "E904",
        "3:44",
        "70 %",
        "`0.7`",
    ),
    "a time by another name": (
        HEAD + "runs: [{name: a, reported: {duration: 61.5}}]\n",
        "E903",
        "3:29",
        "duration",
        "`seconds`",
    ),
    "a time as hours": (
        HEAD + 'runs: [{name: a, reported: {time: "1:09:24"}}]\n',
        "E903",
        "3:29",
        "time",
        "`seconds: 4164`",
    ),
    "seconds as hours": (
        HEAD + "runs: [{name: a, reported: {seconds: 1:09:24}}]\n",
        "E904",
        "3:38",
        "1:09:24",
        "`4164`",
    ),
    "too many runs": (
        HEAD + "grid: {recipe.epochs: [1, 2], set.p: [0, 0.1, 0.2]}\nseeds: 3000\n",
        "E910",
        "3:1",
        "grid",
        "random",
    ),
    "a bracket": (HEAD + "seeds: [0, 1\nrecipe: {}\n", "E901", "4:7", ":", ""),
    "a list": ("- title\n", "E902", "1:1", "- title", ""),
}


@pytest.mark.parametrize("case", MISTAKES.values(), ids=list(MISTAKES))
def test_a_mistake_is_found_at_its_place(case: tuple[str, str, str, str, str]) -> None:
    text, code, place, words, meant = case
    found = findings(text)
    assert [(each.code, each.place, each.text) for each in found] == [(code, place, words)], found
    assert meant in found[0].help


FIXED = [name for name, (text, *_) in MISTAKES.items() if any(each.fix for each in diagnose(text))]


@pytest.mark.parametrize("name", FIXED)
def test_a_fix_mends_its_mistake(name: str) -> None:
    text = MISTAKES[name][0]
    (found,) = diagnose(text)
    assert findings(apply(text, found)) == []


def test_many_mistakes_have_fixes() -> None:
    assert len(FIXED) > 8


def test_a_finding_can_be_printed() -> None:
    for text, *_ in MISTAKES.values():
        printed = render_text(diagnose(text))
        assert "experiment.yaml:" in printed
        assert "Traceback" not in printed


def test_every_mistake_is_found_at_once() -> None:
    text = (
        HEAD + "recipe: {epoch: 3}\nruns:\n  - {name: a, set: {q: 1}}\n  - {name: b, net: nowhere}\n"
        "  - {name: c, recipe: {learning_rate: -1}}\ngrid: {set.p: [0, maybe]}\n"
    )
    assert {each.code for each in findings(text)} == {"E702", "E312", "E601", "E704", "E307"}
    broken = "titel: W\nnet: vgg\nseeds: none\ngrid: {p: [1], recipe.optimizr: [sgd]}\n"
    assert [each.text for each in findings(broken)] == ["p", "none", "titel"]


def test_what_all_runs_share_is_said_once() -> None:
    text = HEAD + "set: {q: 1}\nrecipe: {epoch: 3}\nruns: [{name: a}, {name: b}, {name: c}]\n"
    assert [(each.code, each.place) for each in findings(text)] == [("E702", "4:10"), ("E312", "3:7")]


def test_a_mistake_of_a_recipe_file_is_shown_there(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text("epochs: 3\noptimzer: sgd\n")
    (found,) = diagnose(HEAD + "recipe: r.yaml\n", tmp_path)
    assert found.span is not None
    assert found.span.source.name == str(tmp_path / "r.yaml")
    assert found.span.text == "optimzer"


def test_a_mistake_inside_of_a_net_says_in_which_run_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.net").write_text(
        "net A(k = 3) {\n    input 3x8x8\n    conv(4, k)\n    flatten -> linear(2)\n}\n"
    )
    text = "title: W\nnet: a.net\nruns:\n  - {name: fits}\n  - name: too large\n    set: {k: 9}\n"
    (found,) = diagnose(text, tmp_path)
    assert found.code.id == "E203"
    printed = render_text([found])
    assert "a.net:3:5" in printed
    assert "experiment.yaml:5:11" in printed
    assert "in this run" in printed


def test_findings_of_the_catalogue() -> None:
    for code in codes.ALL:
        if code.example_kind == "experiment":
            assert {each.code for each in findings(code.wrong)} == {code.id}
            assert findings(code.right) == []


def test_files_that_can_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    for name in ("nowhere.yaml", "binary.yaml", "."):
        file, (found,) = read_experiment(tmp_path / name)
        assert file is None
        assert found.code.id == "E602"
        assert found.help is None
        assert re.search(r"can't be read: [a-z]", found.message)


def test_a_network_is_no_experiment_file(tmp_path: Path) -> None:
    (tmp_path / "a.net").write_text("net A { }\n")
    file, (found,) = read_experiment(tmp_path / "a.net")
    assert file is None
    assert "is a network" in found.message
    assert "`net: a.net`" in (found.help or "")


def test_a_comment_is_not_blamed_for_what_a_file_lacks() -> None:
    assert [each.place for each in findings("# Widths.\n\nnet: vgg\n")] == ["3:1"]
    assert [each.place for each in findings("# Nothing.\n")] == ["1:1"]


def test_an_alias_that_contains_itself_ends() -> None:
    assert [each.code for each in findings("title: &a [*a]\nnet: vgg\n")] == ["E901"]
    assert findings("title: W\nnet: vgg\nset: &a {b: *a}\n")


WHOLE = """# A file with everything.
title: "Everything"
source: A. Author, 2020
note: What was assumed.
net: conv_pairs:ConvPairs
set: {p: 0.1}
data: shapes
recipe: {optimizer: sgd, schedule: {type: step, step_size: 2}, resize: [32, 32]}
seeds: [0, 1]
runs:
  - name: other
    net: lenet5
    set: {act: leaky_relu(0.1)}
    recipe: {learning_rate: {0: 0.1, 3: 0.01}, schedule: constant}
    seeds: 3
    reported: {test_accuracy: 0.7, epochs: 20, seconds: 60, parameters: 744328, train_accuracy: 1}
    note: A remark.
grid: {set.p: [0, 0.5], recipe.parameter_groups: [[{parameters: norms, weight_decay: 0}]], net: [conv_pairs]}
random:
  draws: 3
  seed: 1
  space: {recipe.learning_rate: {log_uniform: [1.0e-4, 0.1]}, recipe.batch_size: {choice: [32, 64]},
          set.p: {uniform: [0, 0.8]}, recipe.epochs: {integer: [2, 5]}}
partial_epochs: 3
"""


def test_a_file_with_everything_is_read() -> None:
    assert findings(WHOLE) == []
    experiment = read(WHOLE).experiment
    assert experiment.source == "A. Author, 2020"
    (run,) = experiment.runs
    assert run.reported is not None
    assert (run.reported.train_accuracy, run.reported.epochs) == (1, 20)
    assert run.set == {"act": "leaky_relu(0.1)"}


@settings(deadline=None, max_examples=150, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    at=st.integers(0, len(WHOLE)),
    length=st.integers(0, 30),
    put=st.sampled_from(["", "- ", "{", "a: ", "'", "\t"]),
)
def test_a_damaged_file_gives_findings_or_runs(at: int, length: int, put: str) -> None:
    text = WHOLE[:at] + put + WHOLE[at + length :]
    found = diagnose(text)
    assert all(each.span is None or each.message for each in found)
    assert "error" in render_text(found) or not found


@settings(deadline=None, max_examples=100, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_value_in_the_place_of_any_other_gives_findings_or_runs(data: st.DataObject) -> None:
    content = yaml.safe_load(WHOLE)
    part, key = content, data.draw(st.sampled_from(sorted(content)))
    while isinstance(part[key], dict | list) and data.draw(st.booleans()):
        part = part[key]
        keys = sorted(part, key=str) if isinstance(part, dict) else list(range(len(part)))
        key = data.draw(st.sampled_from(keys))
    values = [None, True, -1, 0, 1.5, 1e400, "", "word", [], [[]], {}, {"a": 1}, {1: {2: 3}}, ["a", None]]
    part[key] = data.draw(st.sampled_from(values))
    assert all(each.message for each in findings(yaml.safe_dump(content)))
