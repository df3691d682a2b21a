"""Searches with Optuna: interrupted and repeated, they choose and reach what one in a single go does."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from netdsl.diagnostics import DiagnosticError
from netdsl.experiments.engine.local import LocalEngine
from netdsl.experiments.expand import corners
from netdsl.experiments.plan import Choices
from netdsl.experiments.sweep import Ending, Sweep
from tests.experiments.fakes import FakeTrain, begun
from tests.experiments.files import HEAD, read

pytest.importorskip("optuna")

TEXT = HEAD + (
    "recipe: {epochs: 4}\nsearch:\n  trials: 14\n  seed: 3\n  space:\n"
    "    recipe.learning_rate: {log_uniform: [1.0e-4, 1]}\n    set.p: {uniform: [0, 0.8]}\n"
    "    recipe.batch_size: {choice: [32, 64]}\n    recipe.epochs: {integer: [2, 5]}\n"
)


class Searched:
    """A search in a folder, carried out as often as wanted."""

    def __init__(self, folder: Path, text: str = TEXT) -> None:
        self.folder, self.text = folder, text

    def __call__(self, at_once: int = 1, choices: Choices | None = None, **acts: str) -> Ending:
        """Carry the search out; `acts` are what happens to trials, such as `trial_3`."""
        from netdsl.experiments.search import Searcher

        file = read(self.text)
        sweep = Sweep(file.experiment, "shapes", self.folder)
        self.searcher = Searcher(file, choices or Choices(), sweep)
        labels = {f"{name.replace('_', ' ')}, seed 0": act for name, act in acts.items()}
        train = FakeTrain(self.folder, labels)
        return self.searcher.carry_out(LocalEngine(), train, at_once, lambda *_: None)

    @property
    def begun(self) -> list[int]:
        """The numbers of the trials that were begun, in order."""
        return [int(label.partition(",")[0].removeprefix("trial ")) for label in begun(self.folder)]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of the table that was saved."""
        found: dict[str, Any] = json.loads((self.folder / "table.json").read_text(encoding="utf-8"))
        return list(found["rows"])

    @property
    def chosen(self) -> list[list[str]]:
        """What was chosen for each trial."""
        return [row["changes"] for row in self.rows]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Searched:
    """A search in a single go."""
    searched = Searched(tmp_path_factory.mktemp("whole"))
    assert searched() is Ending.FINISHED
    return searched


def test_every_trial_is_a_run_with_values_of_the_space(whole: Searched) -> None:
    assert whole.begun == list(range(1, 15))
    for row in whole.rows:
        values = dict(change.split("=") for change in row["changes"])
        assert set(values) == {"learning_rate", "p", "batch_size", "epochs"}
        assert 1e-4 <= float(values["learning_rate"]) <= 1
        assert 0 <= float(values["p"]) <= 0.8
        assert values["batch_size"] in ("32", "64")
        assert row["epochs"] == int(values["epochs"]) in range(2, 6)


def test_the_best_trial_is_the_one_with_the_highest_metric(whole: Searched) -> None:
    best = whole.searcher.best
    assert best is not None
    reached = {row["run"]: row["validation_accuracy"]["mean"] for row in whole.rows}
    assert (reached[best.name], best.metric) == (max(reached.values()), "validation_accuracy")
    assert best.value == reached[best.name]


@pytest.mark.parametrize("act", ["stops", "breaks"])
def test_interrupted_and_repeated_it_chooses_as_in_one_go(tmp_path: Path, whole: Searched, act: str) -> None:
    parts = Searched(tmp_path)
    assert parts(trial_4=act) is Ending.INTERRUPTED
    assert parts(trial_12=act) is Ending.INTERRUPTED
    assert parts() is Ending.FINISHED
    assert parts.begun == [1, 2, 3, 4, *range(4, 13), *range(12, 15)]
    assert parts.rows == whole.rows
    assert (tmp_path / "table.md").read_text() == (whole.folder / "table.md").read_text()


def test_several_at_once_are_interrupted_and_repeated(tmp_path: Path) -> None:
    one_go, parts = Searched(tmp_path / "whole"), Searched(tmp_path / "parts")
    one_go(at_once=3)
    # The fifth is the second of its batch: the fourth is done, but Optuna was not told yet.
    assert parts(at_once=3, trial_5="breaks") is Ending.INTERRUPTED
    assert parts(at_once=3) is Ending.FINISHED
    assert parts.rows == one_go.rows
    assert one_go.begun == list(range(1, 15))


def test_more_at_once_than_before_keeps_what_was_chosen(tmp_path: Path, whole: Searched) -> None:
    parts = Searched(tmp_path)
    assert parts(trial_13="breaks") is Ending.INTERRUPTED
    assert parts(at_once=4) is Ending.FINISHED
    assert parts.begun == [*range(1, 14), 13, 14]
    assert parts.chosen[:13] == whole.chosen[:13]


