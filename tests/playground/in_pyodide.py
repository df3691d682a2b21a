"""Runs Python in Pyodide, by Node.js, as the exported page runs it in a browser."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from netdsl.playground.export import archive
from netdsl.playground.service import Service

HERE = Path(__file__).parent
PYODIDE = HERE.parents[1] / "editors" / "playground" / "node_modules" / "pyodide"
# Seconds; on a machine that does much else Pyodide alone takes most of a minute to start.
PATIENCE = 900


def run_in_pyodide(script: Path, folder: Path | None, work: Path) -> Any:
    """What the last line of a script comes to, which is JSON.

    It runs beside the archive of a page that was exported with a folder's
    files; `work` is a folder to write that to.
    """
    assert PYODIDE.is_dir(), "run `npm ci` in editors/playground: Pyodide is taken from there"
    packed = work / "netdsl.zip"
    packed.write_bytes(archive(Service(str(folder) if folder is not None else None)))
    command = ["node", str(HERE / "in_pyodide.mjs"), str(PYODIDE), str(packed), str(script)]
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr[-5000:]
    return json.loads(done.stdout)
