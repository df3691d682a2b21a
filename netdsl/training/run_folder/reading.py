"""Reads the records of a run folder back. Imports no torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import runs as codes
from netdsl.text_file import parse_json, read_text_file
from netdsl.training.run_folder.files import FACTS, METRICS, RESULT
from netdsl.training.run_folder.records import EpochMetrics, Result, RunFacts

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")

# What a folder that was written by an earlier version, or by hand, may lack.
_MAY_LACK: Mapping[type, Mapping[str, object]] = {
    RunFacts: {
        "images": {},
        "processes": 1,
        "deterministic": False,
        "git_commit": None,
        "source": None,
        "request": None,
        "trial": {},
        "launch": None,
    },
    Result: {
        "train_loss": None,
        "validation_loss": None,
        "confusion_matrix": None,
        "images_per_second": None,
        "peak_memory_bytes": None,
    },
    EpochMetrics: {},
}


def read_facts(folder: Path) -> RunFacts:
    """How the run began, from `run.json`.

    Raises `DiagnosticError` where there is no run folder, or the file is
    missing, broken or of a later version of netdsl.
    """
    require_run(folder)
    path = folder / FACTS
    facts = _read(path, RunFacts)
    if facts.version != 1:
        raise broken(path, f"is of version {facts.version}, and this netdsl reads version 1")
    if not facts.classes or len(set(facts.classes)) < len(facts.classes):
        raise broken(path, "names no classes, or one twice")
    if min(facts.image_shape) < 1:
        raise broken(path, "has an impossible `image_shape`")
    return facts


def read_result(folder: Path) -> Result:
    """The outcome, from `result.json`; raises `DiagnosticError` where it is missing or broken."""
    path = folder / RESULT
    result = _read(path, Result)
    matrix = result.confusion_matrix
    if matrix is not None and (not matrix or any(len(row) != len(matrix) or min(row) < 0 for row in matrix)):
        raise broken(path, "has a `confusion_matrix` that is not square, or with counts below 0")
    if matrix is not None and len(matrix) != len(result.per_class_accuracy or matrix):
        raise broken(path, "has a `confusion_matrix` of another size than `per_class_accuracy`")
    return result


def read_metrics(folder: Path) -> tuple[EpochMetrics, ...]:
    """The epochs, from `metrics.jsonl`; a last line that is cut short, as by a power cut, is left out.

    Raises `DiagnosticError` where the file is missing or another line is broken.
    """
    path = folder / METRICS
    lines = _text(path).splitlines(keepends=True)
    epochs = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            epochs.append(_parse(path, line, EpochMetrics, number))
        except DiagnosticError:
            # Only a line without its end can have been cut by what stopped the run.
            if number < len(lines) or line.endswith("\n"):
                raise
    return tuple(epochs)


def require_run(folder: Path) -> None:
    """Raise `DiagnosticError` where the path is no folder with a run in it."""
    if folder.is_dir() and any((folder / name).exists() for name in (FACTS, RESULT, METRICS)):
        return
    problem = "holds no run" if folder.is_dir() else "is a file" if folder.exists() else "is not there"
    raise DiagnosticError(
        Diagnostic(
            codes.NO_RUN,
            f"{folder} {problem}",
            file=str(folder),
            help="give the folder that `netdsl train` named, such as runs/lenet5-1",
        )
    )


def broken(path: Path, problem: str, line: int | None = None) -> DiagnosticError:
    """The error for a file of a run folder that has this problem, in a line (from 1) or as a whole."""
    name = str(path) if line is None else f"{path}, line {line},"
    return DiagnosticError(
        Diagnostic(
            codes.BROKEN_RUN,
            f"{name} {problem}",
            file=str(path),
            help="take the file from a copy of the run folder, or train again",
        )
    )


def reading(path: Path, read: Callable[[], T]) -> T:
    """What `read` returns; what the file system or the file's encoding raises becomes a `DiagnosticError`."""
    try:
        return read()
    except OSError as error:
        raise broken(path, f"can't be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise broken(path, "is no UTF-8 text") from error


def _read(path: Path, kind: type[T]) -> T:
    return _parse(path, _text(path), kind)


def _text(path: Path) -> str:
    return reading(path, lambda: read_text_file(path))


def _parse(path: Path, text: str, kind: type[T], line: int | None = None) -> T:
    from pydantic import ValidationError

    try:
        found = parse_json(text)
    except ValueError as error:
        raise broken(path, f"is no JSON: {error}", line) from error
    if not isinstance(found, dict):
        raise broken(path, "holds no keys and values", line)
    try:
        record: T = _adapters()[kind].validate_python({**_MAY_LACK[kind], **found})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise broken(path, f"has a wrong `{key}`: {first['msg'].lower()}", line) from error
    return record


@cache
def _adapters() -> dict[type, TypeAdapter[Any]]:
    from pydantic import TypeAdapter

    return {kind: TypeAdapter(kind) for kind in _MAY_LACK}
