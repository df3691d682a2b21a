"""What a run had reached where the scheduler looked at it."""

from __future__ import annotations

from netdsl.diagnostics import DiagnosticError
from netdsl.experiments.measured import scheduler_not_measured
from netdsl.experiments.model import Asha
from netdsl.experiments.outcome import Stopped
from netdsl.training.run_folder.records import EpochMetrics, finite, reached


def value_of(metrics: EpochMetrics, asha: Asha) -> float:
    """The figure by which the scheduler goes; raises `DiagnosticError` where it was not measured."""
    value = reached(metrics, asha.metric)
    if value is None:
        raise DiagnosticError(scheduler_not_measured(asha.metric))
    return value


def stopped_at(metrics: EpochMetrics, epochs: int, asha: Asha) -> Stopped:
    """Where the scheduler has stopped a run of so many epochs, these being its last one's figures."""
    return Stopped(metrics.epoch, epochs, asha.metric, finite(value_of(metrics, asha)))
