"""What short trials choose, with their times given rather than taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.training import Recipe
from netdsl.training.machine.world import World
from netdsl.training.optimize.loss import Loss
from netdsl.training.optimize.precision import Precision
from netdsl.training.preparation import choose, trial
from netdsl.training.preparation.agreement import evaluate_once
from netdsl.training.preparation.choose import Choices
from netdsl.training.preparation.compiling import compile_module
from netdsl.training.preparation.rehearsal import Pass
from netdsl.training.preparation.trial import try_compiling, try_formats
from tests.training.tiny_training import run_tiny

INPUTS = torch.rand(4, 3, 8, 8)


def convolution() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Dropout(0.5), nn.Flatten(), nn.Linear(144, 3)
    )


def a_pass(module: nn.Module) -> Pass:
    return Pass(module, torch.tensor([0, 1, 2, 0]), Loss(), Precision("float32", torch.device("cpu")))


def is_channels_last(inputs: Tensor) -> bool:
    return inputs.is_contiguous(memory_format=torch.channels_last) and not inputs.is_contiguous()


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """Seconds of a step by memory format, to be filled; every pass is made all the same."""
    seconds: dict[str, float] = {}

    def timed(run: Callable[[Tensor], None], inputs: Tensor) -> float:
        run(inputs)
        return seconds["channels_last" if is_channels_last(inputs) else "contiguous"]

    monkeypatch.setattr(trial, "_timed", timed)
    return seconds


def settle(once: Pass, steps: int = 1000, measure: bool = True, **keys: object) -> Choices:
    recipe = Recipe.model_validate(keys)
    return choose.choose(once, INPUTS, recipe, steps, measure=measure, world=World())


@pytest.mark.parametrize(
    ("contiguous", "channels_last", "choice"),
    [(0.002, 0.001, "channels_last"), (0.001, 0.002, "contiguous"), (5.0, 0.001, "channels_last")],
)
def test_the_faster_format(
    times: dict[str, float], contiguous: float, channels_last: float, choice: str
) -> None:
    times.update(contiguous=contiguous, channels_last=channels_last)
    found = settle(a_pass(convolution()))
    assert found.memory_format == choice
    assert not found.compiled
    if contiguous < 1:
        assert found.milliseconds == pytest.approx(
            {"contiguous": 1000 * contiguous, "channels_last": 1000 * channels_last}
        )
        assert str(found).startswith(f"{choice} (a step took: contiguous ")
    else:  # A step of seconds is not worth a trial.
        assert found.milliseconds == {}
        assert str(found) == choice


def test_a_slow_first_pass_does_not_end_the_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([5.0, *[0.001, 0.002] * 4])
    monkeypatch.setattr(trial, "_timed", lambda *_: next(seconds))
    assert settle(a_pass(convolution())).milliseconds == {"contiguous": 2.0, "channels_last": 1.0}


def test_a_clear_case_takes_fewer_passes_than_a_close_one(times: dict[str, float]) -> None:
    def passes(contiguous: float, channels_last: float) -> int:
        times.update(contiguous=contiguous, channels_last=channels_last)
        made: list[Tensor] = []
        try_formats(convolution(), INPUTS, made.append, measure=True)
        return len(made)

    assert passes(0.002, 0.001) < passes(0.00101, 0.001)
    # Chosen against the rule of thumb only where several times say so.
    assert passes(0.001, 0.002) == passes(0.00101, 0.001)


def test_nothing_is_timed_where_it_does_not_pay_or_must_repeat(times: dict[str, float]) -> None:
    times.update(contiguous=0.001, channels_last=0.002)
    for found in (settle(a_pass(convolution()), measure=False), settle(a_pass(convolution()), steps=20)):
        assert found == Choices("channels_last", False)


@pytest.mark.parametrize("given", ["contiguous", "channels_last"])
def test_what_the_recipe_says_is_taken(times: dict[str, float], given: str) -> None:
    times.update(contiguous=0.001, channels_last=0.001)
    module = convolution()
    assert settle(a_pass(module), memory_format=given, compile="on") == Choices(given, True)
    assert is_channels_last(next(module.parameters())) is (given == "channels_last")


def test_without_convolutions_there_is_nothing_to_choose(times: dict[str, float]) -> None:
    plain = nn.Sequential(nn.Flatten(), nn.Linear(192, 3))
    assert settle(a_pass(plain)) == Choices("contiguous", False)


class Viewing(nn.Module):
    """Asks for contiguous memory."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(3, 4, 3, padding=1)
        self.linear = nn.Linear(256, 3)

    def forward(self, inputs: Tensor) -> Tensor:
        output: Tensor = self.linear(self.convolution(inputs).view(len(inputs), -1))
        return output


