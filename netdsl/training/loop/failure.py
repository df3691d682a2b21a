"""Finds the layer in which a loss that is not finite began."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.training.loop.feed import Batch
from netdsl.training.loop.state import restore
from netdsl.training.loop.tally import NonFiniteLossError
from netdsl.training.loop.training import Training
from netdsl.training.run_folder.checkpoint import Checkpoint, copy_of
from netdsl.training.run_folder.records import EpochMetrics

FAILED_BATCH = "failed_batch.safetensors"


def explain(training: Training, begun: Checkpoint, error: NonFiniteLossError) -> Diagnostic:
    """Replay the training from a state before the error, to its step, and look at every layer there.

    Epochs draw the same order, augmentation and dropout again, so the replay
    comes to the same batch; that is left in the run folder. Several
    processes don't replay, and a wish to stop ends the replay; neither finds
    anything, nor does a device that doesn't repeat and errs sooner this time.
    """
    accumulation = training.setup.recipe.accumulation_steps
    step = error.batch // accumulation
    where = f"the loss is {error.loss} in epoch {error.epoch}, step {step + 1}"
    if training.setup.world.size > 1:
        return _diagnostic(where)
    recorded = tuple(training.history)
    restore(training, begun)
    try:
        findings = _replay(training, recorded, error.epoch, step)
    except NonFiniteLossError:
        findings = None
    return _diagnostic(f"{where}; {findings}" if findings else where)


def _diagnostic(message: str) -> Diagnostic:
    return Diagnostic(
        codes.NON_FINITE_LOSS,
        message,
        help="try a smaller `learning_rate`, a `warmup`, or `clip_grad_norm: 1`",
    )


def _replay(
    training: Training, recorded: Sequence[EpochMetrics], last_epoch: int, last_step: int
) -> str | None:
    """Go through the same steps to the one that failed; what is found there, in words.

    `recorded` are the epochs before it, which schedules heard of. None where
    the person asks to stop.
    """
    setup, stop = training.setup, training.stop
    for epoch in range(len(training.history) + 1, last_epoch):
        if stop.is_set or training.train(epoch) is None:
            return None
        training.tell_schedule(recorded[epoch - 1])
    first = training.done_updates
    if last_step < first:
        return None
    drawn, tally = training.begin(last_epoch)
    updates = setup.updates_after(training.made)[: last_step + 1]
    base = training.made
    with closing(setup.train.epoch(drawn, updates[first:], setup.outputs)) as batches:
        for number in range(first, last_step):
            setup.stepper.update(updates[number], batches, base + number, tally)
            if stop.is_set:
                return None
        spoilt = _first_non_finite(dict(setup.module.named_parameters()))
        failing = list(batches)
    with watching(setup.module) as watch:
        setup.stepper.update(updates[last_step], iter(failing), base + last_step, tally)
    _keep(training, failing, drawn.order)
    return _words(spoilt, watch)


@dataclass(slots=True)
class Watch:
    """The names and kinds of the layers whose outputs were not finite, in the order of their calls."""

    layers: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def watching(module: nn.Module) -> Iterator[Watch]:
    """Watch the outputs of every layer that has no layers inside."""
    watch = Watch()

    def hook(name: str, layer: nn.Module) -> Callable[[nn.Module, object, object], None]:
        def look(_layer: nn.Module, _inputs: object, output: object) -> None:
            if isinstance(output, Tensor) and not bool(torch.isfinite(output).all()):
                watch.layers.append((name, type(layer).__name__))

        return look

    handles = [
        layer.register_forward_hook(hook(name, layer))
        for name, layer in module.named_modules()
        if not any(True for _ in layer.children())
    ]
    try:
        yield watch
    finally:
        for handle in handles:
            handle.remove()


def _first_non_finite(tensors: Mapping[str, Tensor]) -> str | None:
    return next((name for name, value in tensors.items() if not bool(torch.isfinite(value).all())), None)


def _keep(training: Training, batches: list[Batch], order: Tensor) -> None:
    """Leave the inputs, targets and positions among the training images in the run folder."""
    tensors = {
        "inputs": torch.cat([copy_of(batch.inputs) for batch in batches]),
        "targets": torch.cat([copy_of(batch.targets) for batch in batches]),
        "images": torch.cat([order[slice(*batch.places)] for batch in batches]),
    }
    training.folder.write_weights(FAILED_BATCH, tensors, len(training.history))


def _words(spoilt: str | None, watch: Watch) -> str:
    batch = f"its batch is in {FAILED_BATCH}"
    if spoilt is not None:
        return f"the step before had already made the weights `{spoilt}` infinite or not a number; {batch}"
    if watch.layers:
        name, kind = watch.layers[0]
        return f"the output of `{name}` ({kind}) was the first that is not finite; {batch}"
    return f"every layer's output was finite, so the loss itself overflowed; {batch}"
