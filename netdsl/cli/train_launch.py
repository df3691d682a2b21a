"""Starts a training in several processes, one a device, and starts them again where one dies."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from netdsl.training.threads import shared_out

# How often processes that died are started again from the last checkpoint.
RESTARTS = 3

# Where the processes of a launch leave the exit code of a training that ended in an orderly way.
VERDICT = "NETDSL_VERDICT"


def launched() -> bool:
    """Whether this process is one of several that torchrun started."""
    return "TORCHELASTIC_RUN_ID" in os.environ


def is_quiet() -> bool:
    """Whether another process of the same launch tells the person what happens."""
    return int(os.environ.get("RANK", "0")) > 0


def restarted() -> bool:
    """Whether torchrun started the processes anew since one of them died."""
    return int(os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")) > 0


def launch(arguments: Sequence[str], devices: int, out: Path) -> int:
    """Run `netdsl` with the arguments (but `--devices`) in so many processes that share the folder `out`."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command += [f"--nproc-per-node={devices}", f"--max-restarts={RESTARTS}", "--module", "netdsl"]
    command += without_devices(arguments)
    if not any(each == "--out" or each.startswith(("--out=", "--resume")) for each in arguments):
        command += ["--out", str(out)]
    with tempfile.TemporaryDirectory() as folder:
        verdict = Path(folder) / "verdict"
        code = _run(command, {**os.environ, **shared_out(devices), VERDICT: str(verdict)})
        return int(verdict.read_text()) if verdict.exists() else code


def leave_verdict(code: int, is_first: bool) -> int:
    """Pass the exit code of an orderly end on to `launch`; the code with which torchrun won't restart."""
    path = os.environ.get(VERDICT)
    if path is None:
        return code
    if is_first:
        Path(path).write_text(str(code))
    return 0


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


def _run(command: Sequence[str], environment: dict[str, str]) -> int:
    process = subprocess.Popen(command, env=environment)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            # The terminal has sent it to the processes too; they end by themselves.
            continue
