"""Chooses what a recipe leaves open: memory format and compilation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from torch import Tensor

from netdsl.diagnostics import DiagnosticError
from netdsl.training.machine.world import World
from netdsl.training.preparation.compiling import compile_module
from netdsl.training.preparation.rehearsal import Pass, rehearsal
from netdsl.training.preparation.trial import FORMATS, Trial, try_compiling, try_formats
from netdsl.training.recipe import Recipe

# Below so many steps, a trial takes longer than the better choice gains.
_WORTH_A_TRIAL = 100


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen; `milliseconds` are those of a step of each alternative that was timed.

    `problem` says why the network could not be compiled, where that was tried in vain.
    """

    memory_format: str
    compiled: bool
    milliseconds: Mapping[str, float] = field(default_factory=dict)
    problem: str | None = None

    def __str__(self) -> str:
        times = ", ".join(f"{name} {each:.1f} ms" for name, each in self.milliseconds.items())
        compiled = ", compiled" if self.compiled else ""
        problem = f", not compiled: {self.problem}" if self.problem is not None else ""
        return f"{self.memory_format}{compiled}" + (f" (a step took: {times})" if times else "") + problem


def choose(once: Pass, inputs: Tensor, recipe: Recipe, steps: int, *, measure: bool, world: World) -> Choices:
    """Choose by short trials of a pass over some inputs; without `measure`, by rules of thumb.

    What the recipe fixes is taken as it is. All processes take the first
    one's choice.
    """
    measure = measure and steps >= _WORTH_A_TRIAL
    with rehearsal(once.module):
        layout = Trial(recipe.memory_format, {})
        if recipe.memory_format == "auto":
            layout = world.from_first(try_formats(once.module, inputs, once, measure=measure))
        once.module.to(memory_format=FORMATS[layout.choice])
        inputs = inputs.contiguous(memory_format=FORMATS[layout.choice])
        compiling = world.from_first(_compiling(once, inputs, recipe, steps, measure))
    return Choices(
        layout.choice,
        compiling.choice == "on",
        {**layout.milliseconds, **compiling.milliseconds},
        compiling.problem,
    )


def _compiling(once: Pass, inputs: Tensor, recipe: Recipe, steps: int, measure: bool) -> Trial:
    if recipe.compile != "auto":
        return Trial(recipe.compile, {})
    # On a CPU, compiling was never found to gain over channels_last and a fused optimizer.
    if not measure or inputs.device.type != "cuda":
        return Trial("off", {})
    try:
        compiled = replace(once, module=compile_module(once.module))
    except DiagnosticError as error:
        return Trial("off", {}, error.diagnostic.message)
    return try_compiling(once, compiled, inputs, steps)
