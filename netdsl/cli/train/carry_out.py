"""Carries a training plan out: in this process, in several, or with several seeds."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from netdsl.cli.shared.printing import print_findings
from netdsl.cli.train.launch import INTERRUPTED, is_quiet, launch, launched, leave_ending, may_tell
from netdsl.cli.train.plan import Plan
from netdsl.diagnostics.diagnostic import DiagnosticError
from netdsl.experiments.agreement import find_other_training
from netdsl.experiments.train_network import begun_recipe, build, train_network
from netdsl.text_file import read_json_file
from netdsl.training.run_folder.files import FACTS, RESULT
from netdsl.training.run_folder.making import make_run_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from typing import Any

    from netdsl.training import ImageDataset, Recipe, Run
    from netdsl.training.progress import Progress


def carry_out(plan: Plan, options: Namespace) -> int:
    """Train as planned; the exit code. Raises `DiagnosticError`."""
    if launched():
        return _take_part(plan, options)
    if options.show_batch is not None:
        return _show_batch(plan, options)
    if options.runs is not None:
        return _repeat(plan, options)
    if _has_several_devices(options):
        return _launch(plan, options)
    return _code(train_once(plan, plan.recipe, _dataset(plan), plan.folder, plan.resume))


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
    if folder is None and plan.request.tensorboard:
        # Its files go into the run folder.
        from netdsl.training.machine.world import join_world
        from netdsl.training.trainer import make_folder

        folder = make_folder(None, plan.name, join_world()).path
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
    from netdsl.training.progress.tensorboard import Progresses, TensorBoardProgress

    return Progresses(console, TensorBoardProgress(board))


def _show_batch(plan: Plan, options: Namespace) -> int:
    from netdsl.training.show import show_batch

    module = build(plan.network, plan.recipe.seed)
    count = show_batch(module, _dataset(plan), plan.recipe, Path(options.show_batch), options.device)
    print(f"{count} training images, as the network sees them, are in {options.show_batch}")
    return 0


def _has_several_devices(options: Namespace) -> bool:
    return options.devices is not None and options.devices > 1


def _launch(plan: Plan, options: Namespace) -> int:
    """Train in several processes, in a folder that they all know."""
    arguments = list(options.arguments)
    if not plan.resume:
        arguments += ["--out", str(make_run_folder(plan.folder, plan.name))]
    return launch(arguments, options.devices)


def _take_part(plan: Plan, options: Namespace) -> int:
    """Train as one of several processes."""
    from netdsl.cli.train.processes import LOST
    from netdsl.training.machine.world import join_world, leave_world, tells_of_lost_process

    world = join_world()
    try:
        with world.one_first():
            dataset = _dataset(plan)
        alone = options.runs in (None, 1)
        code = _code(train_once(plan, plan.recipe, dataset, plan.folder, plan.resume, by_class=alone))
    except DiagnosticError as error:
        if may_tell(world.is_first):
            print_findings([error.diagnostic])
        code = 1
    except RuntimeError as error:
        if not tells_of_lost_process(error):
            raise
        return LOST
    leave_world()
    return leave_ending(code, world.is_first)


def _repeat(plan: Plan, options: Namespace) -> int:
    """Train with several seeds."""
    from netdsl.cli.train.repeat import repeat

    folder = plan.folder or make_run_folder(None, plan.name)
    seeds = range(plan.recipe.seed, plan.recipe.seed + options.runs)
    for seed in seeds:
        check_seed(plan, seed, folder)
    dataset = None if _has_several_devices(options) else _dataset(plan)
    code = INTERRUPTED

    def train_seed(seed: int, place: Path) -> dict[str, Any] | None:
        nonlocal code
        print(f"seed {seed}", file=sys.stderr)
        if dataset is None:
            arguments = [*options.arguments, "--seed", str(seed), "--out", os.fspath(place)]
            code = launch(arguments, options.devices, resume=True) or INTERRUPTED
        else:
            recipe = begun_recipe(place) or plan.recipe.model_copy(update={"seed": seed})
            resume = (place / FACTS).exists()
            train_once(plan, recipe, dataset, place, resume, by_class=options.runs == 1)
        try:
            result: dict[str, Any] = read_json_file(place / RESULT)
        except FileNotFoundError:
            return None
        return result

    done = repeat(train_seed, seeds, folder)
    if not done and code == INTERRUPTED:
        print(f"interrupted: repeat the command with --out {os.fspath(folder)} to go on", file=sys.stderr)
    return 0 if done else code


def check_seed(plan: Plan, seed: int, folder: Path) -> None:
    """Raise `DiagnosticError` where a seed's folder holds another training than the one planned."""
    from netdsl.cli.train.repeat import seed_folder

    recipe = plan.recipe.model_copy(update={"seed": seed})
    found = find_other_training(
        seed_folder(folder, seed), recipe, lambda: plan.network, plan.request.data or ""
    )
    if found is not None:
        raise DiagnosticError(found)


def _code(run: Run) -> int:
    return INTERRUPTED if run.result.interrupted else 0
