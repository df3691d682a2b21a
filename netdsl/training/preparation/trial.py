"""Short measured trials: which memory format, and whether to compile."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf

import torch
from torch import Tensor, nn

from netdsl.training.machine.device import synchronize
from netdsl.training.machine.memory import is_out_of_memory
from netdsl.training.preparation.agreement import evaluate_once
from netdsl.training.preparation.compiling import failed_compiling

FORMATS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}

_ROUNDS = 3

# A trial that would take longer than this is not worth it: the rule of thumb is used.
_LONGEST_STEP = 1.0

# Compiling takes tens of seconds: it must have the time to pay.
_WORTH_COMPILING = 180.0

# What is chosen against the rule of thumb must take at most this part of the time.
_GAIN = 0.97

# Where the rule of thumb holds by so much, one time of each is enough.
_CLEARLY = 0.85

# A forward and backward pass over some input, whose result is thrown away.
Pass = Callable[[Tensor], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """What was chosen, and the milliseconds of a step of each alternative that was measured, if any was.

    `problem` says why an alternative could not be tried, where that is so.
    """

    choice: str
    milliseconds: Mapping[str, float]
    problem: str | None = None


def try_formats(module: nn.Module, inputs: Tensor, run: Pass, *, measure: bool) -> Trial:
    """The memory format in which a step takes the least time, channels_last where there is little in it.

    `inputs` are a batch; `run` makes a forward and backward pass. Without 2-D
    convolutions there is nothing to choose, and with `measure` false they
    have channels_last, as they have where a step takes longer than a second.
    A module that asks for contiguous memory, by `view` for one, is given that.
    """
    if not any(isinstance(part, nn.Conv2d) for part in module.modules()) or not _takes_channels_last(
        module, inputs
    ):
        return Trial("contiguous", {})
    if not measure:
        return Trial("channels_last", {})
    return _measured(module, inputs, run)


def try_compiling(run: Pass, compiled: Pass, inputs: Tensor, steps: int) -> Trial:
    """Whether the compiled pass gains enough over so many steps ("on"), or not or not even runs ("off")."""
    plain = _milliseconds(run, inputs)
    if plain == inf:
        return Trial("off", {})
    if plain * steps / 1000 < _WORTH_COMPILING:
        return Trial("off", {"eager": plain})
    try:
        fast = _milliseconds(compiled, inputs)
    except Exception as error:  # Compilers raise all sorts of things; without them the pass was made.
        return Trial("off", {"eager": plain}, failed_compiling(error).message)
    measured = {"eager": plain} if fast == inf else {"eager": plain, "compiled": fast}
    return Trial("on" if fast < plain * _GAIN else "off", measured)


def _takes_channels_last(module: nn.Module, inputs: Tensor) -> bool:
    try:
        evaluate_once(module, inputs[:2].contiguous(memory_format=torch.channels_last))
    except RuntimeError:
        return False
    return True


def _measured(module: nn.Module, inputs: Tensor, run: Pass) -> Trial:
    times: dict[str, list[float]] = {name: [] for name in FORMATS}
    for number in range(1 + _ROUNDS):
        for name, memory_format in FORMATS.items():
            module.to(memory_format=memory_format)
            seconds = _timed(run, inputs.contiguous(memory_format=memory_format))
            # The first pass of each prepares the device, which may take longer than any step.
            if seconds == inf or (number > 0 and seconds > _LONGEST_STEP):
                return Trial("channels_last", {})
            if number > 0:
                times[name].append(1000 * seconds)
        if number > 0 and min(times["channels_last"]) < min(times["contiguous"]) * _CLEARLY:
            break
    # What else the machine does can only add to a time: the least is the truest.
    milliseconds = {name: min(each) for name, each in times.items()}
    gains = milliseconds["contiguous"] < milliseconds["channels_last"] * _GAIN
    return Trial("contiguous" if gains else "channels_last", milliseconds)


def _milliseconds(run: Pass, inputs: Tensor) -> float:
    return 1000 * min([_timed(run, inputs) for _ in range(2 + _ROUNDS)][2:])


def _timed(run: Pass, inputs: Tensor) -> float:
    """The seconds of a pass; infinitely many where it does not fit in memory: the training tells of that."""
    synchronize(inputs.device)
    started = time.perf_counter()
    try:
        run(inputs)
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        return inf
    synchronize(inputs.device)
    return time.perf_counter() - started
