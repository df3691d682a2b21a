"""Engines by their names."""

from __future__ import annotations

from netdsl.experiments.engine.protocol import Engine

ENGINES = ("local",)


def make_engine(name: str, jobs: int) -> Engine:
    """The engine of a name, for so many runs at a time."""
    if name != "local":
        raise ValueError(name)
    if jobs > 1:
        from netdsl.experiments.engine.processes import ProcessEngine

        return ProcessEngine(jobs)
    from netdsl.experiments.engine.local import LocalEngine

    return LocalEngine()
