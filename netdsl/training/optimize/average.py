"""A moving average of the weights."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn


class WeightAverage:
    """The exponential moving average of a module's parameters and buffers, kept in a copy of it."""

    def __init__(self, module: nn.Module, decay: float) -> None:
        average = get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]
        self._averaged = AveragedModel(module, multi_avg_fn=average, use_buffers=True)

    @property
    def module(self) -> nn.Module:
        """The copy with the averaged weights."""
        averaged: nn.Module = self._averaged.module
        return averaged

    def update(self, module: nn.Module) -> None:
        """Take a step of the module into the average; the first one becomes it."""
        self._averaged.update_parameters(module)

    def state(self) -> dict[str, Tensor]:
        """The averaged state dict, and how many steps are in it."""
        return dict(self._averaged.state_dict())

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Go on from a state."""
        self._averaged.load_state_dict(dict(state))
