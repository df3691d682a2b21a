"""Puts module, data and recipe together on a device, and makes sure that they suit each other."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.training.augment import Augmentation, Mixing, make_augmentation, make_mixing
from netdsl.training.data.dataset import ImageDataset, ImageSplit
from netdsl.training.data.order import Order
from netdsl.training.loop.evaluate import Evaluator, make_evaluator
from netdsl.training.loop.feed import DrawnEpoch, Feed
from netdsl.training.loop.normalize import Normalizer
from netdsl.training.loop.stepper import Stepper
from netdsl.training.loop.updates import Update, cut, fewest_images
from netdsl.training.machine.memory import in_memory
from netdsl.training.machine.world import World
from netdsl.training.optimize.average import WeightAverage
from netdsl.training.optimize.loss import make_loss
from netdsl.training.optimize.optimizer import make_optimizers
from netdsl.training.optimize.precision import Precision
from netdsl.training.optimize.schedule import make_learning_rate
from netdsl.training.preparation.agreement import check_forward, check_one_image
from netdsl.training.preparation.choose import Choices, choose
from netdsl.training.preparation.compiling import compile_module
from netdsl.training.preparation.rehearsal import Pass, rehearsal
from netdsl.training.preparation.trial import FORMATS
from netdsl.training.recipe import Recipe, Statistics


@dataclass(frozen=True, slots=True, eq=False)
class Setup:
    """Everything that the epochs need, on one device.

    `recipe` is resolved, its choices made; `updates` are one epoch's, and
    `steps` all of the training's. `outputs` is the network's width.
    """

    stepper: Stepper
    augmentation: Augmentation
    mixing: Mixing | None
    order: Order
    updates: tuple[Update, ...]
    steps: int
    train: Feed
    validation: Feed | None
    test: Feed | None
    evaluator: Evaluator
    dataset: ImageDataset
    recipe: Recipe
    device: torch.device
    world: World
    outputs: int
    choices: Choices

    @property
    def module(self) -> nn.Module:
        """What is trained."""
        return self.stepper.module

    @property
    def evaluated(self) -> nn.Module:
        """What is evaluated and kept: the module, or the average of its weights."""
        average = self.stepper.average
        return self.module if average is None else average.module

    @property
    def parameters(self) -> int:
        """How many numbers the module's parameters hold."""
        return sum(parameter.numel() for parameter in self.module.parameters())

    def updates_after(self, made: int) -> tuple[Update, ...]:
        """The updates of the epoch that follows so many updates of the training."""
        return self.updates[: max(self.steps - made, 0)]

    def draw(self, epoch: int, seed: int) -> DrawnEpoch:
        """Draw order and augmentation of an epoch, the same on every device and in every process."""
        generator = torch.Generator().manual_seed(seed)
        order = self.order.draw(generator)
        augmented = self.augmentation.draw(order, epoch, self.recipe.seed, generator, self.device)
        mixed = self.mixing.draw(len(order), generator, self.device) if self.mixing else None
        return DrawnEpoch(order, augmented, mixed)


