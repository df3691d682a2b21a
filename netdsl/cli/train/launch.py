"""A training in several processes, one a device: started here, or by torchrun."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError
from netdsl.training.machine.threads import shared_out

# How often processes are started again from the last checkpoint where one died.
RESTARTS = 3

INTERRUPTED = 130

# The folder in which the processes of a launch leave how the training ended.
_FOLDER = "NETDSL_LAUNCH"

# Set where the processes go on with what the run folder holds, if it holds anything.
_GOES_ON = "NETDSL_GOES_ON"

# In the folder: there once a process has told of an error, and the exit code of an orderly end.
_TOLD = "told"
_ENDED = "ended"


def launched() -> bool:
    """Whether this process is one of several that `launch` or torchrun started."""
    return _FOLDER in os.environ or "TORCHELASTIC_RUN_ID" in os.environ


def is_quiet() -> bool:
    """Whether another process of the same training tells the person what happens."""
    return int(os.environ.get("RANK", "0")) > 0


def is_told() -> bool:
    """Whether another process has told the person what can be said before data is read."""
    return is_quiet() or _FOLDER in os.environ


def goes_on() -> bool:
    """Whether this process goes on with a run, if its folder holds one."""
    return _GOES_ON in os.environ or int(os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")) > 0


def launch(arguments: Sequence[str], devices: int, *, resume: bool = False) -> int:
    """Run `netdsl` with the arguments (but `--devices`) in so many processes; the exit code.

    Where one dies, all are started again, and go on from the last checkpoint;
    with `resume`, they go on at once. Raises `DiagnosticError` where they die
    again and again.
    """
    from netdsl.cli.train.processes import Processes

    command = [sys.executable, "-m", "netdsl", *without_devices(arguments)]
    with tempfile.TemporaryDirectory() as name, Processes(command, devices) as processes:
        folder = Path(name)
        environment = {**os.environ, **shared_out(devices), _FOLDER: name}
        for attempt in range(1 + RESTARTS):
            if resume or attempt > 0:
                environment[_GOES_ON] = "1"
            death = processes.run(environment, folder / f"meeting-{attempt}", folder / _TOLD)
            code = _ending(folder)
            if code is not None:
                return code
            if processes.stopping:
                print("interrupted", file=sys.stderr)
                return INTERRUPTED
            if attempt < RESTARTS:
                again = f"restart {attempt + 1} of {RESTARTS}, from the last checkpoint"
                print(f"{death}: {again}", file=sys.stderr)
    raise DiagnosticError(
        Diagnostic(
            codes.SEVERAL_DEVICES,
            f"{death}, after {RESTARTS} restarts",
            help="what it printed, if anything, stands above; leave `--devices` away to train in one process",
        )
    )


def leave_ending(code: int, is_first: bool) -> int:
    """Pass the exit code of an orderly end on to `launch`; the one with which this process is to end."""
    folder = os.environ.get(_FOLDER)
    if folder is None:
        return code
    if is_first:
        (Path(folder) / _ENDED).write_text(str(code))
    return 0


def may_tell(is_first: bool) -> bool:
    """Whether it is for this process to tell of an error, which others may have found too."""
    folder = os.environ.get(_FOLDER)
    if folder is None:
        return is_first
    try:
        (Path(folder) / _TOLD).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def without_devices(arguments: Sequence[str]) -> list[str]:
    """The arguments, `--devices N` left out."""
    kept: list[str] = []
    skip = False
    for argument in arguments:
        if skip:
            skip = False
        elif argument == "--devices":
            skip = True
        elif not argument.startswith("--devices="):
            kept.append(argument)
    return kept


def _ending(folder: Path) -> int | None:
    """The exit code of a training that has come to an orderly end; None where a process died before."""
    if (folder / _TOLD).exists():
        return 1
    ended = folder / _ENDED
    return int(ended.read_text()) if ended.exists() else None
