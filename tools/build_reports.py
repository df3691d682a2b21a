"""Writes the tables of docs/reports.md: what the reports say beside what was measured.

python tools/build_reports.py                     write the page's tables
python tools/build_reports.py --check             exit with 1 where the page is not what would be written
python tools/build_reports.py --take FOLDER...    first take the tables of these folders of `netdsl sweep`

What was measured lies in examples/reports/measured, a file for each experiment
file. Where it differs from the report by more than two points, remarks.yaml
there says why in a sentence, or as much as is known; so it does for losses.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from netdsl.experiments.load import read_experiment
from netdsl.experiments.model import Reported
from netdsl.experiments.plan import make_plan
from netdsl.training.progress.durations import duration

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reports.md"
EXPERIMENTS = ROOT / "examples" / "reports"
MEASURED = EXPERIMENTS / "measured"
ACCURACIES = {"train_accuracy": "train", "validation_accuracy": "validation", "test_accuracy": "test"}
LOSSES = {"train_loss": "train loss", "validation_loss": "validation loss"}
FIGURES = ACCURACIES | LOSSES

REPORTS = ("000", "001", "002", "003", "004")

# Between reported and measured, from which a sentence is due: percentage points, and losses in nats.
NOTABLE = 2.0
NOTABLE_LOSS = 0.1


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the page's tables: a run as it was reported, and as it was measured, if it was."""

    stem: str
    run: str
    is_first: bool
    reported: Reported
    measured: dict[str, Any] | None

    @property
    def is_whole(self) -> bool:
        """Whether all epochs were trained."""
        return self.measured is not None and not self.measured["partial"]

    @property
    def differences(self) -> dict[str, float]:
        """Measured minus reported in percentage points, of whole runs."""
        return dict(self.measured["difference"]) if self.is_whole and self.measured else {}

    @property
    def notable(self) -> bool:
        """Whether a figure differs by so much that a sentence is due."""
        return any(
            abs(each) > (NOTABLE if name in ACCURACIES else NOTABLE_LOSS)
            for name, each in self.differences.items()
        )


def main(arguments: Sequence[str]) -> int:
    """Write the page, or check it."""
    if "--take" in arguments:
        for folder in arguments[arguments.index("--take") + 1 :]:
            take(Path(folder))
    text, missing = page()
    for line in missing:
        say(f"{line.stem}, {line.run}: differs notably, but remarks.yaml is silent")
    if "--check" in arguments:
        stale = text != PAGE.read_text(encoding="utf-8")
        if stale:
            say("docs/reports.md is out of date; run python tools/build_reports.py")
        return int(stale or bool(missing))
    PAGE.write_text(text, encoding="utf-8")
    return int(bool(missing))