def set_up(
    module: nn.Module,
    dataset: ImageDataset,
    recipe: Recipe,
    device: torch.device,
    world: World,
    *,
    measure: bool,
) -> Setup:
    """Move module and images to the device and choose what the recipe leaves open.

    With `measure` false nothing is timed, so that equal calls choose alike.
    Raises `DiagnosticError` where the module can't take the images, has too
    few outputs or nothing to train.
    """
    with in_memory("the network does not fit", device):
        module = module.to(device)
    _check_processes(recipe, device, world)
    if recipe.sync_batch_norm:
        module = nn.SyncBatchNorm.convert_sync_batchnorm(module)  # type: ignore[no-untyped-call]
    dataset = dataset.to(device)
    order = _order(dataset, recipe)
    updates = tuple(cut(len(order), recipe.batch_size, recipe.accumulation_steps, world.size))
    steps = recipe.steps or recipe.epochs * len(updates)
    precision = Precision(recipe.precision, device)
    loss = make_loss(recipe, _counts(dataset), device)
    # First, since a rule may freeze parameters, and the rest need to know what is trained.
    optimizers = make_optimizers(module, recipe)
    plain = _normalizer(module, dataset, recipe, device, "contiguous")
    sample = _sample(dataset.train, plain, recipe.batch_size // world.size)
    outputs = check_forward(module, sample[0][:2], dataset)
    if fewest_images(updates, world.size) < 2:
        check_one_image(module, sample[0][:1], dataset)
    once = Pass(module, sample[1], loss, precision)
    choices = choose(once, sample[0], recipe, steps, measure=measure, world=world)
    recipe = recipe.model_copy(
        update={"memory_format": choices.memory_format, "compile": "on" if choices.compiled else "off"}
    )
    module.to(memory_format=FORMATS[choices.memory_format])
    optimizers.lay_out()
    normalizer = _normalizer(module, dataset, recipe, device, choices.memory_format)
    stepper = Stepper(
        module=module,
        forward=_forward(once, sample[0], recipe, world),
        optimizers=optimizers,
        learning_rate=make_learning_rate(recipe, len(updates), steps),
        loss=loss,
        precision=precision,
        average=WeightAverage(module, recipe.ema_decay) if recipe.ema_decay is not None else None,
        clip_norm=recipe.clip_grad_norm,
        clip_value=recipe.clip_grad_value,
        world=world,
    )
    return Setup(
        stepper=stepper,
        augmentation=make_augmentation(recipe),
        mixing=make_mixing(recipe),
        order=order,
        updates=updates,
        steps=steps,
        train=Feed(dataset.train, normalizer, device, world),
        validation=Feed(dataset.validation, normalizer, device, world) if dataset.validation else None,
        test=Feed(dataset.test, normalizer, device, world) if dataset.test else None,
        evaluator=make_evaluator(recipe, len(dataset.classes), device, world),
        dataset=dataset,
        recipe=recipe,
        device=device,
        world=world,
        outputs=outputs,
        choices=choices,
    )


def _order(dataset: ImageDataset, recipe: Recipe) -> Order:
    return Order(
        dataset.train.class_labels(),
        len(dataset.classes),
        shuffle=recipe.shuffle,
        sampling_weights=recipe.sampling_weights,
        replacement=recipe.replacement,
        samples_per_epoch=recipe.samples_per_epoch,
        seed=recipe.seed,
    )


def _counts(dataset: ImageDataset) -> list[int]:
    counts: list[int] = torch.bincount(dataset.train.class_labels(), minlength=len(dataset.classes)).tolist()
    return counts


def _normalizer(
    module: nn.Module, dataset: ImageDataset, recipe: Recipe, device: torch.device, memory_format: str
) -> Normalizer:
    statistics = recipe.normalization if isinstance(recipe.normalization, Statistics) else None
    dtype = next((p.dtype for p in module.parameters() if p.is_floating_point()), torch.float32)
    return Normalizer(statistics, dataset.shape[0], device, FORMATS[memory_format], dtype)


def _sample(train: ImageSplit, normalizer: Normalizer, count: int) -> tuple[Tensor, Tensor]:
    """The first images of the training part, as many as a batch has, and their labels."""
    positions = torch.arange(min(max(count, 2), len(train)))
    (pixels,) = train.batches([positions])
    return normalizer(pixels), train.class_labels()[positions].to(pixels.device)


def _check_processes(recipe: Recipe, device: torch.device, world: World) -> None:
    problem = None
    if recipe.batch_size < 2 * world.size > 2:
        problem = f"a batch of {recipe.batch_size} has no two images for each of {world.size} processes"
        remedy = f"set `batch_size` to {2 * world.size} or more"
    elif recipe.sync_batch_norm and device.type != "cuda":
        problem, remedy = f"`sync_batch_norm` needs GPUs, and this is {device}", "drop `sync_batch_norm`"
    if problem is not None:
        raise DiagnosticError(Diagnostic(codes.SEVERAL_DEVICES, problem, help=remedy))


def _forward(once: Pass, inputs: Tensor, recipe: Recipe, world: World) -> nn.Module:
    """The module as it is called in training."""
    forward = once.module
    if world.size > 1:
        index = [inputs.device.index] if inputs.device.type == "cuda" else None
        unused = _has_unused(once, inputs)
        forward = DistributedDataParallel(forward, device_ids=index, find_unused_parameters=unused)
    if recipe.compile == "on":
        return compile_module(forward)
    return forward


def _has_unused(once: Pass, inputs: Tensor) -> bool:
    """Whether some parameters get no gradient: distributed training must then look for them in each step."""
    with rehearsal(once.module):
        replace(once, labels=once.labels[:2]).backward(inputs[:2])
        return any(p.grad is None for p in once.module.parameters() if p.requires_grad)


def try_batch(setup: Setup, size: int) -> None:
    """A forward and backward pass over a batch of so many images, to see whether it fits in memory."""
    inputs, labels = _sample(setup.train.split, setup.train.normalizer, size)
    with rehearsal(setup.module):
        Pass(setup.module, labels, setup.stepper.loss, setup.stepper.precision)(inputs)
