"""Losses and class weights against torch's functions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import SGD

from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.training import ImageDataset, Recipe
from netdsl.training.optimize.loss import Loss, make_evaluation_loss, make_loss
from tests.training.tiny_training import (
    PLAIN,
    assert_same_weights,
    by_hand,
    noise,
    run_tiny,
    tiny_data,
    tiny_net,
)

Refused = Callable[[Callable[[], object]], Diagnostic]
CPU = torch.device("cpu")


def draw(seed: int, classes: int = 4, outputs: int = 4) -> tuple[Tensor, Tensor, Tensor]:
    """Outputs of 6 images, labels, and soft targets as mixing makes them."""
    generator = torch.Generator().manual_seed(seed)
    output = 3 * torch.randn(6, outputs, generator=generator, dtype=torch.float64)
    labels = torch.randint(classes, (6,), generator=generator)
    others = torch.randint(classes, (6,), generator=generator)
    part = torch.rand(6, 1, generator=generator, dtype=torch.float64)
    soft = part * one_hot(labels, outputs) + (1 - part) * one_hot(others, outputs)
    return output, labels, soft


def one_hot(labels: Tensor, outputs: int) -> Tensor:
    return functional.one_hot(labels, outputs).double()


def smoothed(targets: Tensor, part: float) -> Tensor:
    return (1 - part) * targets + part / targets.shape[1]


def focal_by_hand(output: Tensor, targets: Tensor, gamma: float) -> Tensor:
    """Sum over the classes of -t (1 - p)^gamma log p, with plain loops."""
    losses = []
    for scores, wanted in zip(output.tolist(), targets.tolist(), strict=True):
        powers = [torch.tensor(score, dtype=torch.float64).exp() for score in scores]
        shares = [power / sum(powers) for power in powers]
        losses.append(sum(-t * (1 - p) ** gamma * p.log() for t, p in zip(wanted, shares, strict=True)))
    return torch.stack([torch.as_tensor(loss) for loss in losses])


seeds = st.integers(0, 10_000)
parts = st.sampled_from([0.0, 0.1, 0.5])
thorough = settings(deadline=None, max_examples=40)


@thorough
@given(seed=seeds, part=parts, wider=st.integers(0, 3))
def test_cross_entropy(seed: int, part: float, wider: int) -> None:
    output, labels, soft = draw(seed, outputs=4 + wider)
    loss = Loss("cross_entropy", part)
    for targets in (labels, soft):
        theirs = functional.cross_entropy(output, targets, reduction="none", label_smoothing=part)
        torch.testing.assert_close(loss(output, targets), theirs)
    torch.testing.assert_close(loss(output, one_hot(labels, 4 + wider)), loss(output, labels))


@thorough
@given(seed=seeds, part=parts, gamma=st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.5]))
def test_focal(seed: int, part: float, gamma: float) -> None:
    output, labels, soft = draw(seed)
    loss = Loss("focal", part, gamma)
    for targets, rows in ((labels, one_hot(labels, 4)), (soft, soft)):
        theirs = focal_by_hand(output, smoothed(rows, part), gamma)
        torch.testing.assert_close(loss(output, targets), theirs)
        if gamma == 0:
            torch.testing.assert_close(loss(output, targets), Loss("cross_entropy", part)(output, targets))


@thorough
@given(seed=seeds, wider=st.integers(0, 3))
def test_mse(seed: int, wider: int) -> None:
    output, labels, soft = draw(seed, outputs=4 + wider)
    for targets, rows in ((labels, one_hot(labels, 4 + wider)), (soft, soft)):
        losses = Loss("mse")(output, targets)
        assert losses.shape == (6,)
        torch.testing.assert_close(losses, functional.mse_loss(output, rows, reduction="none").mean(1))
        torch.testing.assert_close(losses.mean(), functional.mse_loss(output, rows))


@thorough
@given(seed=seeds, part=parts)
def test_bce(seed: int, part: float) -> None:
    output, labels, soft = draw(seed)
    for targets, rows in ((labels, one_hot(labels, 4)), (soft, soft)):
        losses = Loss("bce", part)(output, targets)
        wanted = smoothed(rows, part)
        theirs = functional.binary_cross_entropy(output.sigmoid(), wanted, reduction="none").mean(1)
        torch.testing.assert_close(losses, theirs)


@pytest.mark.parametrize("kind", ["cross_entropy", "focal", "mse", "bce"])
@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0])
def test_a_network_that_is_sure_gets_finite_gradients(kind: str, gamma: float) -> None:
    output = torch.tensor([[200.0, -200.0], [-200.0, 200.0]], requires_grad=True)
    losses = Loss(kind, 0.0, gamma)(output, torch.tensor([0, 0]))
    losses.sum().backward()  # type: ignore[no-untyped-call]
    assert output.grad is not None
    assert output.grad.isfinite().all()
    assert losses.isfinite().all()
    # The second image is as wrong as can be.
    assert output.grad[1].abs().max() > 0.1


@pytest.mark.parametrize("kind", ["cross_entropy", "focal", "mse", "bce"])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_losses_of_small_types_are_taken_in_full_precision(kind: str, dtype: torch.dtype) -> None:
    output, labels, soft = draw(1)
    small = (output * 100).to(dtype)
    weights = torch.tensor([0.1, 1 / 3, 2.0, 1.7])
    for targets in (labels, soft.float()):
        loss = Loss(kind, class_weights=weights)
        with torch.autocast("cpu", dtype):
            losses = loss(small, targets)
        assert losses.dtype == torch.float32
        torch.testing.assert_close(losses, loss(small.float(), targets))


# Class weights.


@thorough
@given(seed=seeds, kind=st.sampled_from(["cross_entropy", "focal", "mse", "bce"]))
def test_weights_of_classes(seed: int, kind: str) -> None:
    output, labels, soft = draw(seed, outputs=6)
    weights = torch.tensor([0.5, 2.0, 0.0, 1.25], dtype=torch.float64)
    plain, weighted = Loss(kind), Loss(kind, class_weights=weights)
    torch.testing.assert_close(weighted(output, labels), plain(output, labels) * weights[labels])
    by_share = (soft[:, :4] * weights).sum(1)
    torch.testing.assert_close(weighted(output, soft), plain(output, soft) * by_share)
    if kind == "cross_entropy":
        wide = torch.cat([weights, torch.ones(2)])
        theirs = functional.cross_entropy(output, labels, wide, reduction="none")
        torch.testing.assert_close(weighted(output, labels), theirs)


def weights_of(given_weights: object, counts: list[int]) -> Tensor:
    weights = make_loss(Recipe.model_validate({"class_weights": given_weights}), counts, CPU).class_weights
    assert weights is not None
    return weights


def test_balanced_weights() -> None:
    weights = weights_of("balanced", [60, 30, 10])
    # Every class counts alike in all, and the mean over the images is 1.
    assert (weights * torch.tensor([60, 30, 10])).tolist() == pytest.approx([100 / 3] * 3)
    assert weights_of("balanced", [20, 0, 20]).tolist() == pytest.approx([1, 0, 1])


@thorough
@given(
    weights=st.lists(st.floats(0.01, 100), min_size=3, max_size=3),
    counts=st.lists(st.integers(1, 50), min_size=3, max_size=3),
)
def test_weights_have_a_mean_of_1_over_the_training_images(weights: list[float], counts: list[int]) -> None:
    found = weights_of(weights, counts)
    mean = sum(weight * count for weight, count in zip(found.tolist(), counts, strict=True)) / sum(counts)
    assert mean == pytest.approx(1, rel=1e-5)
    # Their proportions are the given ones.
    ratios = [mine / its for mine, its in zip(found.tolist(), weights, strict=True)]
    assert ratios == pytest.approx([ratios[0]] * 3, rel=1e-5)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1.0, 2.0], "2 numbers, but the data has 3 classes"),
        ([1.0] * 4, "4 numbers, but the data has 3 classes"),
        ([0.0] * 3, "0"),
        ([0.0, 0.0, 5.0], "0"),  # No training image is of the third class.
    ],
)
def test_weights_that_do_not_suit_the_data(refused: Refused, weights: list[float], message: str) -> None:
    found = refused(lambda: weights_of(weights, [5, 5, 0]))
    assert found.code == codes.WRONG_CLASS_WEIGHTS
    assert message in found.message
    assert "`class_weights`" in found.message


def test_wrong_weights_are_refused_before_anything_is_written(tmp_path: Path, refused: Refused) -> None:
    recipe = Recipe.model_validate({**PLAIN, "class_weights": [1, 2]})
    assert refused(lambda: run_tiny(tmp_path / "run", recipe)).code == codes.WRONG_CLASS_WEIGHTS
    assert not (tmp_path / "run").exists()


def test_figures_of_validation_have_no_smoothing_and_weights() -> None:
    recipe = Recipe.model_validate(
        {"loss": "focal", "label_smoothing": 0.2, "class_weights": "balanced", "focal_gamma": 1.5}
    )
    output, labels, _ = draw(3)
    theirs = focal_by_hand(output, one_hot(labels, 4), 1.5)
    torch.testing.assert_close(make_evaluation_loss(recipe)(output, labels), theirs)


# Through whole trainings.

Hand = Callable[[Tensor, Tensor], Tensor]
LABELS = [0] * 24 + [1] * 12 + [2] * 4


def balanced(output: Tensor, labels: Tensor) -> Tensor:
    by_class = torch.tensor([1 / 24, 1 / 12, 1 / 4], dtype=torch.float64) * 40 / 3
    # torch divides by the batch's weights; a weight here is a weight in every batch.
    return functional.cross_entropy(output, labels, by_class, reduction="sum") / len(labels)


def smoothed_bce(output: Tensor, labels: Tensor) -> Tensor:
    wanted = smoothed(one_hot(labels, output.shape[1]), 0.1)
    return functional.binary_cross_entropy_with_logits(output, wanted)


WHOLE: list[tuple[dict[str, object], Hand, int]] = [
    (
        {"label_smoothing": 0.1},
        lambda o, labels: functional.cross_entropy(o, labels, label_smoothing=0.1),
        3,
    ),
    ({}, functional.cross_entropy, 5),
    ({"loss": "mse"}, lambda o, labels: functional.mse_loss(o, one_hot(labels, o.shape[1])), 5),
    ({"loss": "bce", "label_smoothing": 0.1}, smoothed_bce, 3),
    (
        {"loss": "focal", "focal_gamma": 1.5},
        lambda o, labels: (
            (1 - o.softmax(1)[range(len(o)), labels]) ** 1.5
            * functional.cross_entropy(o, labels, reduction="none")
        ).mean(),
        4,
    ),
    ({"class_weights": "balanced"}, balanced, 3),
    ({"class_weights": [1 / 6, 1 / 3, 1]}, balanced, 3),
]


@pytest.mark.parametrize(("keys", "loss", "outputs"), WHOLE, ids=[str(keys) for keys, _, _ in WHOLE])
def test_a_training_makes_its_loss_small(
    tmp_path: Path, keys: dict[str, object], loss: Hand, outputs: int
) -> None:
    shuffled = torch.randperm(40, generator=torch.Generator().manual_seed(0))
    data = tiny_data(40, torch.tensor(LABELS)[shuffled].tolist())
    recipe = Recipe.model_validate(
        {**PLAIN, "optimizer": "sgd", "learning_rate": 0.1, "epochs": 3, "batch_size": 8, **keys}
    )
    module, theirs = tiny_net(outputs), tiny_net(outputs)
    run = run_tiny(tmp_path, recipe, module, data)
    seen: list[float] = []

    def noted(output: Tensor, labels: Tensor) -> Tensor:
        value = loss(output, labels)
        seen.append(float(value.detach()))
        return value

    by_hand(theirs, [SGD(theirs.parameters(), 0.1)], 3, 8, data=data, loss_of=noted)
    # Weights of classes are kept in single precision.
    assert_same_weights(module, theirs, atol=1e-7 if "class_weights" in keys else 1e-10)
    means = [sum(seen[at : at + 5]) / 5 for at in (0, 5, 10)]
    assert [epoch.train_loss for epoch in run.history] == pytest.approx(means, rel=1e-6)


class TwoHeads(nn.Module):
    """A network that gives a further output in training."""

    def __init__(self) -> None:
        super().__init__()
        self.main, self.side = tiny_net(), tiny_net()

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        return (self.main(x), self.side(x.flip(1))) if self.training else self.main(x)


@pytest.mark.parametrize("weight", [None, 0.0, 2.0])
def test_losses_of_further_outputs_are_added(tmp_path: Path, weight: float | None) -> None:
    keys = {} if weight is None else {"auxiliary_weight": weight}
    recipe = Recipe.model_validate(
        {**PLAIN, "optimizer": "sgd", "learning_rate": 0.1, "epochs": 2, "batch_size": 8, **keys}
    )
    module, theirs = TwoHeads(), TwoHeads()
    run = run_tiny(tmp_path, recipe, module)
    factor = 0.3 if weight is None else weight

    def both(outputs: Any, labels: Tensor) -> Tensor:
        main, side = outputs
        return functional.cross_entropy(main, labels) + factor * functional.cross_entropy(side, labels)

    by_hand(theirs, [SGD(theirs.parameters(), 0.1)], 2, 8, loss_of=both)
    assert_same_weights(module, theirs)
    assert run.result.test_accuracy is not None


def test_outputs_behind_the_last_class_are_never_named(tmp_path: Path) -> None:
    module: Any = tiny_net(6)
    with torch.no_grad():
        module[4].bias[5] = 50.0
    recipe = Recipe.model_validate({**PLAIN, "learning_rate": 1e-9, "epochs": 1})
    run = run_tiny(tmp_path, recipe, module)
    confusion = run.result.confusion_matrix
    assert confusion is not None
    assert [len(row) for row in confusion] == [3, 3, 3]
    assert sum(map(sum, confusion)) == 20
    assert run.result.test_accuracy is not None
    assert run.result.test_accuracy > 0


def test_a_reported_loss_is_the_mean_over_images_whatever_the_last_batch(tmp_path: Path) -> None:
    data = ImageDataset("noise", noise(19), None, noise(7, 1), ("a", "b", "c"))
    recipe = Recipe.model_validate({**PLAIN, "learning_rate": 1e-12, "epochs": 1, "batch_size": 8})
    module = tiny_net()
    run = run_tiny(tmp_path, recipe, module, data)
    split = noise(19)
    output = module(split.images.double() / 255)
    assert run.history[0].train_loss == pytest.approx(float(functional.cross_entropy(output, split.labels)))
    assert run.history[0].train_accuracy == pytest.approx(
        float((output.argmax(1) == split.labels).double().mean())
    )
