"""What becomes of the runs while Ray Tune has them, each run by its number."""

from __future__ import annotations

from dataclasses import dataclass

from netdsl.experiments.engine.tune.talk import Report


@dataclass(frozen=True, slots=True)
class Started:
    """A worker has the run."""

    number: int


@dataclass(frozen=True, slots=True)
class Reported:
    """The run is a step further."""

    number: int
    report: Report


@dataclass(frozen=True, slots=True)
class Lost:
    """The run's worker died; another one will go on with it."""

    number: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The worker has left the run: at its end, or because a scheduler decided so."""

    number: int


@dataclass(frozen=True, slots=True)
class Died:
    """Too many workers died of the run."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Over:
    """Tune has ended; with an error, before its time."""

    error: Exception | None = None


Event = Started | Reported | Lost | Ended | Died | Over
