"""How the machine's cores are shared out among processes that train side by side."""

from __future__ import annotations

import os


def shared_out(processes: int) -> dict[str, str]:
    """The environment that gives each process its share of the cores, unless someone chose otherwise."""
    if "OMP_NUM_THREADS" in os.environ:
        return {}
    return {"OMP_NUM_THREADS": str(max(1, (os.cpu_count() or 1) // processes))}
