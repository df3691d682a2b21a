"""A picture of what the network sees in training."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import torch
from torch import Tensor, nn
from torchvision.utils import make_grid, save_image

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.training.data.dataset import ImageDataset
from netdsl.training.data.split import set_validation_aside, take_subset
from netdsl.training.data.stream_loader import ended_processes_reported
from netdsl.training.loop.normalize import resolve_normalization
from netdsl.training.loop.seeding import epoch_seed
from netdsl.training.loop.setup import set_up
from netdsl.training.machine.device import choose_device
from netdsl.training.machine.world import World
from netdsl.training.recipe import Recipe, Statistics

_MOST = 64
_COLUMNS = 8

# Small images are enlarged to about this side, pixel by pixel.
_SIDE = 96


@ended_processes_reported()
def show_batch(
    module: nn.Module, dataset: ImageDataset, recipe: Recipe, path: Path, device: str | None = None
) -> int:
    """Draw the first batch of the first epoch as the module would be given it, and say how many images.

    Of larger batches, the first 64 are drawn. Order, augmentation and mixing
    are those of the training with this recipe; the normalization is undone,
    so that colours look right. The ending of `path` chooses the format.
    Raises `DiagnosticError` where `train` would, and where the picture can't
    be written.
    """
    dataset = set_validation_aside(dataset, recipe.validation, recipe.split_seed, recipe.stratified)
    if recipe.subset is not None:
        dataset = take_subset(dataset, recipe.subset, recipe.split_seed, recipe.stratified)
    recipe = resolve_normalization(recipe, dataset.train)
    setup = set_up(module, dataset, recipe, choose_device(device), World(), measure=False)
    drawn = setup.draw(1, epoch_seed(recipe.seed, 1))
    with closing(setup.train.epoch(drawn, setup.updates, setup.outputs)) as batches:
        inputs = next(batches).inputs[:_MOST]
    images = visible(inputs.cpu().float(), setup.recipe)
    factor = max(1, _SIDE // images.shape[-1])
    images = images.repeat_interleave(factor, 2).repeat_interleave(factor, 3)
    try:
        save_image(make_grid(images, _COLUMNS, padding=2, pad_value=1.0), path)
    except (OSError, ValueError) as error:
        raise DiagnosticError(
            Diagnostic(
                codes.RUN_FOLDER,
                f"the picture {path} can't be written: {error}",
                file=str(path),
                help="name a file that ends with .png in a folder that exists",
            )
        ) from error
    return len(images)


def visible(inputs: Tensor, recipe: Recipe) -> Tensor:
    """Network input (images, channels, height, width) back to 0..1, as a screen shows it."""
    if not isinstance(recipe.normalization, Statistics):
        return inputs.clamp(0, 1)
    mean = torch.tensor(recipe.normalization.mean).view(1, -1, 1, 1)
    std = torch.tensor(recipe.normalization.std).view(1, -1, 1, 1)
    return (inputs * std + mean).clamp(0, 1)
