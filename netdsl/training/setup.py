"""Puts module, data and recipe together on a device, and makes sure that they suit each other."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from torch.optim import Optimizer

from netdsl.training.agreement import check_forward
from netdsl.training.augment import CropAndFlip
from netdsl.training.data.dataset import ImageDataset
from netdsl.training.feed import Feed, move
from netdsl.training.layout import choose_memory_format
from netdsl.training.normalize import Normalizer
from netdsl.training.optimizer import make_optimizer
from netdsl.training.recipe import Recipe, Statistics

# A GPU wants many images at once; on a CPU, batches that outgrow its caches are slower.
_EVALUATION_BATCH = {"cpu": 128, "mps": 1024, "cuda": 2048}


@dataclass(frozen=True, eq=False)
class Setup:
    """Everything that the epochs need, on one device.

    `train`, `validation` and `test` are feeds of the parts that the dataset
    has; `recipe` is resolved.
    """

    module: nn.Module
    optimizer: Optimizer
    augmentation: CropAndFlip
    train: Feed
    validation: Feed | None
    test: Feed | None
    dataset: ImageDataset
    recipe: Recipe
    device: torch.device

    @property
    def parameters(self) -> int:
        """How many numbers the module's parameters hold."""
        return sum(parameter.numel() for parameter in self.module.parameters())

    @property
    def evaluation_batch(self) -> int:
        """Images a batch when nothing is trained."""
        return max(self.recipe.batch_size, _EVALUATION_BATCH.get(self.device.type, 128))


def set_up(module: nn.Module, dataset: ImageDataset, recipe: Recipe, device: torch.device) -> Setup:
    """Move module and images to the device and choose how they lie in its memory.

    Raises `DiagnosticError` where the module can't take the images, has too
    few outputs or nothing to train.
    """
    module = module.to(device)
    dataset = move(dataset, device)
    normalizer = _make_normalizer(module, dataset, recipe, device)
    module = module.to(memory_format=normalizer.memory_format)
    return Setup(
        module=module,
        optimizer=make_optimizer(module, recipe),
        augmentation=CropAndFlip(recipe.crop_padding, bool(recipe.horizontal_flip)),
        train=Feed(dataset.train, normalizer),
        validation=Feed(dataset.validation, normalizer) if dataset.validation else None,
        test=Feed(dataset.test, normalizer) if dataset.test else None,
        dataset=dataset,
        recipe=recipe,
        device=device,
    )


def _make_normalizer(
    module: nn.Module, dataset: ImageDataset, recipe: Recipe, device: torch.device
) -> Normalizer:
    """The normalizer for the memory format that suits the module, once the module is known to run at all."""
    statistics = recipe.normalization if isinstance(recipe.normalization, Statistics) else None
    dtype = next((p.dtype for p in module.parameters() if p.is_floating_point()), torch.float32)
    channels = dataset.shape[0]
    plain = Normalizer(statistics, channels, device, torch.contiguous_format, dtype)
    sample, _ = next(Feed(dataset.train, plain).in_order(2))
    check_forward(module, sample, dataset)
    return Normalizer(statistics, channels, device, choose_memory_format(module, sample), dtype)
