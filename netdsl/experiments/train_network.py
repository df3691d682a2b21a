"""Trains one network of a `.net` file with one recipe, in one run folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from netdsl.checker import gather_sources
from netdsl.diagnostics import DiagnosticError
from netdsl.experiments.request import SOURCE, Request
from netdsl.network.nodes import Network
from netdsl.spec import path_of
from netdsl.training.recipe import Recipe
from netdsl.training.run_folder.files import FACTS, RECIPE
from netdsl.training.run_folder.opened import read_recipe

if TYPE_CHECKING:
    from torch import nn

    from netdsl.training import ImageDataset, Progress, Run
    from netdsl.training.machine.interrupt import StopRequest


def train_network(
    network: Network,
    recipe: Recipe,
    dataset: ImageDataset,
    request: Request,
    folder: Path | None,
    *,
    resume: bool = False,
    progress: Progress | None = None,
    stop: StopRequest | None = None,
) -> Run:
    """One training of a checked network, its pictures drawn at the end; with `resume`, the rest of one.

    `folder` is the run folder (None: the first free one under `runs`), `stop`
    a wish to stop that another thread may set. Raises `DiagnosticError` as
    `netdsl.training.train` does.
    """
    from netdsl.training import train
    from netdsl.training.trainer import Origin

    texts = gather_sources(path_of(request.file))
    return with_pictures(
        train(
            build(network, recipe.seed),
            dataset,
            recipe,
            folder,
            name=network.name.lower(),
            input_shape=network.input.shape,
            device=request.device,
            deterministic=request.deterministic,
            progress=progress,
            origin=Origin(
                request.source(network),
                request.as_json(),
                {f"{SOURCE}/{name}": text for name, text in texts.items()},
            ),
            resume=resume,
            stop=stop,
        )
    )


def with_pictures(run: Run) -> Run:
    """The run, with the pictures of its folder where it has come to its end; one process draws them.

    The run is good without them: why they can't be drawn is only told.
    """
    from netdsl.report.after_training import write_pictures
    from netdsl.training.machine.world import join_world

    if join_world().is_first and not run.result.interrupted:
        try:
            write_pictures(run.folder)
        except DiagnosticError as error:
            sys.stderr.write(f"the run has no pictures: {error.diagnostic.message}\n")
    return run


def build(network: Network, seed: int) -> nn.Module:
    """The network's module, its weights drawn from a seed."""
    import torch

    from netdsl.emit import instantiate

    torch.manual_seed(seed)
    return instantiate(network)


def begun_recipe(folder: Path) -> Recipe | None:
    """The resolved recipe of a run that has begun in a folder, with which it goes on.

    Raises `DiagnosticError` where it can't be read.
    """
    if not (folder / FACTS).exists() or not (folder / RECIPE).exists():
        return None
    return read_recipe(folder)
