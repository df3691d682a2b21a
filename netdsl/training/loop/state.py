"""A training's state, taken out of it and put back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from netdsl.training.loop.seeding import epoch_seed
from netdsl.training.loop.tally import Tally
from netdsl.training.machine.world import World
from netdsl.training.run_folder.checkpoint import Checkpoint, copy_of, on_cpu, prefixed
from netdsl.training.run_folder.records import EpochMetrics

if TYPE_CHECKING:
    from netdsl.training.loop.training import Training


def capture(training: Training) -> Checkpoint:
    """Everything that other processes need to go on from here: as many, to the bit.

    Called by every process of the training alike.
    """
    stepper = training.setup.stepper
    tensors = {
        **prefixed("module", on_cpu(stepper.module.state_dict())),
        **prefixed("optimizer", on_cpu(stepper.optimizers.state())),
    }
    if stepper.average is not None:
        tensors |= prefixed("average", on_cpu(stepper.average.state()))
    if training.unfinished is not None:
        tensors |= prefixed("tally", training.unfinished.state())
        tensors |= prefixed("random", _random_state(training.setup.device, training.setup.world))
    facts = {
        "data": training.data,
        "epoch": len(training.history),
        "update": training.done_updates,
        "made": training.made,
        "best_epoch": training.best.epoch if training.best else 0,
        "history": [asdict(metrics) for metrics in training.history],
        "seconds": training.seconds,
        "epoch_seconds": training.unfinished_seconds,
        "learning_rate": stepper.learning_rate.state(),
        "rate": stepper.optimizers.rate,
        "scaler": stepper.precision.scaler.state_dict(),
    }
    return Checkpoint(tensors, facts)


def restore(training: Training, checkpoint: Checkpoint) -> None:
    """Put a captured state into a training that was set up alike."""
    facts: Any = checkpoint.facts
    stepper = training.setup.stepper
    stepper.module.load_state_dict(checkpoint.part("module"))
    stepper.optimizers.restore(checkpoint.part("optimizer"))
    stepper.optimizers.set_rate(facts["rate"])
    stepper.learning_rate.restore(facts["learning_rate"])
    stepper.precision.scaler.load_state_dict(facts["scaler"])
    if stepper.average is not None:
        stepper.average.restore(checkpoint.part("average"))
    training.history = [EpochMetrics(**metrics) for metrics in facts["history"]]
    training.best = next((each for each in training.history if each.epoch == facts["best_epoch"]), None)
    training.seconds_before = facts["seconds"]
    training.unfinished_seconds = facts.get("epoch_seconds", 0.0)
    training.done_updates = facts["update"]
    training.made = facts.get("made", len(training.history) * len(training.setup.updates))
    training.unfinished = None
    if training.done_updates:
        epoch = len(training.history) + 1
        images = sum(each.images for each in training.setup.updates_after(training.made))
        training.unfinished = Tally(epoch, images, training.setup.world)
        training.unfinished.restore(checkpoint.part("tally"), training.setup.device)
        # Processes that were not there have numbers of their own.
        torch.manual_seed(epoch_seed(training.setup.recipe.seed, epoch) + training.setup.world.rank)
        _restore_random_state(checkpoint.part("random"), training.setup.device, training.setup.world)


def _random_state(device: torch.device, world: World) -> dict[str, Tensor]:
    """The state of torch's generators, a row for each process."""
    state = {"cpu": world.stack(torch.get_rng_state())}
    if device.type == "cuda":
        state["cuda"] = world.stack(copy_of(torch.cuda.get_rng_state(device)))
    return state


def _restore_random_state(state: Mapping[str, Tensor], device: torch.device, world: World) -> None:
    rows = {kind: value.view(-1, value.shape[-1]) for kind, value in state.items()}
    if world.rank < len(rows["cpu"]):
        # A copy: torch reads beyond the end of what is a part of something larger.
        torch.set_rng_state(rows["cpu"][world.rank].clone())
    if device.type == "cuda" and world.rank < len(rows.get("cuda", ())):
        torch.cuda.set_rng_state(rows["cuda"][world.rank].clone(), device)
