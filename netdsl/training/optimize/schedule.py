"""The learning rate of every step."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping

from netdsl.training.recipe import Recipe
from netdsl.training.recipe.schedule import (
    AnySchedule,
    Cosine,
    Exponential,
    MultiStep,
    OneCycle,
    Plateau,
    Polynomial,
    Step,
)

# A rate by the number of the step, counted from 0.
Curve = Callable[[int], float]


class LearningRate:
    """The rate of each step: a curve, under a warm-up that rises evenly to it.

    In a warm-up of W steps, step i (from 0) has (i + 1) / (W + 1) of the
    curve's rate.
    """

    def __init__(self, curve: Curve, warmup_steps: int) -> None:
        self._curve = curve
        self._warmup_steps = warmup_steps

    def rate(self, step: int) -> float:
        """The learning rate of a step, counted from 0."""
        rate = self._curve(step)
        return rate * (step + 1) / (self._warmup_steps + 1) if step < self._warmup_steps else rate

    def epoch_ended(self, value: float, *, higher_is_better: bool) -> None:
        """Hear the value of the metric at an epoch's end."""

    def state(self) -> dict[str, float]:
        """What `restore` needs to go on in another process."""
        return {}

    def restore(self, state: Mapping[str, float]) -> None:
        """Go on from a state."""


class PlateauRate(LearningRate):
    """A rate that is cut where a metric no longer improves, as torch's ReduceLROnPlateau (relative mode)."""

    def __init__(self, base: float, options: Plateau, warmup_steps: int) -> None:
        super().__init__(lambda _: self._rate, warmup_steps)
        self._options = options
        self._rate = base
        self._best: float | None = None
        self._bad_epochs = 0
        self._cooldown = 0

    def epoch_ended(self, value: float, *, higher_is_better: bool) -> None:
        """Cut the rate where there have been too many epochs without an improvement."""
        options = self._options
        if self._improved(value, higher_is_better):
            self._best, self._bad_epochs = value, 0
        else:
            self._bad_epochs += 1
        if self._cooldown > 0:
            self._cooldown, self._bad_epochs = self._cooldown - 1, 0
        if self._bad_epochs > options.patience:
            self._rate = min(self._rate, max(self._rate * options.factor, options.min_lr))
            self._cooldown, self._bad_epochs = options.cooldown, 0

    def _improved(self, value: float, higher_is_better: bool) -> bool:
        if not math.isfinite(value):
            return False
        if self._best is None:
            return True
        threshold = self._options.threshold
        if higher_is_better:
            return value > self._best * (1 + threshold)
        return value < self._best * (1 - threshold)

    def state(self) -> dict[str, float]:
        """Rate, best value and counters."""
        best = {} if self._best is None else {"best": self._best}
        return {"rate": self._rate, "bad_epochs": self._bad_epochs, "cooldown": self._cooldown, **best}

    def restore(self, state: Mapping[str, float]) -> None:
        """Go on from a state."""
        self._rate = state["rate"]
        self._best = state.get("best")
        self._bad_epochs, self._cooldown = int(state["bad_epochs"]), int(state["cooldown"])


def make_learning_rate(recipe: Recipe, steps_per_epoch: int, total_steps: int) -> LearningRate:
    """The recipe's learning rate for a training of so many steps.

    Schedules that torch's users step once an epoch change at the epochs'
    ends; cosine, one-cycle and polynomial change with every step, cosine and
    polynomial over the steps after the warm-up.
    """
    warmup = round(recipe.warmup * steps_per_epoch)
    if isinstance(recipe.schedule, Plateau):
        return PlateauRate(recipe.base_rate, recipe.schedule, warmup)
    if isinstance(recipe.learning_rate, dict):
        return LearningRate(_milestone_rates(recipe.learning_rate, steps_per_epoch), warmup)
    curve = _curve(recipe.schedule, recipe.base_rate, steps_per_epoch, total_steps, warmup)
    return LearningRate(curve, warmup)


def _milestone_rates(rates: Mapping[int, float], steps_per_epoch: int) -> Curve:
    epochs = sorted(rates)
    return lambda step: rates[epochs[bisect_right(epochs, step // steps_per_epoch) - 1]]


def _curve(schedule: AnySchedule, base: float, per_epoch: int, total: int, warmup: int) -> Curve:
    match schedule:
        case Step():
            return lambda step: base * schedule.gamma ** (step // per_epoch // schedule.step_size)
        case MultiStep():
            milestones = sorted(schedule.milestones)
            return lambda step: base * schedule.gamma ** bisect_right(milestones, step // per_epoch)
        case Exponential():
            return lambda step: base * schedule.gamma ** (step // per_epoch)
        case Cosine():
            return _cosine(schedule, base, per_epoch, total, warmup)
        case Polynomial():
            return lambda step: base * (1 - _done(step, total, warmup)) ** schedule.power
        case OneCycle():
            return _one_cycle(schedule, base, total)
        case _:
            return lambda _: base


def _done(step: int, total: int, warmup: int) -> float:
    """The part, from 0 to 1, of the steps after the warm-up that lies before a step."""
    return min(max(step - warmup, 0) / max(total - warmup, 1), 1.0)


def _cosine(schedule: Cosine, base: float, per_epoch: int, total: int, warmup: int) -> Curve:
    def between(part: float) -> float:
        return schedule.eta_min + (base - schedule.eta_min) * (1 + math.cos(math.pi * part)) / 2

    if schedule.T_0 is None:
        return lambda step: between(_done(step, total, warmup))
    first, factor = schedule.T_0, schedule.T_mult

    def restarted(step: int) -> float:
        behind, cycle = max(step - warmup, 0) / per_epoch, float(first)
        while behind >= cycle:
            behind, cycle = behind - cycle, cycle * factor
        return between(behind / cycle)

    return restarted


def _one_cycle(schedule: OneCycle, peak: float, total: int) -> Curve:
    """Smith and Topin 2018, in two phases, with torch's OneCycleLR's places of the turning points."""
    start = peak / schedule.div_factor
    end = start / schedule.final_div_factor
    top, last = schedule.pct_start * total - 1, total - 1

    def between(first: float, last: float, part: float) -> float:
        if schedule.anneal_strategy == "linear":
            return first + (last - first) * part
        return last + (first - last) * (1 + math.cos(math.pi * part)) / 2

    def rate(step: int) -> float:
        if step <= top:
            return between(start, peak, step / top if top > 0 else 1.0)
        return between(peak, end, (step - top) / (last - top) if step < last else 1.0)

    return rate
