"""Optimizers, their options, groups, clipping and accumulation against loops by hand with torch's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.optim import SGD, Adagrad, Adam, AdamW, NAdam, Optimizer, RMSprop

from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.training import ImageDataset, Recipe
from netdsl.training.optimize.muon import Muon, orthogonalize
from netdsl.training.optimize.optimizer import make_optimizers
from netdsl.training.optimize.schedule import make_learning_rate
from tests.training.tiny_training import (
    CLASSES,
    PIXELS,
    PLAIN,
    SHAPE,
    as_input,
    assert_same_weights,
    by_hand,
    noise,
    run_tiny,
    tiny_data,
    tiny_net,
)

Refused = Callable[[Callable[[], object]], Diagnostic]
Make = Callable[[Iterable[nn.Parameter]], Optimizer]


def recipe_of(**keys: object) -> Recipe:
    return Recipe.model_validate({**PLAIN, "epochs": 3, "batch_size": 8, "learning_rate": 0.02, **keys})


CASES: list[tuple[dict[str, object], Make]] = [
    ({"optimizer": "sgd"}, lambda p: SGD(p, 0.02)),
    ({"optimizer": "sgd", "weight_decay": 0.1}, lambda p: SGD(p, 0.02, weight_decay=0.1)),
    ({"optimizer": "sgd", "momentum": 0.8}, lambda p: SGD(p, 0.02, momentum=0.8)),
    (
        {"optimizer": "sgd", "momentum": 0.8, "nesterov": True, "weight_decay": 0.1},
        lambda p: SGD(p, 0.02, momentum=0.8, nesterov=True, weight_decay=0.1),
    ),
    ({"optimizer": "adam"}, lambda p: Adam(p, 0.02)),
    (
        {"optimizer": "adam", "betas": [0.7, 0.9], "eps": 1e-3, "weight_decay": 0.1},
        lambda p: Adam(p, 0.02, (0.7, 0.9), 1e-3, 0.1),
    ),
    # torch's AdamW decays by 0.01 unless told otherwise; a recipe's weight_decay is 0 where it is not given.
    ({"optimizer": "adamw"}, lambda p: AdamW(p, 0.02, weight_decay=0)),
    (
        {"optimizer": "adamw", "betas": [0.7, 0.9], "eps": 1e-3, "weight_decay": 0.1},
        lambda p: AdamW(p, 0.02, (0.7, 0.9), 1e-3, 0.1),
    ),
    ({"optimizer": "rmsprop"}, lambda p: RMSprop(p, 0.02)),
    (
        {"optimizer": "rmsprop", "alpha": 0.8, "momentum": 0.5, "eps": 1e-3, "weight_decay": 0.1},
        lambda p: RMSprop(p, 0.02, 0.8, 1e-3, 0.1, 0.5),
    ),
    ({"optimizer": "rmsprop", "alpha": 0.0}, lambda p: RMSprop(p, 0.02, 0.0)),
    ({"optimizer": "adagrad"}, lambda p: Adagrad(p, 0.02)),
    (
        {"optimizer": "adagrad", "eps": 1e-3, "weight_decay": 0.1},
        lambda p: Adagrad(p, 0.02, weight_decay=0.1, eps=1e-3),
    ),
    ({"optimizer": "nadam"}, lambda p: NAdam(p, 0.02)),
    (
        {"optimizer": "nadam", "betas": [0.7, 0.9], "eps": 1e-3, "weight_decay": 0.1},
        lambda p: NAdam(p, 0.02, (0.7, 0.9), 1e-3, 0.1),
    ),
]
NAMES = [" ".join(str(value) for value in keys.values()) for keys, _ in CASES]


@pytest.mark.parametrize(("keys", "make"), CASES, ids=NAMES)
def test_an_optimizer_takes_the_steps_of_torch_s(tmp_path: Path, keys: dict[str, object], make: Make) -> None:
    module, theirs = tiny_net(), tiny_net()
    run_tiny(tmp_path, recipe_of(**keys), module)
    by_hand(theirs, [make(theirs.parameters())], 3, 8)
    # Kernels that update all parameters at once round otherwise.
    assert_same_weights(module, theirs, atol=1e-9)


EVERY = ["sgd", "adam", "adamw", "rmsprop", "adagrad", "nadam", "muon"]


@pytest.mark.parametrize("name", EVERY)
def test_an_optimizer_goes_on_from_its_state(tmp_path: Path, name: str) -> None:
    momentum = {"momentum": 0.9} if name in ("sgd", "rmsprop", "muon") else {}
    keys: dict[str, Any] = {"optimizer": name, "weight_decay": 0.01, **momentum}
    whole, first, second = (tiny_net().float() for _ in range(3))
    run_tiny(tmp_path / "whole", recipe_of(**keys, epochs=4), whole)
    run_tiny(tmp_path / "parts", recipe_of(**keys, epochs=2), first)
    with torch.no_grad():
        second[1].weight.fill_(7.0)  # What stands here does not matter.
    run_tiny(tmp_path / "parts", recipe_of(**keys, epochs=4), second, resume=True)
    assert_same_weights(whole, second, atol=0)


def convolutional() -> nn.Sequential:
    torch.manual_seed(5)
    net = nn.Sequential(
        nn.Conv2d(3, 5, 3, padding=1),
        nn.GroupNorm(1, 5),
        nn.ReLU(),
        nn.Conv2d(5, 40, 2, stride=2, bias=False),
        nn.Flatten(),
        nn.Linear(160, CLASSES),
    )
    return net.double()


def polynomial_of_singular_values(matrix: Tensor) -> Tensor:
    """What five Newton-Schulz iterations make of a matrix, by way of its singular values."""
    left, values, right = torch.linalg.svd(matrix.double(), full_matrices=False)
    values = values / values.norm()
    for _ in range(5):
        values = 3.4445 * values - 4.7750 * values**3 + 2.0315 * values**5
    return left @ values.diag() @ right


class ExactMuon(Optimizer):
    """Muon written down from its paper, with exact singular values."""

    def __init__(self, parameters: Iterable[nn.Parameter], lr: float, momentum: float, decay: float) -> None:
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "decay": decay})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:
        for group in self.param_groups:
            for parameter in group["params"]:
                state, gradient, momentum = self.state[parameter], parameter.grad, group["momentum"]
                before = state.get("average", torch.zeros_like(gradient))
                average = state["average"] = momentum * before + (1 - momentum) * gradient
                direction = momentum * average + (1 - momentum) * gradient
                rows = direction.reshape(len(direction), -1)
                scale = 0.2 * max(rows.shape) ** 0.5
                turned = polynomial_of_singular_values(rows).view_as(parameter)
                parameter -= group["lr"] * group["decay"] * parameter
                parameter -= group["lr"] * scale * turned


@pytest.mark.parametrize("momentum", [None, 0.5, 0.0])
def test_muon_takes_the_matrices_and_adamw_the_rest(tmp_path: Path, momentum: float | None) -> None:
    module, theirs = convolutional(), convolutional()
    recipe = recipe_of(
        optimizer="muon", momentum=momentum, weight_decay=0.1, betas=[0.8, 0.9], eps=1e-4, learning_rate=0.005
    )
    run_tiny(tmp_path, recipe, module)
    matrices = [parameter for parameter in theirs.parameters() if parameter.dim() > 1]
    others = [parameter for parameter in theirs.parameters() if parameter.dim() == 1]
    assert len(matrices) == 3
    optimizers = [
        ExactMuon(matrices, 0.005, 0.95 if momentum is None else momentum, 0.1),
        AdamW(others, 0.005, (0.8, 0.9), 1e-4, 0.1),
    ]
    by_hand(theirs, optimizers, 3, 8)
    # Ours iterates in float32.
    assert_same_weights(module, theirs, atol=2e-5)


@pytest.mark.skipif(not hasattr(torch.optim, "Muon"), reason="this torch has no Muon")
@pytest.mark.parametrize("shape", [(6, 48), (48, 6), (7, 7)])
def test_muon_is_torch_s(shape: tuple[int, int]) -> None:
    generator = torch.Generator().manual_seed(0)
    ours, theirs = (nn.Parameter(torch.ones(shape)) for _ in range(2))
    mine = Muon([{"params": [ours], "weight_decay": 0.2}], lr=0.1, momentum=0.9, weight_decay=0.0)
    its = torch.optim.Muon(
        [theirs], lr=0.1, momentum=0.9, weight_decay=0.2, adjust_lr_fn="match_rms_adamw", nesterov=True
    )
    for _ in range(4):
        before = ours.detach().clone()
        ours.grad = theirs.grad = torch.randn(shape, generator=generator)
        mine.step()
        its.step()
        moved = (ours - before).norm()
        # torch iterates in bfloat16, which has three digits.
        assert (ours - theirs).norm() < 0.05 * moved
        theirs.data.copy_(ours.data)


@pytest.mark.parametrize("shape", [(6, 48), (48, 6), (7, 7), (1, 9), (9, 1)])
def test_orthogonalized_singular_values_are_near_1(shape: tuple[int, int]) -> None:
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    found = orthogonalize(matrix)
    assert (found.shape, found.dtype) == (matrix.shape, matrix.dtype)
    torch.testing.assert_close(found, polynomial_of_singular_values(matrix), rtol=0, atol=1e-4)
    assert orthogonalize(torch.zeros(shape)).abs().max() == 0
    torch.testing.assert_close(orthogonalize(1e3 * matrix), found, rtol=0, atol=1e-4)


class Attending(nn.Module):
    """Has every kind of parameter: attention, an embedding, a bare one, norms."""

    def __init__(self) -> None:
        super().__init__()
        self.token = nn.Parameter(torch.zeros(1, 1, 4))
        self.places = nn.Embedding(5, 4)
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)
        self.norm = nn.LayerNorm(4)
        self.batch_norm = nn.BatchNorm1d(4)
        self.head = nn.Linear(4, CLASSES)


def test_what_muon_takes() -> None:
    module = Attending()
    optimizers = make_optimizers(module, Recipe(optimizer="muon"))
    names = {id(parameter): name for name, parameter in module.named_parameters()}
    taken = [
        {names[id(parameter)] for group in each.param_groups for parameter in group["params"]}
        for each in optimizers.each
    ]
    assert [type(each).__name__ for each in optimizers.each] == ["Muon", "AdamW"]
    assert taken[0] == {"attention.in_proj_weight", "attention.out_proj.weight", "head.weight"}
    assert taken[0] | taken[1] == set(names.values())
    assert not taken[0] & taken[1]


# Groups.


def test_groups_follow_the_first_rule_that_names_them(tmp_path: Path) -> None:
    rules = [
        {"parameters": "4.*", "frozen": True},
        {"parameters": ["norms", "biases"], "weight_decay": 0, "lr_factor": 0.5},
        {"parameters": "*.weight", "lr_factor": 2},
        {"parameters": "2.*", "weight_decay": 9},  # These are norms already.
    ]
    module, theirs, before = tiny_net(), tiny_net(), tiny_net()
    recipe = recipe_of(optimizer="adamw", weight_decay=0.3, parameter_groups=rules)
    run_tiny(tmp_path, recipe, module)
    _, linear, norm, _, head = theirs
    groups = [
        {"params": [linear.bias, norm.weight, norm.bias], "weight_decay": 0.0, "lr": 0.01},
        {"params": [linear.weight], "lr": 0.04},
    ]
    by_hand(theirs, [AdamW(groups, weight_decay=0.3)], 3, 8)
    assert_same_weights(module, theirs, atol=1e-9)
    for mine, its in zip(module[4].parameters(), before[4].parameters(), strict=True):
        assert torch.equal(mine, its)
        assert not mine.requires_grad
    assert head.weight.requires_grad


def test_groups_of_muon(tmp_path: Path) -> None:
    rules = [
        {"parameters": "4.*", "lr_factor": 3},
        {"parameters": "1.*", "weight_decay": 0.5},
        {"parameters": "norms", "frozen": True},
    ]
    module, theirs = tiny_net(), tiny_net()
    run_tiny(tmp_path, recipe_of(optimizer="muon", parameter_groups=rules, learning_rate=0.005), module)
    _, linear, norm, _, head = theirs
    norm.requires_grad_(False)
    optimizers = [
        ExactMuon([head.weight], 0.015, 0.95, 0),
        AdamW([head.bias], 0.015, weight_decay=0),
        ExactMuon([linear.weight], 0.005, 0.95, 0.5),
        AdamW([linear.bias], 0.005, weight_decay=0.5),
    ]
    by_hand(theirs, optimizers, 3, 8)
    assert_same_weights(module, theirs, atol=2e-5)


def followed(module: nn.Module, *rules: dict[str, object]) -> dict[str, float]:
    """The rate of each trained parameter where the rate is 1 and each rule has a factor."""
    optimizers = make_optimizers(module, Recipe.model_validate({"parameter_groups": rules}))
    optimizers.set_rate(1.0)
    names = {id(parameter): name for name, parameter in module.named_parameters()}
    return {
        names[id(parameter)]: group["lr"]
        for each in optimizers.each
        for group in each.param_groups
        for parameter in group["params"]
    }


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        ("norms", {"norm.weight", "norm.bias", "batch_norm.weight", "batch_norm.bias"}),
        (
            "biases",
            {
                "attention.in_proj_bias",
                "attention.out_proj.bias",
                "norm.bias",
                "batch_norm.bias",
                "head.bias",
            },
        ),
        ("head.*", {"head.weight", "head.bias"}),
        ("head.weight", {"head.weight"}),
        ("*norm.w*", {"norm.weight", "batch_norm.weight"}),
        ("tok?n", {"token"}),
        ("*", None),
    ],
)
def test_what_a_pattern_names(pattern: str, named: set[str] | None) -> None:
    found = followed(Attending(), {"parameters": pattern, "lr_factor": 0.25})
    assert len(found) == 12
    assert {name for name, rate in found.items() if rate == 0.25} == (set(found) if named is None else named)


def test_several_patterns_of_a_rule() -> None:
    found = followed(
        Attending(),
        {"parameters": ["token", "places.*"], "lr_factor": 0.5},
        {"parameters": ["places.*", "head.*"], "lr_factor": 3},
    )
    assert {name: rate for name, rate in found.items() if rate != 1} == {
        "token": 0.5,
        "places.weight": 0.5,
        "head.weight": 3,
        "head.bias": 3,
    }


def test_words_that_name_nothing_are_no_mistake() -> None:
    plain = nn.Sequential(nn.Linear(2, 3, bias=False))
    assert followed(plain, {"parameters": ["norms", "biases"], "lr_factor": 2}) == {"0.weight": 1}


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [("haed.*", "head.*"), ("head.wieght", "head.weight"), ("norm", None), ("bias", None), ("zzzzzz", None)],
)
def test_a_pattern_that_names_nothing_is_refused(refused: Refused, pattern: str, meant: str | None) -> None:
    recipe = Recipe.model_validate(
        {"parameter_groups": [{"parameters": ["head.*", pattern], "weight_decay": 0}]}
    )
    found = refused(lambda: make_optimizers(Attending(), recipe))
    assert found.code == codes.NO_SUCH_PARAMETER
    assert f"`{pattern}`" in found.message
    assert found.help is not None
    if meant is not None:
        assert found.help == f"did you mean `{meant}`?"


def test_a_refused_rule_is_refused_before_anything_is_written(tmp_path: Path, refused: Refused) -> None:
    recipe = recipe_of(parameter_groups=[{"parameters": "5.*", "frozen": True}])
    assert refused(lambda: run_tiny(tmp_path / "run", recipe)).code == codes.NO_SUCH_PARAMETER
    assert not (tmp_path / "run").exists()


def test_all_frozen_is_nothing_to_train(refused: Refused) -> None:
    recipe = Recipe.model_validate({"parameter_groups": [{"parameters": "*", "frozen": True}]})
    assert refused(lambda: make_optimizers(tiny_net(), recipe)).code == codes.NOTHING_TO_TRAIN
    assert refused(lambda: make_optimizers(nn.Flatten(), Recipe())).code == codes.NOTHING_TO_TRAIN


def test_shared_weights_are_optimized_once() -> None:
    first, second = nn.Linear(3, 3), nn.Linear(3, 3)
    second.weight = first.weight
    optimizers = make_optimizers(nn.Sequential(first, second), Recipe(optimizer="sgd"))
    assert len(optimizers.parameters) == 3
    assert len({id(parameter) for parameter in optimizers.parameters}) == 3


def test_a_schedule_keeps_the_groups_factors() -> None:
    recipe = Recipe.model_validate(
        {"schedule": "cosine", "parameter_groups": [{"parameters": "biases", "lr_factor": 10}]}
    )
    optimizers, rate = make_optimizers(nn.Linear(2, 2), recipe), make_learning_rate(recipe, 1, 10)
    for step in range(10):
        optimizers.set_rate(rate.rate(step))
        rest, biases = optimizers.each[0].param_groups
        assert (rest["lr"], biases["lr"]) == (rate.rate(step), 10 * rate.rate(step))


# Accumulation.


@pytest.mark.parametrize("name", ["sgd", "adam"])
@pytest.mark.parametrize(("batch", "times"), [(4, 2), (3, 3), (8, 5), (40, 2), (7, 4)])
def test_accumulated_batches_are_one_large_batch(tmp_path: Path, name: str, batch: int, times: int) -> None:
    """40 images: some divide evenly, some leave batches over, or a smaller last one."""
    parts, whole, theirs = tiny_net(), tiny_net(), tiny_net()
    keys: dict[str, Any] = {"optimizer": name, "clip_grad_norm": 0.5}
    run_tiny(tmp_path / "1", recipe_of(**keys, batch_size=batch, accumulation_steps=times), parts)
    run_tiny(tmp_path / "2", recipe_of(**keys, batch_size=batch * times), whole)
    assert_same_weights(parts, whole)
    optimizer = SGD(theirs.parameters(), 0.02) if name == "sgd" else Adam(theirs.parameters(), 0.02)

    def clip() -> None:
        nn.utils.clip_grad_norm_(theirs.parameters(), 0.5)

    by_hand(theirs, [optimizer], 3, batch * times, before_step=clip)
    assert_same_weights(parts, theirs)


def test_accumulation_counts_as_one_step(tmp_path: Path) -> None:
    recipe = recipe_of(optimizer="sgd", accumulation_steps=2, schedule="polynomial", epochs=2)
    run_tiny(tmp_path, recipe)
    # 5 batches of 8 are 3 changes of the weights: 6 in all.
    rates = [json.loads(line)["lr"] for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert rates == pytest.approx([0.02 * 4 / 6, 0.02 * 1 / 6])


# Clipping.


def gradient_norm(module: nn.Module) -> float:
    return float(sum(p.grad.square().sum() for p in module.parameters() if p.grad is not None) ** 0.5)


@pytest.mark.parametrize(
    ("norm", "value"), [(0.3, None), (None, 0.02), (0.3, 0.05), (1e6, None), (None, 1e6), (1e-9, None)]
)
def test_clipped_gradients(tmp_path: Path, norm: float | None, value: float | None) -> None:
    module, theirs = tiny_net(), tiny_net()
    run_tiny(
        tmp_path, recipe_of(optimizer="sgd", clip_grad_norm=norm, clip_grad_value=value, momentum=0.5), module
    )
    norms: list[tuple[float, float]] = []

    def clip() -> None:
        before = gradient_norm(theirs)
        if value is not None:
            nn.utils.clip_grad_value_(theirs.parameters(), value)
        if norm is not None:
            nn.utils.clip_grad_norm_(theirs.parameters(), norm)
        norms.append((before, gradient_norm(theirs)))

    by_hand(theirs, [SGD(theirs.parameters(), 0.02, momentum=0.5)], 3, 8, before_step=clip)
    assert_same_weights(module, theirs)
    changed = any(after < before * 0.999 for before, after in norms)
    assert changed is not (1e6 in (norm, value)), "the case would show nothing"


def test_the_norm_is_taken_over_all_optimizers_and_trained_parameters(tmp_path: Path) -> None:
    module, theirs = tiny_net(), tiny_net()
    keys: dict[str, Any] = {
        "optimizer": "muon",
        "learning_rate": 0.005,
        "clip_grad_norm": 0.05,
        "eps": 1.0,
        "parameter_groups": [{"parameters": "1.weight", "frozen": True}],
    }
    run_tiny(tmp_path, recipe_of(**keys), module)
    _, linear, norm, _, head = theirs
    linear.weight.requires_grad_(False)
    trained = [linear.bias, norm.weight, norm.bias, head.weight, head.bias]
    optimizers = [
        ExactMuon([head.weight], 0.005, 0.95, 0),
        AdamW([linear.bias, norm.weight, norm.bias, head.bias], 0.005, eps=1.0, weight_decay=0),
    ]
    by_hand(theirs, optimizers, 3, 8, before_step=lambda: nn.utils.clip_grad_norm_(trained, 0.05))
    assert_same_weights(module, theirs, atol=2e-5)


def test_an_untouched_parameter_stays_where_it_is(tmp_path: Path) -> None:
    class Sparing(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.used = nn.Linear(PIXELS, CLASSES)
            self.idle = nn.Linear(4, 4)

        def forward(self, images: Tensor) -> Tensor:
            output: Tensor = self.used(images.flatten(1))
            return output

    for name in EVERY:
        module = Sparing()
        before = module.idle.weight.detach().clone()
        run_tiny(tmp_path / name, recipe_of(optimizer=name, weight_decay=0.1, clip_grad_norm=1.0), module)
        assert torch.equal(module.idle.weight, before)


# A last batch that is too small for batch norm joins the one before it.


def test_a_last_image_alone_joins_the_batch_before(tmp_path: Path) -> None:
    data = ImageDataset("noise", noise(17), None, noise(5, 1), ("a", "b", "c"))
    module, theirs = tiny_net(), tiny_net()
    run_tiny(tmp_path, recipe_of(optimizer="sgd", batch_size=8, epochs=1), module, data)
    optimizer = SGD(theirs.parameters(), 0.02)
    split = noise(17)
    for start, stop in pairwise((0, 8, 17)):
        optimizer.zero_grad()
        output = theirs(as_input(split.images[start:stop]))
        nn.functional.cross_entropy(output, split.labels[start:stop]).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    assert_same_weights(module, theirs)
    assert split.shape == SHAPE == tiny_data().shape


@pytest.mark.parametrize("optimizer", ["adagrad", "adam", "muon"])
def test_state_goes_on_in_any_memory_format(tmp_path: Path, optimizer: str) -> None:
    def run_part(name: str, epochs: int, *, resume: bool = False) -> None:
        torch.manual_seed(0)
        net = nn.Sequential(nn.Conv2d(3, 5, 3), nn.Flatten(), nn.Linear(20, CLASSES))
        keys = {"epochs": epochs, "optimizer": optimizer, "learning_rate": 0.05, "batch_size": 16}
        recipe = Recipe.model_validate({**PLAIN, **keys, "memory_format": "channels_last"})
        run_tiny(tmp_path / name, recipe, net, resume=resume)

    run_part("whole", 3)
    run_part("parts", 1)
    run_part("parts", 3, resume=True)
    whole, parts = (load_file(tmp_path / name / "last.safetensors") for name in ("whole", "parts"))
    assert all(torch.equal(whole[name], parts[name]) for name in whole)
