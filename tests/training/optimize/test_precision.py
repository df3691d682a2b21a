"""Mixed precision on the CPU."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from netdsl.training import ImageDataset, Progress, Recipe
from netdsl.training.data.shapes import draw_shapes
from netdsl.training.optimize import precision as precision_module
from netdsl.training.optimize.precision import Precision, slow_precision
from netdsl.training.run_folder.checkpoint import read_checkpoint
from tests.training.tiny_training import CLASSES, PIXELS, assert_same_weights, run_tiny

CPU = torch.device("cpu")
SMALL = [("bfloat16", torch.bfloat16), ("float16", torch.float16)]


class Seen(nn.Module):
    """A linear layer that notes the types it computes in, in training and in evaluation."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.linear = nn.Linear(PIXELS, CLASSES)
        self.types: dict[bool, set[torch.dtype]] = {True: set(), False: set()}

    def forward(self, images: Tensor) -> Tensor:
        output: Tensor = self.linear(images.flatten(1))
        self.types[self.training].add(output.dtype)
        return output


@pytest.mark.parametrize(("name", "dtype"), [("float32", torch.float32), *SMALL])
def test_layers_compute_in_the_type(tmp_path: Path, name: str, dtype: torch.dtype) -> None:
    module = Seen()
    recipe = Recipe.model_validate({"precision": name, "epochs": 1, "validation": 10, "compile": "off"})
    run = run_tiny(tmp_path, recipe, module)
    assert module.types[True] == {dtype}
    # What is reported is taken in the same type.
    assert dtype in module.types[False]
    # The weights, and all that is kept of them, stay in full precision.
    assert {parameter.dtype for parameter in module.parameters()} == {torch.float32}
    assert run.history[0].validation_loss is not None


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "muon", "rmsprop"])
@pytest.mark.parametrize("name", ["bfloat16", "float16"])
def test_it_learns_about_as_well(
    tmp_path: Path, small_net: Callable[..., nn.Module], name: str, optimizer: str
) -> None:
    data = draw_shapes(train=300, test=20)
    keys: dict[str, Any] = {
        "optimizer": optimizer,
        "epochs": 4,
        "batch_size": 32,
        "learning_rate": 0.2 if optimizer == "sgd" else 3e-3,
        "clip_grad_norm": 1.0,
        "validation": 0,
        "compile": "off",
        "memory_format": "contiguous",
    }
    last = {}
    for each in ("float32", name):
        recipe = Recipe.model_validate({**keys, "precision": each})
        history = run_tiny(tmp_path / each, recipe, small_net(), data).history
        assert history[-1].train_loss < history[0].train_loss
        last[each] = history[-1].train_loss
    assert last[name] == pytest.approx(last["float32"], rel=0.1)
    assert last[name] != last["float32"]


def test_the_scaler_is_float16_s_alone() -> None:
    assert Precision("float16", CPU).scaler.is_enabled()
    for name in ("float32", "bfloat16"):
        scaler = Precision(name, CPU).scaler
        assert not scaler.is_enabled()
        assert float(scaler.scale(torch.ones(()))) == 1


def test_gradients_are_scaled_and_clipped_as_they_are(tmp_path: Path) -> None:
    """Clipping sees the gradients without their scale: a bound that is never reached changes nothing."""
    plain, bounded, tight = Seen(), Seen(), Seen()
    keys: dict[str, Any] = {"precision": "float16", "optimizer": "sgd", "learning_rate": 0.1, "epochs": 1}
    run_tiny(tmp_path / "1", Recipe.model_validate(keys), plain)
    run_tiny(tmp_path / "2", Recipe.model_validate({**keys, "clip_grad_norm": 100.0}), bounded)
    run_tiny(tmp_path / "3", Recipe.model_validate({**keys, "clip_grad_norm": 0.01}), tight)
    assert_same_weights(plain, bounded, atol=1e-7)
    before = Seen().linear.weight
    assert (
        0
        < (tight.linear.weight - before).norm()
        <= 0.1 * 0.01 * 1.001
        < (plain.linear.weight - before).norm()
    )


