"""How those who train hear that someone has asked to stop, on whichever machine they are."""

from __future__ import annotations

import asyncio

import ray


class Bell:
    """Rung once; all who wait for it then hear it."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    async def ring(self) -> None:
        """Ask everyone to stop."""
        self._rung.set()

    async def wait(self) -> None:
        """Wait until it is rung."""
        await self._rung.wait()


# As an actor, which takes no core from the runs.
BellActor = ray.remote(num_cpus=0)(Bell)
