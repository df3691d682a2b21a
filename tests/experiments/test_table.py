"""The table as Markdown, CSV and JSON, and on a terminal: exactly what is in tests/experiments/golden."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import pytest

from netdsl.cli.sweep.table import print_table
from netdsl.experiments.outcome import Failure, Outcome
from netdsl.experiments.plan import Choices
from netdsl.experiments.rows import make_rows
from netdsl.experiments.table import Table, as_csv, as_json, as_markdown
from tests.experiments.fakes import accuracy, outcome_of
from tests.experiments.files import read, runs

GOLDEN = Path(__file__).parent / "golden"

TEXT = """title: "Report 007: dropout | noise"
source: A. Author, report, 2020
note: What was assumed.
net: conv_pairs
recipe: {epochs: 20, learning_rate: 0.02}
runs:
  - name: as published
    reported: {train_accuracy: 0.9, test_accuracy: 0.7495, epochs: 20, seconds: 3725, parameters: 1250858}
    note: The best of three.
  - name: dropout 0.2
    set: {p: 0.2}
    seeds: 3
    reported: {test_accuracy: 0.8}
  - {name: diverged, recipe: {batch_size: 8}}
  - {name: half done, recipe: {momentum: 0.5, optimizer: sgd}, seeds: 2}
  - {name: not begun, recipe: {batch_size: 16}}
