"""What processes that train side by side on one machine share: its cores, and where they meet."""

from __future__ import annotations

import os

# Names the file in which the processes of a training find each other; torchrun has other means.
MEETING = "NETDSL_MEETING"


def shared_out(processes: int) -> dict[str, str]:
    """The environment that gives each process its share of the cores, unless someone chose otherwise."""
    if "OMP_NUM_THREADS" in os.environ:
        return {}
    return {"OMP_NUM_THREADS": str(max(1, (os.cpu_count() or 1) // processes))}
