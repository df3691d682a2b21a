"""Stops bad runs early, by Ray Tune's asynchronous successive halving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ray.tune.schedulers import AsyncHyperBandScheduler, TrialScheduler

from netdsl.experiments.engine.tune.trial import EPOCH, EPOCHS
from netdsl.experiments.model import Asha

if TYPE_CHECKING:
    from ray.tune.execution.tune_controller import TuneController
    from ray.tune.experiment import Trial

# Tune would stop every run here; ours end by themselves.
_NO_END = 10**9


class Halving(AsyncHyperBandScheduler):
    """Tune's scheduler, but that no run is stopped after its last epoch."""

    def __init__(self, asha: Asha) -> None:
        super().__init__(
            time_attr=EPOCH,
            metric=asha.metric,
            mode="max" if asha.metric.endswith("accuracy") else "min",
            max_t=_NO_END,
            grace_period=asha.grace_epochs,
            reduction_factor=asha.reduction_factor,
        )

    def on_trial_result(self, tune_controller: TuneController, trial: Trial, result: dict[str, Any]) -> str:
        """Whether the run goes on."""
        decision: str = super().on_trial_result(tune_controller, trial, result)
        is_last = EPOCH in result and result[EPOCH] >= result[EPOCHS]
        return TrialScheduler.CONTINUE if is_last else decision