def test_a_finished_search_trains_nothing_and_more_trials_go_on(tmp_path: Path, whole: Searched) -> None:
    parts = Searched(tmp_path, TEXT.replace("trials: 14", "trials: 6"))
    parts()
    parts()
    assert parts.begun == [1, 2, 3, 4, 5, 6]
    parts.text = TEXT
    parts()
    assert parts.rows == whole.rows


def test_another_seed_chooses_otherwise(tmp_path: Path, whole: Searched) -> None:
    other = Searched(tmp_path, TEXT.replace("seed: 3", "seed: 4").replace("trials: 14", "trials: 2"))
    other()
    assert other.chosen != whole.chosen[:2]


def test_a_failed_trial_does_not_end_the_search_and_is_tried_again(tmp_path: Path) -> None:
    searched = Searched(tmp_path)
    assert searched(trial_3="fails") is Ending.SOME_FAILED
    assert searched.begun == list(range(1, 15))
    assert searched.rows[2]["state"].startswith("failed: E720")
    assert searched() is Ending.FINISHED
    assert searched.begun == [*range(1, 15), 3]
    assert searched.rows[2]["state"] is None


def test_a_loss_is_made_low(tmp_path: Path) -> None:
    searched = Searched(tmp_path, TEXT.replace("seed: 3", "metric: validation_loss"))
    searched()
    best = searched.searcher.best
    reached = {row["run"]: row["validation_accuracy"]["mean"] for row in searched.rows}
    assert best is not None
    assert best.name == max(reached, key=lambda name: reached[name])
    assert best.value == pytest.approx(2 - reached[best.name])


def test_a_trial_of_several_seeds_counts_by_their_mean(tmp_path: Path) -> None:
    text = TEXT.replace("recipe: {", "seeds: 3\nrecipe: {").replace("trials: 14", "trials: 2")
    searched = Searched(tmp_path, text)
    searched()
    assert searched.begun == [1, 1, 1, 2, 2, 2]
    best = searched.searcher.best
    assert best is not None
    assert best.value == pytest.approx(max(row["validation_accuracy"]["mean"] for row in searched.rows))


def test_trials_of_equal_values_are_trained_once(tmp_path: Path) -> None:
    text = HEAD + "search: {trials: 6, space: {recipe.batch_size: {choice: [32, 64]}}}\n"
    searched = Searched(tmp_path, text)
    searched()
    assert len(searched.rows) == 6
    assert all(row["test_accuracy"] is not None for row in searched.rows)
    assert len(searched.begun) == len({row["changes"][0] for row in searched.rows}) == 2


def test_a_metric_that_was_not_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.experiments import fakes

    made = fakes.result_of
    monkeypatch.setattr(
        fakes,
        "result_of",
        lambda run, interrupted=False: replace(made(run), validation_accuracy=None),
    )
    with pytest.raises(DiagnosticError) as caught:
        Searched(tmp_path)()
    found = caught.value.diagnostic
    assert found.code.id == "E914"
    assert "validation" in (found.help or "")
    assert found.span is not None
    assert found.span.text == "search"


@pytest.mark.parametrize("text", ["{", "[]", '{"KEY": [{"p": 0.1}]}', '{"KEY": 3}', '{"KEY": [{"p": "a"}]}'])
def test_a_broken_file_of_choices_is_an_error(tmp_path: Path, whole: Searched, text: str) -> None:
    (key,) = json.loads((whole.folder / "search.json").read_text())
    (tmp_path / "search.json").write_text(text.replace("KEY", key))
    with pytest.raises(DiagnosticError, match=r"search\.json (can't be read|does not hold)"):
        Searched(tmp_path)()


def test_a_folder_that_can_not_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DiagnosticError, match="can't be"):
        Searched(tmp_path / "file")()


def test_another_length_is_another_search_beside_it(tmp_path: Path) -> None:
    searched = Searched(tmp_path, TEXT.replace("trials: 14", "trials: 2"))
    part = Choices(epochs=1)
    searched(choices=part)
    assert [row["partial"] is not None for row in searched.rows] == [True, True]
    searched()
    assert [row["partial"] is not None for row in searched.rows] == [False, False]
    assert searched.begun == [1, 2, 1, 2]
    assert len(json.loads((tmp_path / "search.json").read_text())) == 2
    # The first trials don't depend on others, so that the whole ones take the place of the parts.
    searched(choices=part)
    assert [row["partial"] is not None for row in searched.rows] == [False, False]
    assert searched.begun == [1, 2, 1, 2]


def test_what_is_checked_beforehand_has_every_choice_and_every_end(whole: Searched) -> None:
    file = read(TEXT)
    assert file.experiment.search is not None
    found = {str(each) for variant in corners(file, file.experiment.search) for each in variant.assignments}
    assert found == {
        "learning_rate=0.0001",
        "learning_rate=1.0",
        "p=0.0",
        "p=0.8",
        "batch_size=32",
        "batch_size=64",
        "epochs=2",
        "epochs=5",
    }