class Overflowing(Seen):
    """Its gradient is too large for float16 in one step."""

    def __init__(self, step: int) -> None:
        super().__init__()
        self.step = step
        self.calls = 0
        self.before: list[Tensor] = []

    def forward(self, images: Tensor) -> Tensor:
        output = super().forward(images)
        if self.training:
            self.before.append(self.linear.weight.detach().clone())
            if self.calls == self.step:
                output.register_hook(lambda gradient: gradient * float("inf"))
            self.calls += 1
        return output


def test_a_step_whose_gradients_overflow_is_left_out(tmp_path: Path) -> None:
    module = Overflowing(3)
    recipe = Recipe.model_validate(
        {
            "precision": "float16",
            "optimizer": "sgd",
            "batch_size": 8,
            "validation": 0,
            "epochs": 2,
            "compile": "off",
            "memory_format": "contiguous",
        }
    )
    # A network without convolutions is not tried out first: each call is a step.
    run_tiny(tmp_path, recipe, module)
    unchanged = [
        at for at in range(len(module.before) - 1) if torch.equal(module.before[at], module.before[at + 1])
    ]
    assert unchanged == [3]
    facts = read_checkpoint(tmp_path / "checkpoint.safetensors").facts
    # torch's scaler begins at 2**16 and halves where there was an overflow.
    assert facts["scaler"]["scale"] == 2**15
    assert facts["scaler"]["_growth_tracker"] == len(module.before) - 4


def test_the_scaler_goes_on_where_it_was(tmp_path: Path) -> None:
    keys: dict[str, Any] = {"precision": "float16", "optimizer": "adam", "batch_size": 8, "compile": "off"}
    first, second, whole = Overflowing(2), Seen(), Overflowing(2)
    run_tiny(tmp_path / "a", Recipe.model_validate({**keys, "epochs": 2}), first)
    before = read_checkpoint(tmp_path / "a" / "checkpoint.safetensors").facts["scaler"]
    assert before["scale"] == 2**15
    run_tiny(tmp_path / "a", Recipe.model_validate({**keys, "epochs": 4}), second, resume=True)
    after = read_checkpoint(tmp_path / "a" / "checkpoint.safetensors").facts["scaler"]
    assert after["scale"] == 2**15
    assert after["_growth_tracker"] > before["_growth_tracker"]
    run_tiny(tmp_path / "b", Recipe.model_validate({**keys, "epochs": 4}), whole)
    assert read_checkpoint(tmp_path / "b" / "checkpoint.safetensors").facts["scaler"] == after
    assert_same_weights(whole, second, atol=0)


@pytest.mark.parametrize("name", ["bfloat16", "float16"])
def test_a_slow_type_is_warned_of(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    notes: list[str] = []

    class Noting(Progress):
        def note(self, text: str) -> None:
            notes.append(text)

    def warned(precision: str) -> bool:
        notes.clear()
        recipe = Recipe.model_validate({"precision": precision, "epochs": 1})
        run_tiny(tmp_path / f"{len(list(tmp_path.iterdir()))}", recipe, Seen(), progress=Noting())
        return any("W701" in note and precision in note for note in notes)

    for instructions in (False, True):
        monkeypatch.setattr(precision_module, "_has_instructions", lambda _, has=instructions: has)
        assert warned(name) is not instructions
        assert not warned("float32")
    monkeypatch.setattr(precision_module, "_has_instructions", lambda _: False)
    assert slow_precision(name, torch.device("cuda")) is None
    found = slow_precision(name, CPU)
    assert found is not None
    assert found.code.id == "W701"


def test_an_accurate_loss_is_reported(tmp_path: Path, few_shapes: ImageDataset) -> None:
    """The mean over 400 images has more digits than bfloat16."""
    recipe = Recipe.model_validate(
        {"precision": "bfloat16", "learning_rate": 1e-12, "epochs": 1, "batch_size": 400, "validation": 0}
    )
    torch.manual_seed(0)
    module = nn.Sequential(nn.Flatten(), nn.Linear(3072, 10))
    run = run_tiny(tmp_path, recipe, module, few_shapes)
    lines = (tmp_path / "metrics.jsonl").read_text().splitlines()
    loss = json.loads(lines[0])["train_loss"]
    assert loss == run.history[0].train_loss
    assert torch.tensor(loss * 400).bfloat16().item() != loss * 400
