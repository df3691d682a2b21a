"""Carries a training plan out: in this process, in several, or with several seeds."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from netdsl.cli.common import print_findings
from netdsl.cli.train_launch import is_quiet, launch, launched, leave_verdict
from netdsl.cli.train_plan import Plan
from netdsl.diagnostics.diagnostic import DiagnosticError
from netdsl.experiments.train_network import begun_recipe, build, train_network

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from typing import Any

    from netdsl.training import ImageDataset, Recipe, Run
    from netdsl.training.progress import Progress

INTERRUPTED = 130


def carry_out(plan: Plan, options: Namespace) -> int:
    """Train as planned; the exit code. Raises `DiagnosticError`."""
    if options.devices is not None and options.devices > 1 and not launched():
        return _launch(plan, options)
    if launched():
        return _take_part(plan)
    if options.runs is not None:
        return _repeat(plan, options.runs)
    dataset = _dataset(plan)
    if options.show_batch is not None:
        from netdsl.training.show import show_batch

        module = build(plan.network, plan.recipe.seed)
        count = show_batch(module, dataset, plan.recipe, Path(options.show_batch), options.device)
        print(f"{count} training images, as the network sees them, are in {options.show_batch}")
        return 0
    finished = train_once(plan, plan.recipe, dataset, plan.folder, plan.resume)
    return INTERRUPTED if finished.result.interrupted else 0


def train_once(
    plan: Plan,
    recipe: Recipe,
    dataset: ImageDataset,
    folder: Path | None,
    resume: bool,
    *,
    by_class: bool = True,
) -> Run:
    """One training of the plan's network; its accuracies are printed, those `by_class` only if wanted."""
    return train_network(
        plan.network,
        recipe,
        dataset,
        plan.request,
        folder,
        resume=resume,
        progress=_progress(folder if plan.request.tensorboard else None, by_class=by_class),
    )


def _dataset(plan: Plan) -> ImageDataset:
    from netdsl.training import load_dataset

    request = plan.request
    assert request.data is not None
    data_dir = Path(request.data_dir) if request.data_dir else None
    dataset = load_dataset(
        request.data, data_dir, plan.recipe.image_options, progress=None if is_quiet() else _progress(None)
    )
    if dataset.warnings and not is_quiet():
        print_findings(dataset.warnings)
    return dataset


def _progress(board: Path | None, *, by_class: bool = True) -> Progress:
    from netdsl.training import ConsoleProgress

    console = ConsoleProgress(by_class=by_class)
    if board is None:
        return console
    from netdsl.training.tensorboard import Progresses, TensorBoardProgress

    return Progresses(console, TensorBoardProgress(board))


def _launch(plan: Plan, options: Namespace) -> int:
    from netdsl.training.run import RunFolder

    folder = plan.folder if plan.resume else RunFolder.create(plan.folder, plan.name).path
    assert folder is not None
    return launch(options.arguments, options.devices, folder)


def _take_part(plan: Plan) -> int:
    """Train as one of several processes; errors that all of them find are told by the first."""
    from netdsl.training.world import join_world, leave_world

    world = join_world()
    try:
        with world.one_first():
            dataset = _dataset(plan)
        run = train_once(plan, plan.recipe, dataset, plan.folder, plan.resume)
        code = INTERRUPTED if run.result.interrupted else 0
    except DiagnosticError as error:
        if world.is_first:
            print_findings([error.diagnostic])
        code = 1
    leave_world()
    return leave_verdict(code, world.is_first)


def _repeat(plan: Plan, runs: int) -> int:
    from netdsl.cli.train_repeat import repeat
    from netdsl.training.run import RunFolder

    folder = plan.folder or RunFolder.create(None, plan.name).path
    dataset = _dataset(plan)

    def train_seed(seed: int, place: Path) -> dict[str, Any]:
        print(f"seed {seed}", file=sys.stderr)
        resume = (place / "run.json").exists()
        recipe = plan.recipe.model_copy(update={"seed": seed})
        if resume:
            recipe = begun_recipe(place) or recipe
        train_once(plan, recipe, dataset, place, resume, by_class=runs == 1)
        result: dict[str, Any] = json.loads((place / "result.json").read_text(encoding="utf-8"))
        return result

    done = repeat(train_seed, range(plan.recipe.seed, plan.recipe.seed + runs), folder)
    if not done:
        print(f"interrupted: repeat the command with --out {os.fspath(folder)} to go on", file=sys.stderr)
    return 0 if done else INTERRUPTED