def say(text: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{text}\n")


def take(folder: Path) -> None:
    """Keep the rows of a sweep's table that have results; a whole run takes the place of a part of it."""
    found = json.loads((folder / "table.json").read_text(encoding="utf-8"))
    path = MEASURED / f"{folder.name}.json"
    kept = {row["run"]: row for row in read(path)["rows"]}
    for row in found["rows"]:
        before = kept.get(row["run"])
        if row["epochs"] is not None and (before is None or before["partial"] or not row["partial"]):
            kept[row["run"]] = {key: value for key, value in row.items() if key not in ("note", "runs")}
    if kept:
        MEASURED.mkdir(exist_ok=True)
        whole = {"data": Path(found["data"]).name, "rows": list(kept.values())}
        path.write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read(path: Path) -> dict[str, Any]:
    """What was measured of an experiment file."""
    if not path.exists():
        return {"rows": []}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def lines(report: str) -> Iterator[Line]:
    """The lines of a report's table: those of its files, then those of the better recipe."""
    for path in [
        *sorted(EXPERIMENTS.glob(f"{report}-*.yaml")),
        *sorted(EXPERIMENTS.glob(f"better-{report}-*")),
    ]:
        file, found = read_experiment(path)
        assert file is not None, found
        measured = {row["run"]: row for row in read(MEASURED / f"{path.stem}.json")["rows"]}
        planned, found = make_plan(file)
        assert not found, found
        for number, each in enumerate(planned):
            reported = each.variant.reported or Reported()
            name = each.variant.name
            yield Line(path.stem, name, number == 0, reported, measured.get(name))


def page() -> tuple[str, list[Line]]:
    """The page with its tables written anew, and the lines that lack a sentence."""
    remarks = yaml.safe_load((MEASURED / "remarks.yaml").read_text(encoding="utf-8")) or {}
    text, missing, better = PAGE.read_text(encoding="utf-8"), [], []
    for report in REPORTS:
        found = list(lines(report))
        text = with_table(text, report, table(found, remarks))
        missing += [line for line in found if line.notable and not remark(line, remarks)]
        better += [line for line in found if line.stem.startswith("better-")]
    return with_table(text, "better", table_of_better(better)), missing


def with_table(text: str, name: str, table: str) -> str:
    """The page with a table between the comments of this name."""
    begin, end = f"<!-- table {name} -->\n", f"<!-- end of table {name} -->\n"
    before, _, rest = text.partition(begin)
    return before + begin + "\n" + table + "\n" + end + rest.partition(end)[2]


def table_of_better(found: Sequence[Line]) -> str:
    """Each report's best network by a better recipe, as Markdown: the best whole run of each file."""
    rows = [
        "| file | parameters | reported test | in epochs | measured test | in epochs |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for stem in dict.fromkeys(line.stem for line in found):
        of_file = [line for line in found if line.stem == stem]
        whole = [line for line in of_file if line.is_whole]
        best = max(
            whole,
            key=lambda line: line.measured["test_accuracy"]["mean"] if line.measured else 0,
            default=None,
        )
        row = best.measured if best else None
        reported = of_file[0].reported
        cells = [
            f"[{stem}](../examples/reports/{stem}.yaml)",
            f"{row['parameters']:,}" if row else "",
            figure("test_accuracy", reported.test_accuracy or 0),
            f"{reported.epochs:,}" if reported.epochs else "",
            figure("test_accuracy", row["test_accuracy"]["mean"]) if row else "not measured",
            f"{row['epochs']:g}" if row else "",
        ]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def remark(line: Line, remarks: dict[str, dict[str, str]]) -> str | None:
    """The sentence on a line's difference."""
    return remarks.get(line.stem, {}).get(line.run)


def table(found: Sequence[Line], remarks: dict[str, dict[str, str]]) -> str:
    """A report's table as Markdown, and the remarks on its lines."""
    rows = ["| file | run | reported | measured | difference |", "| --- | --- | --- | --- | --- |"]
    for line in found:
        link = f"[{line.stem}](../examples/reports/{line.stem}.yaml)" if line.is_first else ""
        name = f"`{line.run}`" if "=" in line.run else line.run
        rows.append(f"| {link} | {name} | {told(line.reported)} | {reached(line)} | {difference(line)} |")
    said = [
        f"- {line.run} ({line.stem}): {text.strip()}" for line in found if (text := remark(line, remarks))
    ]
    return "\n".join([*rows, *([""] if said else []), *said]) + "\n"


def told(reported: Reported) -> str:
    """What a report says of a run."""
    figures = [
        f"{word} {figure(name, value)}"
        for name, word in FIGURES.items()
        if (value := getattr(reported, name)) is not None
    ]
    if reported.epochs is not None:
        figures.append(f"{reported.epochs:,} epochs")
    if reported.seconds is not None:
        figures.append(duration(reported.seconds))
    return ", ".join(figures)


def reached(line: Line) -> str:
    """What was measured of a run; empty where nothing was."""
    row = line.measured
    if row is None:
        return ""
    figures = [
        f"{word} {figure(name, row[name]['mean'])}"
        for name, word in FIGURES.items()
        if row.get(name) is not None and (name in ACCURACIES or getattr(line.reported, name) is not None)
    ]
    epochs = f"best epoch {row['best_epoch']:g} of {row['epochs']:g}"
    text = ", ".join([*figures, epochs, duration(row["seconds"])])
    return f"*{row['partial']}*: {text}" if row["partial"] else text


def difference(line: Line) -> str:
    """The differences of a line."""
    return ", ".join(
        f"{FIGURES[name]} {each:+.1f}" if name in ACCURACIES else f"{FIGURES[name]} {each:+.2f}"
        for name, each in line.differences.items()
    )


def figure(name: str, value: float) -> str:
    """An accuracy in percent, or a loss."""
    return f"{100 * value:.2f} %" if name in ACCURACIES else f"{value:.2f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
