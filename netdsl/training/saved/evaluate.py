"""Evaluates the network of a run folder, as the run itself did."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from netdsl.diagnostics import Diagnostic
from netdsl.training.data.stream_loader import ended_processes_reported
from netdsl.training.loop.evaluate import Evaluation, make_evaluator
from netdsl.training.loop.feed import Feed
from netdsl.training.loop.normalize import Normalizer
from netdsl.training.machine.device import choose_device
from netdsl.training.machine.memory import in_memory
from netdsl.training.machine.world import World
from netdsl.training.preparation.agreement import check_forward
from netdsl.training.preparation.trial import FORMATS
from netdsl.training.progress import Progress
from netdsl.training.recipe import Statistics
from netdsl.training.run_folder.opened import SavedRun
from netdsl.training.saved.data import Part, find_part, find_parts


@dataclass(frozen=True, slots=True, eq=False)
class PartEvaluation:
    """What a network reaches on a part of a dataset; `warnings` are about the data."""

    data: str
    part: Part
    images: int
    device: torch.device
    evaluation: Evaluation
    warnings: tuple[Diagnostic, ...]


@ended_processes_reported()
def evaluate_saved(
    saved: SavedRun,
    module: nn.Module,
    *,
    data: str | None = None,
    data_dir: Path | None = None,
    part: Part = "test",
    device: str | None = None,
    batch_size: int | None = None,
    progress: Progress | None = None,
) -> PartEvaluation:
    """Evaluate a run's network, its weights loaded, with the recipe's normalization, size and channels.

    `data` is what `load_dataset` takes (None: the run's own). The validation
    part is the one that the run set aside; of other data, only the parts that
    it has can be had. `batch_size` (None: that of the run's evaluations)
    changes nothing but speed and memory, up to rounding; where batches don't
    fit, they are halved. Raises `DiagnosticError` where the data can't be had,
    has other classes or no such part, or not even one image fits in memory.
    """
    target = choose_device(device)
    dataset, warnings = find_parts(saved, data, data_dir, progress)
    split = find_part(dataset, part)
    module = place(saved, module, target)
    feed = Feed(split.to(target), make_normalizer(saved, module, target), target, World())
    (pixels,) = feed.split.batches([torch.arange(min(2, len(split)))])
    check_forward(module, feed.normalizer(pixels), dataset)
    evaluator = make_evaluator(saved.recipe, len(dataset.classes), target, World(), batch_size)
    evaluation = evaluator(module, feed)
    return PartEvaluation(dataset.name, part, len(split), target, evaluation, warnings)


def place(saved: SavedRun, module: nn.Module, device: torch.device) -> nn.Module:
    """The network of a run on the device, in the memory format that the run chose."""
    with in_memory("the network does not fit", device):
        return module.to(device).to(
            memory_format=FORMATS.get(saved.recipe.memory_format, torch.contiguous_format)
        )


def make_normalizer(saved: SavedRun, module: nn.Module, device: torch.device) -> Normalizer:
    """What turns pixels into the input of a run's network."""
    statistics = saved.recipe.normalization
    dtype = next((p.dtype for p in module.parameters() if p.is_floating_point()), torch.float32)
    return Normalizer(
        statistics if isinstance(statistics, Statistics) else None,
        saved.facts.image_shape[0],
        device,
        FORMATS.get(saved.recipe.memory_format, torch.contiguous_format),
        dtype,
    )
