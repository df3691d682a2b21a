"""A whole training: from a module, a dataset and a recipe to a run folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from torch import nn

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.render import render_text
from netdsl.training.data.class_order import class_by_class
from netdsl.training.data.dataset import ImageDataset
from netdsl.training.data.split import set_validation_aside, take_subset
from netdsl.training.data.stream_loader import ended_processes_reported
from netdsl.training.loop.begin import check_agrees, describe, headline, take_up
from netdsl.training.loop.failure import explain
from netdsl.training.loop.finish import finish
from netdsl.training.loop.normalize import resolve_normalization
from netdsl.training.loop.seeding import determinism
from netdsl.training.loop.setup import Setup, set_up, try_batch
from netdsl.training.loop.state import capture
from netdsl.training.loop.tally import NonFiniteLossError
from netdsl.training.loop.training import Training
from netdsl.training.machine.device import choose_device
from netdsl.training.machine.heap import kept_heap
from netdsl.training.machine.interrupt import Stop, StopRequest, stop_request
from netdsl.training.machine.memory import is_out_of_memory, largest_batch, out_of_memory
from netdsl.training.machine.world import World, join_world
from netdsl.training.optimize.precision import slow_precision
from netdsl.training.preparation.agreement import check_input_shape
from netdsl.training.preparation.compiling import failed_compiling, is_of_compiling
from netdsl.training.progress import Progress
from netdsl.training.recipe import Recipe
from netdsl.training.recipe.unjudged import unjudged
from netdsl.training.run_folder.checkpoint import Checkpoint, read_checkpoint
from netdsl.training.run_folder.making import make_run_folder
from netdsl.training.run_folder.run import Run
from netdsl.training.run_folder.writing import RunFolder


@dataclass(frozen=True, slots=True)
class Origin:
    """What a run folder keeps of whoever started the run.

    `source` says where the network came from, `request` what was asked for,
    both as JSON; `files` are texts to keep, by their paths in the folder.
    """

    source: Mapping[str, object] | None = None
    request: Mapping[str, object] | None = None
    files: Mapping[str, str] = field(default_factory=dict)


@ended_processes_reported()
def train(
    module: nn.Module,
    dataset: ImageDataset,
    recipe: Recipe,
    out: Path | None = None,
    *,
    name: str = "net",
    input_shape: Sequence[int] | None = None,
    device: str | None = None,
    deterministic: bool = False,
    progress: Progress | None = None,
    origin: Origin | None = None,
    resume: bool = False,
    stop: StopRequest | None = None,
) -> Run:
    """Train a module, which is changed in place, and leave the run in a folder.

    `out` is the run folder (None: the first free `runs/<name>-<n>`);
    `input_shape` the (channels, height, width) that the module was declared
    for, if it was; `device` such as `cpu` or `cuda:1` (None: the best one);
    `deterministic` lets torch use only algorithms that repeat exactly, and
    makes no choice by time. With `resume`, goes on from the checkpoint in
    `out`, or begins there where there is none yet; module, dataset and recipe
    (the resolved one of `recipe.yaml`) must be those of the run.

    Under torchrun, every process calls this alike: batches are shared out
    among them, and the first writes the records.

    Ctrl-C and SIGTERM end the training early: its state is written and the
    run is returned, its result marked as interrupted; a `stop` that another
    thread sets does the same. torch's own generator is seeded anew for each
    epoch. Raises `DiagnosticError` where module and data don't suit each
    other, the device or the folder can't be had, the disk or the memory is
    full, torch.compile fails, or the loss is not finite.
    """
    world = join_world()
    progress = (progress or Progress()) if world.is_first else Progress()
    target = choose_device(device, world)
    if input_shape is not None:
        check_input_shape(input_shape, dataset)
    dataset = set_validation_aside(dataset, recipe.validation, recipe.split_seed, recipe.stratified)
    if dataset.validation is None and (without_effect := unjudged(recipe)) is not None:
        raise DiagnosticError(without_effect)
    if recipe.subset is not None:
        dataset = take_subset(dataset, recipe.subset, recipe.split_seed, recipe.stratified)
    recipe = resolve_normalization(recipe, dataset.train)
    in_rows = class_by_class(dataset.train.class_labels()) if recipe.shuffle is False else None
    for warning in (slow_precision(recipe.precision, target), in_rows):
        if warning is not None:
            progress.note(render_text([warning]))
    with determinism(deterministic), kept_heap(target), stop_request(request=stop) as request:
        setup = set_up(module, dataset, recipe, target, world, measure=not deterministic)
        folder = make_folder(out, name, world, resume=resume)
        training = Training(setup, folder, progress, Stop(request, world))
        begun = _begin(training, name, deterministic, origin or Origin(), resume)
        progress.begin(headline(setup, name, folder), training.epochs)
        try:
            _run(training, begun)
            return finish(training, name)
        finally:
            progress.close()


def make_folder(out: Path | None, name: str, world: World, *, resume: bool = False) -> RunFolder:
    """The run folder, made by the first process and known to all.

    Raises `DiagnosticError` in all of them where it can't be had.
    """
    made: Path | Diagnostic = out or Path()
    if world.is_first:
        try:
            made = make_run_folder(out, name, resume=resume)
        except DiagnosticError as error:
            made = error.diagnostic
    shared = world.from_first(made)
    if isinstance(shared, Diagnostic):
        raise DiagnosticError(shared)
    return RunFolder(shared, world.is_first)


def _begin(training: Training, name: str, deterministic: bool, origin: Origin, resume: bool) -> Checkpoint:
    """Restore the training or write how it begins; its state either way."""
    setup, folder = training.setup, training.folder
    if resume:
        folder.sweep()
    if resume and folder.checkpoint.exists():
        check_agrees(folder.path, setup)
        checkpoint = read_checkpoint(folder.checkpoint)
        take_up(training, checkpoint)
        folder.settle(checkpoint.facts["best_epoch"], is_new=False)
        folder.rewrite_metrics(training.history)
        folder.write_recipe(setup.recipe)
        done = f"epoch {len(training.history)}"
        if training.done_updates:
            done += f" and {training.done_updates} of {len(setup.updates)} steps of the next"
        training.progress.note(f"resumed after {done}")
        return checkpoint
    if resume:
        folder.rewrite_metrics([])
    facts = describe(setup, name, deterministic, origin.source, origin.request)
    folder.write_facts(facts, setup.recipe)
    folder.write_attachments(origin.files)
    training.progress.note(f"normalization {_statistics(setup.recipe)}; memory format {setup.choices}")
    return capture(training)


def _run(training: Training, begun: Checkpoint) -> None:
    """Run, and turn what goes wrong on the way into a diagnostic."""
    try:
        training.run()
    except KeyboardInterrupt:
        training.abandon()
    except NonFiniteLossError as error:
        training.progress.note(f"{error}: going through the same steps again to find the layer")
        path = training.folder.checkpoint
        state = read_checkpoint(path) if training.saved else begun
        raise DiagnosticError(explain(training, state, error)) from error
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            if is_of_compiling(error):
                raise DiagnosticError(failed_compiling(error)) from error
            raise
        # The traceback holds the step's activations.
        error.__traceback__ = None
        raise DiagnosticError(_out_of_memory(training.setup)) from None


def _out_of_memory(setup: Setup) -> Diagnostic:
    setup.stepper.module.zero_grad()
    size, processes = setup.recipe.batch_size, setup.world.size
    fitting = largest_batch(lambda count: try_batch(setup, -(-count // processes)), size)
    return out_of_memory(size, fitting, setup.device)


def _statistics(recipe: Recipe) -> str:
    if isinstance(recipe.normalization, str):
        return recipe.normalization
    mean = ", ".join(f"{value:g}" for value in recipe.normalization.mean)
    std = ", ".join(f"{value:g}" for value in recipe.normalization.std)
    return f"mean [{mean}], std [{std}]"
