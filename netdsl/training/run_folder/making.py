"""Folders for runs: how they are made, and what is told where they can't be written. Imports no torch."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.training.run_folder.files import CHECKPOINT, METRICS, RESULT


def make_run_folder(out: Path | None, name: str, *, resume: bool = False) -> Path:
    """Make the folder `out`, or without one the first free `runs/<name>-<n>`.

    Raises `DiagnosticError` where the folder can't be made, or `out` holds a
    run already and is not there to `resume` it.
    """
    if out is None:
        return _next_free(name)
    with reported(out):
        out.mkdir(parents=True, exist_ok=True)
        if not resume and ((out / METRICS).exists() or (out / RESULT).exists()):
            raise DiagnosticError(_taken(out))
    return out


@contextmanager
def reported(path: Path) -> Iterator[None]:
    """Errors of the file system as a diagnostic about the run folder."""
    try:
        yield
    except (OSError, SafetensorError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        kept = (path / CHECKPOINT).exists()
        raise DiagnosticError(
            Diagnostic(
                codes.RUN_FOLDER,
                f"{path} can't be written: {reason}",
                file=str(path),
                help=f"make room, then go on from the last checkpoint: `netdsl train --resume {path}`"
                if kept
                else "give a folder that can be written with `--out`",
            )
        ) from error


def _next_free(name: str) -> Path:
    for number in itertools.count(1):
        path = Path("runs") / f"{name}-{number}"
        with reported(path):
            try:
                path.mkdir(parents=True)
            except FileExistsError:
                continue
        break
    return path


def _taken(out: Path) -> Diagnostic:
    return Diagnostic(
        codes.RUN_FOLDER,
        f"{out} holds a run already",
        file=str(out),
        help=f"give another folder with `--out`, leave it away, or go on with `netdsl train --resume {out}`",
    )
