"""What became of a planned run."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.experiments.planned import PlannedRun
from netdsl.training.atomic import write_text
from netdsl.training.records import Result
from netdsl.training.stored import RESULT_FILE, read_result

FAILURE_FILE = "failure.json"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run has no result: the code of its error, and what that says."""

    code: str
    message: str

    @classmethod
    def of(cls, diagnostic: Diagnostic) -> Failure:
        """The failure that an error is."""
        return cls(diagnostic.code.id, diagnostic.message)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run with its result, or with its failure; with neither, it has not been trained yet."""

    run: PlannedRun
    result: Result | None = None
    failure: Failure | None = None

    @property
    def is_finished(self) -> bool:
        """Whether the run came to its end."""
        return self.result is not None and not self.result.interrupted

    @property
    def is_interrupted(self) -> bool:
        """Whether someone stopped the run before its end."""
        return self.failure is None and self.result is not None and self.result.interrupted


def found_outcome(run: PlannedRun, folder: Path) -> Outcome:
    """What a sweep's folder already holds of a run."""
    place = folder / run.folder
    found = Outcome(run)
    if (place / RESULT_FILE).exists():
        try:
            found = Outcome(run, read_result(place))
        except DiagnosticError as error:
            return Outcome(run, failure=Failure.of(error.diagnostic))
    return found if found.is_finished else Outcome(run, found.result, _kept_failure(place))


def keep_failure(outcome: Outcome, folder: Path) -> None:
    """Leave a run's failure in its folder, so that the table has it until the run succeeds."""
    path = folder / outcome.run.folder / FAILURE_FILE
    if outcome.failure is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(asdict(outcome.failure), ensure_ascii=False) + "\n")


def _kept_failure(place: Path) -> Failure | None:
    try:
        kept = json.loads((place / FAILURE_FILE).read_text(encoding="utf-8"))
        return Failure(str(kept["code"]), str(kept["message"]))
    except (OSError, ValueError, LookupError, TypeError):
        return None
