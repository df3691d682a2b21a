"""What the data of an experiment are, found before anything is trained. Imports no torch."""

from __future__ import annotations

from pathlib import Path

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.experiments.load import ExperimentFile
from netdsl.training.data.names import NAMES, unknown_data


def find_data(file: ExperimentFile, given: str | None = None) -> str:
    """What `--data` says, or else the file, in the words that `netdsl train` takes in any folder.

    The name of a set stays as it is; a path in the file is relative to the
    file's folder. Raises `DiagnosticError` where there is nothing of that name.
    """
    written = file.experiment.data if given is None else given
    if written in NAMES:
        return written
    path = Path(written).expanduser()
    if given is None:
        path = file.folder / path
    if written and path.exists():
        return str(path.absolute())
    wrong = unknown_data(written or "''")
    place = file.places.get(("data",)) if given is None else None
    if place is None:
        raise DiagnosticError(wrong)
    raise DiagnosticError(
        Diagnostic(wrong.code, wrong.message, place.value, f"looked for {path}", help=wrong.help)
    )
