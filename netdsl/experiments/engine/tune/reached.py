"""What a run had reached where the scheduler looked at it."""

from __future__ import annotations

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import experiments as codes
from netdsl.experiments.model import Asha
from netdsl.experiments.outcome import Stopped
from netdsl.training.run_folder.records import EpochMetrics, finite, reached


def value_of(metrics: EpochMetrics, asha: Asha) -> float:
    """The figure by which the scheduler goes; raises `DiagnosticError` where it was not measured."""
    value = reached(metrics, asha.metric)
    if value is None:
        raise DiagnosticError(_not_measured(asha.metric))
    return value


def stopped_at(metrics: EpochMetrics, epochs: int, asha: Asha) -> Stopped:
    """Where the scheduler has stopped a run of so many epochs, these being its last one's figures."""
    return Stopped(metrics.epoch, epochs, asha.metric, finite(value_of(metrics, asha)))


def _not_measured(metric: str) -> Diagnostic:
    return Diagnostic(
        codes.NOT_MEASURED,
        f"the runs have no {metric}, by which the scheduler goes",
        help="set some images aside with `validation`, or let it go by train_accuracy: "
        "`scheduler: {asha: {metric: train_accuracy}}`",
    )
