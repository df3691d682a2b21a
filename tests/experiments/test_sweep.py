"""What a sweep trains, and what it leaves alone; interrupted, failed and repeated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from netdsl.diagnostics import DiagnosticError
from netdsl.experiments.engine.local import LocalEngine
from netdsl.experiments.outcome import Outcome
from netdsl.experiments.plan import Choices
from netdsl.experiments.sweep import Ending, Sweep
from netdsl.experiments.table import Table
from tests.experiments.fakes import FakeTrain, begun
from tests.experiments.files import HEAD, read, runs

THREE = (
    HEAD
    + "recipe: {epochs: 4}\nruns:\n"
    + "".join(f"  - {{name: {name}, set: {{p: {p}}}}}\n" for name, p in (("a", 0), ("b", 0.2), ("c", 0.4)))
)


class Swept:
    """A sweep in a folder, carried out as often as wanted."""

    def __init__(self, folder: Path, text: str = THREE) -> None:
        self.folder, self.text = folder, text
        self.told: list[tuple[Table, Outcome | None]] = []

    def __call__(self, *only: str, choices: Choices | None = None, text: str = "", **acts: str) -> Ending:
        """Carry the sweep out; `acts` are what happens to the first seeds of runs."""
        file = read(text or self.text)
        planned = runs(text or self.text, choices=choices)
        chosen = [run for run in planned if not only or run.name in only]
        train = FakeTrain(self.folder, {f"{name}, seed 0": act for name, act in acts.items()})
        sweep = Sweep(file.experiment, "shapes", self.folder)
        return sweep.carry_out(planned, chosen, LocalEngine(), train, lambda *told: self.told.append(told))

    @property
    def begun(self) -> list[str]:
        """The names of the runs that were begun, in order."""
        return [label.partition(",")[0] for label in begun(self.folder)]

    @property
    def rows(self) -> dict[str, Any]:
        """The rows of the table that was saved, by the names of the runs."""
        found = json.loads((self.folder / "table.json").read_text(encoding="utf-8"))
        return {row["run"]: row for row in found["rows"]}


@pytest.fixture
def swept(tmp_path: Path) -> Swept:
    return Swept(tmp_path)


def files(folder: Path) -> dict[str, str]:
    """The tables of a folder."""
    return {path.name: path.read_text(encoding="utf-8") for path in folder.glob("table.*")}


def test_runs_are_trained_in_order_with_a_table_after_each(swept: Swept) -> None:
    assert swept() is Ending.FINISHED
    assert swept.begun == ["a", "b", "c"]
    finished = [sum(row.epochs is not None for row in table.rows) for table, _ in swept.told]
    assert finished == [0, 1, 2, 3]
    assert [outcome.run.name for _, outcome in swept.told if outcome is not None] == ["a", "b", "c"]
    assert set(files(swept.folder)) == {"table.md", "table.csv", "table.json"}


def test_what_is_finished_is_never_run_again(swept: Swept) -> None:
    swept()
    before = files(swept.folder)
    assert swept() is Ending.FINISHED
    assert swept.begun == ["a", "b", "c"]
    assert files(swept.folder) == before


@pytest.mark.parametrize("act", ["stops", "breaks"])
def test_an_interrupted_sweep_goes_on_where_it_was(tmp_path: Path, act: str) -> None:
    parts, whole = Swept(tmp_path / "parts"), Swept(tmp_path / "whole")
    assert parts(b=act) is Ending.INTERRUPTED
    assert parts.begun == ["a", "b"]
    assert parts.rows["b"]["state"] == ("interrupted" if act == "stops" else "not trained yet")
    assert parts.rows["b"]["test_accuracy"] is None
    assert parts() is Ending.FINISHED
    assert parts.begun == ["a", "b", "b", "c"]
    whole()
    assert files(parts.folder) == files(whole.folder)


def test_a_failed_run_leaves_the_others_alone_and_is_tried_again(tmp_path: Path) -> None:
    swept, whole = Swept(tmp_path / "parts"), Swept(tmp_path / "whole")
    assert swept(b="fails") is Ending.SOME_FAILED
    assert swept.begun == ["a", "b", "c"]
    assert swept.rows["b"]["state"] == "failed: E720 the loss is not finite"
    (run,) = swept.rows["b"]["runs"]
    assert run["error"]["help"] == "lower the learning rate"
    assert swept.rows["c"]["test_accuracy"]["mean"] > 0
    # What is known of it is kept for commands that don't try it again.
    assert swept("a") is Ending.FINISHED
    assert "E720" in swept.rows["b"]["state"]
    (swept.folder / "b" / "seed-0" / "error.txt").write_text("Traceback")
    assert swept() is Ending.FINISHED
    assert swept.begun == ["a", "b", "c", "b"]
    assert {path.name for path in (swept.folder / "b" / "seed-0").iterdir()} == {
        "metrics.jsonl",
        "result.json",
    }
    whole()
    assert files(swept.folder) == files(whole.folder)


def test_only_what_is_chosen_is_trained_and_the_table_has_all(swept: Swept) -> None:
    swept("c")
    assert swept.begun == ["c"]
    assert list(swept.rows) == ["a", "b", "c"]
    assert swept.rows["a"]["state"] == "not trained yet"
    swept()
    assert swept.begun == ["c", "a", "b"]


def test_runs_that_are_the_same_training_are_trained_once(tmp_path: Path) -> None:
    swept = Swept(tmp_path, THREE + "grid: {set.p: [0.2, 0.6]}\n")
    swept()
    assert swept.begun == ["a", "b", "c", "p=0.6"]
    assert swept.rows["p=0.2"]["test_accuracy"] == swept.rows["b"]["test_accuracy"] is not None
    (run,) = swept.rows["p=0.2"]["runs"]
    assert run["folder"] == "b/seed-0"


def test_the_second_of_two_equal_runs_can_be_chosen_alone(tmp_path: Path) -> None:
    swept = Swept(tmp_path, THREE + "grid: {set.p: [0.2]}\n")
    swept("p=0.2")
    assert swept.begun == ["b"]
    assert swept.rows["b"]["test_accuracy"] is not None


def test_a_part_of_a_run_gives_way_to_the_whole(swept: Swept) -> None:
    part = Choices(epochs=2)
    swept(choices=part)
    assert swept.rows["a"]["partial"] == "partial: 2 of 4 epochs"
    swept("a")
    assert swept.rows["a"]["partial"] is None
    assert swept.rows["a"]["epochs"] == 4
    assert swept.rows["b"]["state"] == "not trained yet"
    swept(choices=part)
    assert swept.begun == ["a", "b", "c", "a"]
    found = {name: (row["partial"], row["epochs"]) for name, row in swept.rows.items()}
    assert found == {"a": (None, 4), "b": ("partial: 2 of 4 epochs", 2), "c": ("partial: 2 of 4 epochs", 2)}


def test_seeds_of_which_some_are_whole_make_two_rows(tmp_path: Path) -> None:
    swept = Swept(tmp_path, THREE.replace("recipe:", "seeds: 2\nrecipe:"))
    swept(choices=Choices(seeds=(0,)))
    swept(choices=Choices(epochs=1))
    found = json.loads((tmp_path / "table.json").read_text())["rows"]
    assert [(row["run"], row["partial"], len(row["runs"])) for row in found[:2]] == [
        ("a", None, 1),
        ("a", "partial: 1 of 4 epochs", 1),
    ]


def test_more_seeds_join_those_that_are_there(swept: Swept) -> None:
    swept()
    swept(choices=Choices(seeds=(0, 1, 2)))
    assert swept.begun == ["a", "b", "c", "a", "a", "b", "b", "c", "c"]
    assert swept.rows["a"]["test_accuracy"]["count"] == 3


def test_a_result_that_can_not_be_read_is_made_anew(swept: Swept) -> None:
    swept()
    (swept.folder / "a" / "seed-0" / "result.json").write_text("{")
    swept()
    assert swept.begun == ["a", "b", "c", "a"]
    assert swept.rows["a"]["state"] is None


def test_a_folder_that_can_not_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DiagnosticError, match="can't be written"):
        Swept(tmp_path / "file")()