grid: {set.p: [0.4], recipe.learning_rate: [0.01, 0.04]}
"""


def table() -> Table:
    """Of each kind of row one: whole, several seeds, failed, half done, not begun, and a part of a run."""
    experiment = read(TEXT).experiment
    outcomes = []
    for run in runs(TEXT):
        if run.name == "diverged":
            failure = Failure("E720", "the loss is not finite" + " at all" * 30, "lower the learning rate")
            outcomes.append(Outcome(run, failure=failure))
        elif run.name == "not begun" or run.settings.get("p") == "0.4":
            outcomes.append(Outcome(run))
        else:
            outcomes.append(outcome_of(run, interrupted=run.name == "half done" and run.seed == 1))
    (part, _) = [run for run in runs(TEXT, choices=Choices(epochs=3)) if run.settings.get("p") == "0.4"]
    outcomes[-2] = outcome_of(part)
    return Table.of(experiment, "/home/someone/cifar10-jpeg", outcomes)


def golden(name: str, printed: str, bless: bool) -> None:
    path = GOLDEN / name
    if bless:
        path.write_text(printed, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == printed


def test_markdown(bless: bool) -> None:
    golden("table.md", as_markdown(table()), bless)


def test_csv(bless: bool) -> None:
    golden("table.csv", as_csv(table()), bless)


def test_json(bless: bool) -> None:
    golden("table.json", json.dumps(as_json(table()), indent=2, ensure_ascii=False) + "\n", bless)


def test_terminal_of_80_columns(
    bless: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    print_table(table())
    printed = "".join(line.rstrip() + "\n" for line in capsys.readouterr().out.splitlines())
    assert max(map(len, printed.splitlines())) <= 80
    golden("table.80.txt", printed, bless)


def test_losses_are_shown_where_some_were_reported(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = TEXT.replace("{test_accuracy: 0.8}", "{test_accuracy: 0.8, validation_loss: 1.0}")
    assert "loss |" not in as_markdown(table())
    experiment = read(text).experiment
    with_losses = Table.of(experiment, "shapes", [outcome_of(run) for run in runs(text)])
    (row,) = [row for row in with_losses.rows if row.name == "dropout 0.2"]
    losses = [1.7 - accuracy(run) for run in runs(text) if run.name == "dropout 0.2"]
    assert row.differences["validation_loss"] == pytest.approx(mean(losses) - 1)
    assert f"| {mean(losses):.3f} ± {stdev(losses):.3f} |" in as_markdown(with_losses)
    assert "validation loss 1 |" in as_markdown(with_losses)
    print_table(with_losses)
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    assert f"{mean(losses):.3f} ± {stdev(losses):.3f}" in shown
    assert f"{mean(losses) - 1:+.3f}" in shown


def rows(text: str = TEXT) -> dict[str, Any]:
    outcomes = [outcome_of(run) for run in runs(text)]
    return {row.name: row for row in make_rows(outcomes)}


def test_several_seeds_have_mean_and_sample_standard_deviation() -> None:
    row = rows()["dropout 0.2"]
    reached = [accuracy(run) for run in runs(TEXT) if run.name == "dropout 0.2"]
    summary = row.figures["test_accuracy"]
    assert summary.count == len(reached) == 3
    assert summary.mean == pytest.approx(mean(reached))
    assert summary.deviation == pytest.approx(stdev(reached))
    assert rows()["as published"].figures["test_accuracy"].deviation is None


def test_differences_are_reached_minus_reported_in_percentage_points() -> None:
    row = rows()["dropout 0.2"]
    assert row.differences == {
        "test_accuracy": pytest.approx(100 * (row.figures["test_accuracy"].mean - 0.8))
    }
    assert set(rows()["as published"].differences) == {"train_accuracy", "test_accuracy"}
    assert rows()["half done"].differences == {}


def test_a_part_of_a_run_is_never_compared() -> None:
    outcomes = [outcome_of(run) for run in runs(TEXT, choices=Choices(epochs=3))]
    made = make_rows(outcomes)
    assert all(row.partial == "partial: 3 of 20 epochs" and row.differences == {} for row in made)
    table = Table("T", None, None, "shapes", tuple(made))
    (published, *_) = csv.DictReader(io.StringIO(as_csv(table)))
    assert published["reported_test_accuracy"] == "0.7495"
    assert published["difference_test_accuracy"] == ""
    assert "| difference |" not in as_markdown(table)


def test_seeds_that_are_not_finished_count_for_nothing() -> None:
    first, second, third = (outcome_of(run) for run in runs(TEXT) if run.name == "dropout 0.2")
    stopped = replace(second, result=replace(second.result, interrupted=True)) if second.result else second
    (row,) = make_rows([first, stopped, Outcome(third.run)])
    assert row.figures["test_accuracy"] is not None
    assert row.figures["test_accuracy"].count == 1
    assert row.state == "1 of 3 seeds; seed 1 interrupted"


def test_figures_that_nobody_took_have_no_column() -> None:
    results = [outcome_of(run).result for run in runs(TEXT)[:1]]
    assert results[0] is not None
    bare = replace(results[0], validation_accuracy=None, best_epoch=None)
    table = Table.of(read(TEXT).experiment, "shapes", [Outcome(runs(TEXT)[0], bare)])
    (header,) = [line for line in as_markdown(table).splitlines() if line.startswith("| run")]
    assert "validation" not in header
    assert "best epoch" not in header
    assert "test" in header
    assert as_json(table)["rows"][0]["validation_accuracy"] is None  # type: ignore[index]


def without_validation(outcome: Outcome) -> Outcome:
    assert outcome.result is not None
    bare = replace(outcome.result, validation_accuracy=None, validation_loss=None)
    return replace(outcome, result=replace(bare, best_epoch=bare.epochs))


@pytest.mark.parametrize(
    ("bare", "epoch"),
    [
        ((), "of the best epoch"),
        ((1,), "of the best epoch, or of the last without validation images"),
        ((0, 1, 2), "of the last epoch"),
    ],
)
def test_the_last_epoch_is_not_called_the_best(
    bare: tuple[int, ...], epoch: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    planned = [run for run in runs(TEXT) if run.seed == 0][:3]
    outcomes = [
        without_validation(outcome_of(run)) if n in bare else outcome_of(run) for n, run in enumerate(planned)
    ]
    made = Table.of(read(TEXT).experiment, "shapes", [*outcomes, Outcome(runs(TEXT)[-1])])
    print_table(made)
    assert f"\nfigures {epoch}, accuracies" in capsys.readouterr().out
    written = as_markdown(made)
    assert f"Figures are those {epoch};" in written
    assert ("best epoch |" in written) is (len(bare) < 3)


def test_csv_reads_back_to_the_figures_of_json() -> None:
    whole = json.loads(json.dumps(as_json(table())))["rows"]
    for line, row in zip(csv.DictReader(io.StringIO(as_csv(table()))), whole, strict=True):
        assert line["run"] == row["run"]
        assert line["test_accuracy"] == str((row["test_accuracy"] or {"mean": ""})["mean"])
        assert line["seeds"].split() == [str(each["seed"]) for each in row["runs"]]
        assert line["state"] == (row["state"] or "")
