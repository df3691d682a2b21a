"""What became of a planned run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from netdsl.atomic import write_text
from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.experiments.planned import PlannedRun
from netdsl.text_file import read_json_file
from netdsl.training.run_folder.files import RESULT
from netdsl.training.run_folder.reading import read_result
from netdsl.training.run_folder.records import Result

FAILURE_FILE = "failure.json"

# What Python said of an error without a message of its own.
ERROR_FILE = "error.txt"
STOPPED_FILE = "stopped.json"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run has no result: the code of its error, what that says, and what to do, where that is known."""

    code: str
    message: str
    help: str | None = None

    @classmethod
    def of(cls, diagnostic: Diagnostic) -> Failure:
        """The failure that an error is."""
        return cls(diagnostic.code.id, diagnostic.message, diagnostic.help)


@dataclass(frozen=True, slots=True)
class Stopped:
    """Where a scheduler stopped a run: after which of how many epochs, and at which value of its metric.

    The value is None where it was not finite.
    """

    epoch: int
    epochs: int
    metric: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run with its result, its failure, or where it was stopped; with none, it has not been trained yet."""

    run: PlannedRun
    result: Result | None = None
    failure: Failure | None = None
    stopped: Stopped | None = None

    @property
    def is_finished(self) -> bool:
        """Whether the run came to its end."""
        return self.result is not None and not self.result.interrupted

    @property
    def is_interrupted(self) -> bool:
        """Whether someone stopped the run before its end, so that it is to go on."""
        if self.failure is not None or self.stopped is not None:
            return False
        return self.result is not None and self.result.interrupted


def found_outcome(run: PlannedRun, folder: Path) -> Outcome:
    """What a sweep's folder already holds of a run."""
    place = folder / run.folder
    found = Outcome(run)
    if (place / RESULT).exists():
        try:
            found = Outcome(run, read_result(place))
        except DiagnosticError as error:
            return Outcome(run, failure=Failure.of(error.diagnostic))
    if found.is_finished:
        return found
    return Outcome(run, found.result, _kept_failure(place), _kept_stop(place))


def keep_ending(outcome: Outcome, folder: Path) -> None:
    """Leave in a run's folder why it has no result, so that the table has it until the run succeeds."""
    place = folder / outcome.run.folder
    if outcome.failure is None:
        (place / ERROR_FILE).unlink(missing_ok=True)
    for name, ending in ((FAILURE_FILE, outcome.failure), (STOPPED_FILE, outcome.stopped)):
        if ending is None:
            (place / name).unlink(missing_ok=True)
            continue
        place.mkdir(parents=True, exist_ok=True)
        write_text(place / name, json.dumps(asdict(ending), ensure_ascii=False) + "\n")


def _kept_failure(place: Path) -> Failure | None:
    kept = _kept(place / FAILURE_FILE)
    try:
        return Failure(str(kept["code"]), str(kept["message"]), kept.get("help"))
    except LookupError:
        return None


def _kept_stop(place: Path) -> Stopped | None:
    kept = _kept(place / STOPPED_FILE)
    try:
        value = None if kept["value"] is None else float(kept["value"])
        return Stopped(int(kept["epoch"]), int(kept["epochs"]), str(kept["metric"]), value)
    except (LookupError, TypeError, ValueError):
        return None


def _kept(path: Path) -> Mapping[str, Any]:
    """What a file of an ending holds; nothing where there is none, or none that can be read."""
    try:
        kept = read_json_file(path)
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}