@pytest.mark.parametrize("measure", [True, False])
def test_a_network_that_needs_contiguous_memory_gets_it(times: dict[str, float], measure: bool) -> None:
    times.update(contiguous=0.002, channels_last=0.001)
    assert settle(a_pass(Viewing()), measure=measure).memory_format == "contiguous"


def test_trials_leave_no_trace(times: dict[str, float]) -> None:
    times.update(contiguous=0.001, channels_last=0.002)
    module, before = convolution(), convolution()
    module.eval()
    module[1].train()
    modes = [part.training for part in module.modules()]
    evaluate_once(module, INPUTS)
    assert [part.training for part in module.modules()] == modes
    torch.manual_seed(9)
    expected = torch.rand(3)
    torch.manual_seed(9)
    settle(a_pass(module))
    assert torch.equal(torch.rand(3), expected)
    assert [part.training for part in module.modules()] == modes
    for name, value in before.state_dict().items():
        assert torch.equal(module.state_dict()[name], value), name
    assert all(parameter.grad is None for parameter in module.parameters())


def test_no_format_is_tried_for_a_network_without_convolutions() -> None:
    def refuse(_: Tensor) -> None:
        raise AssertionError("a pass was made")

    found = try_formats(nn.Linear(2, 2), torch.rand(2, 2), refuse, measure=True)
    assert (found.choice, found.milliseconds) == ("contiguous", {})


@pytest.mark.parametrize(
    ("plain", "compiled", "steps", "choice"),
    [
        (0.1, 0.05, 10_000, "on"),
        (0.1, 0.099, 10_000, "off"),  # Too small a gain.
        (0.1, 0.2, 10_000, "off"),
        (0.1, 0.001, 100, "off"),  # Too short a training.
    ],
)
def test_compiling(
    monkeypatch: pytest.MonkeyPatch, plain: float, compiled: float, steps: int, choice: str
) -> None:
    def once(_: Tensor) -> None: ...
    def fast(_: Tensor) -> None: ...

    seconds: dict[Callable[[Tensor], None], float] = {once: plain, fast: compiled}
    calls: list[Callable[[Tensor], None]] = []

    def timed(run: Callable[[Tensor], None], _: Tensor) -> float:
        calls.append(run)
        return seconds[run]

    monkeypatch.setattr(trial, "_timed", timed)
    found = try_compiling(once, fast, INPUTS, steps)
    assert found.choice == choice
    assert calls[0] is once
    # What can't pay is not compiled.
    assert (fast in calls) is (steps > 1000)
    assert found.milliseconds["eager"] == pytest.approx(100)


def broken(graph: object, inputs: object) -> Callable[..., object]:
    """What torch.compile makes code with, where that is missing."""
    raise RuntimeError("Cannot find a working triton installation.")


@pytest.fixture
def without_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    """torch.compile as it is where it finds no compiler."""
    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend=broken))


@pytest.mark.usefixtures("without_compiler")
def test_where_compiling_fails_a_trial_goes_on_without_and_a_wish_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, refused: Callable[[Callable[[], object]], Diagnostic]
) -> None:
    monkeypatch.setattr(trial, "_WORTH_COMPILING", 0.0)
    once = a_pass(convolution())
    found = try_compiling(once, replace(once, module=compile_module(once.module)), INPUTS, 100)
    assert (found.choice, list(found.milliseconds)) == ("off", ["eager"])
    choices = Choices("contiguous", False, problem=found.problem)
    assert "not compiled: torch.compile fails: backend='broken' raised:" in str(choices)
    recipe = Recipe(epochs=1, compile="on", validation=0)
    wrong = refused(lambda: run_tiny(tmp_path / "run", recipe))
    assert (wrong.code, wrong.help is not None) == (codes.FAILED_COMPILING, True)
    assert "triton" in wrong.message


def test_a_cpu_does_not_compile_of_itself(times: dict[str, float]) -> None:
    times.update(contiguous=0.5, channels_last=0.5)
    assert not settle(a_pass(convolution()), steps=10**6).compiled
    assert not settle(a_pass(convolution()), steps=10**6, compile="off").compiled
