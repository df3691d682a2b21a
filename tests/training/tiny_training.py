"""Trainings so small that a loop by hand can be compared with them to the last digits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from netdsl.training import ImageDataset, Progress, Recipe, Run, Split, train

CLASSES = 3
SHAPE = (3, 4, 4)
PIXELS = 48

# Images as they lie, as they are, and every one of them.
PLAIN: dict[str, Any] = {"shuffle": False, "normalization": "none", "validation": 0, "compile": "off"}

LossOf = Callable[[Tensor, Tensor], Tensor]


def noise(count: int, seed: int = 0, labels: Sequence[int] | None = None) -> Split:
    """Images of random pixels whose labels depend on them."""
    generator = torch.Generator().manual_seed(seed)
    images = torch.randint(0, 256, (count, *SHAPE), generator=generator, dtype=torch.uint8)
    if labels is None:
        return Split(images, images.flatten(1).long().view(count, CLASSES, -1).sum(2).argmax(1))
    return Split(images, torch.tensor(labels))


def tiny_data(train_images: int = 40, labels: Sequence[int] | None = None) -> ImageDataset:
    """A dataset of noise in three classes, with test images."""
    return ImageDataset("noise", noise(train_images, 0, labels), None, noise(20, 1), ("a", "b", "c"))


def tiny_net(outputs: int = CLASSES) -> nn.Sequential:
    """A network in double precision, always with the same weights."""
    torch.manual_seed(3)
    return nn.Sequential(
        nn.Flatten(), nn.Linear(PIXELS, 6), nn.LayerNorm(6), nn.Tanh(), nn.Linear(6, outputs)
    ).double()


def run_tiny(
    out: Path,
    recipe: Recipe,
    module: nn.Module | None = None,
    data: ImageDataset | None = None,
    progress: Progress | None = None,
    *,
    resume: bool = False,
) -> Run:
    """Train on the CPU; by default the tiny network on the tiny data."""
    return train(
        module if module is not None else tiny_net(),
        data or tiny_data(),
        recipe,
        out,
        device="cpu",
        progress=progress,
        resume=resume,
    )


def as_input(images: Tensor) -> Tensor:
    """Pixels as a double-precision network takes them without normalization."""
    return images.double() / 255


def by_hand(
    module: nn.Module,
    optimizers: Sequence[torch.optim.Optimizer],
    epochs: int,
    batch_size: int,
    *,
    data: ImageDataset | None = None,
    loss_of: LossOf = functional.cross_entropy,
    before_step: Callable[[], object] = lambda: None,
    after_step: Callable[[], object] = lambda: None,
) -> nn.Module:
    """The plain loop of a textbook over the images as they lie."""
    split = (data or tiny_data()).train
    assert isinstance(split, Split)
    for _ in range(epochs):
        for start in range(0, len(split), batch_size):
            some = slice(start, start + batch_size)
            for optimizer in optimizers:
                optimizer.zero_grad()
            output = module(as_input(split.images[some]))
            loss_of(output, split.labels[some]).backward()  # type: ignore[no-untyped-call]
            before_step()
            for optimizer in optimizers:
                optimizer.step()
            after_step()
    return module


def assert_same_weights(ours: nn.Module, theirs: nn.Module, atol: float = 1e-10) -> None:
    """Every parameter is the other module's."""
    for (name, mine), its in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(
            mine, its, rtol=0, atol=atol, msg=lambda text, name=name: f"{name}: {text}"
        )
