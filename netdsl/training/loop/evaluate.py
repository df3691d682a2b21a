"""Loss and accuracy of a network on one part of a dataset."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from netdsl.training.loop.feed import Feed
from netdsl.training.machine.memory import in_memory, is_out_of_memory, release
from netdsl.training.machine.world import World
from netdsl.training.optimize.loss import Loss, make_evaluation_loss
from netdsl.training.optimize.precision import Precision
from netdsl.training.recipe import Recipe

# A GPU wants many images at once; on a CPU, batches that outgrow its caches are slower.
_BATCH = {"cpu": 128, "mps": 1024, "cuda": 2048}


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Mean loss, and how often each class was taken for which.

    `confusion` is int64 of shape (classes, classes), on the CPU: rows are the
    right classes, columns the ones that the network named.
    """

    loss: float
    confusion: Tensor

    @property
    def accuracy(self) -> float:
        """The part of the images that were named right, from 0 to 1."""
        return int(self.confusion.diagonal().sum()) / int(self.confusion.sum())

    @property
    def per_class(self) -> tuple[float | None, ...]:
        """The accuracy of each class, None where it has no image."""
        right, seen = self.confusion.diagonal().tolist(), self.confusion.sum(1).tolist()
        return tuple(hits / count if count else None for hits, count in zip(right, seen, strict=True))


@dataclass(slots=True, eq=False)
class Evaluator:
    """How a network is evaluated: in batches of `batch_size`, with or without its mirror images' outputs.

    Where batches don't fit in memory, they are halved from then on.
    """

    classes: int
    batch_size: int
    loss: Loss
    precision: Precision
    flip: bool
    world: World

    def __call__(self, module: nn.Module, feed: Feed) -> Evaluation:
        """Run the module in evaluation mode over every image of the feed once.

        Raises `DiagnosticError` where not even one image fits in memory.
        """
        with in_memory("not even one image fits", feed.device):
            loss, confusion = self._as_fits(module, feed)
        self.world.sum(loss)
        self.world.sum(confusion)
        return Evaluation(float(loss) / len(feed), confusion.cpu().view(self.classes, self.classes))

    def _as_fits(self, module: nn.Module, feed: Feed) -> tuple[Tensor, Tensor]:
        while True:
            try:
                return self._run(module, feed)
            except (RuntimeError, MemoryError) as error:
                if self.batch_size == 1 or not is_out_of_memory(error):
                    raise
            # After the block, where the error no longer holds what did not fit.
            self.batch_size //= 2
            release()

    def _run(self, module: nn.Module, feed: Feed) -> tuple[Tensor, Tensor]:
        """This process's share: the sum of the losses, and how often each class was taken for which."""
        loss = torch.zeros((), device=feed.device, dtype=torch.float32)
        pairs: list[Tensor] = []
        module.eval()
        with torch.inference_mode():
            with closing(feed.in_order(self.batch_size)) as batches:
                for batch in batches:
                    output = self.outputs(module, batch.inputs)
                    loss += self.loss(output, batch.labels).sum()
                    # Outputs after the last class stand for nothing.
                    named = output[:, : self.classes].argmax(1)
                    pairs.append(batch.labels * self.classes + named)
            # Counted in one go: counting batch by batch would wait for a GPU each time.
            square = self.classes**2
            found = torch.cat(pairs) if pairs else torch.zeros(0, dtype=torch.int64, device=feed.device)
            return loss, torch.bincount(found.cpu(), minlength=square).to(feed.device)

    def outputs(self, module: nn.Module, inputs: Tensor) -> Tensor:
        """What the module, in evaluation mode, gives for a batch, in full precision: (images, outputs)."""
        with self.precision.autocast():
            output: Tensor = module(inputs)
            if self.flip:
                output = (output + module(inputs.flip(-1))) / 2
        return output.float() if output.dtype != torch.float64 else output


def make_evaluator(
    recipe: Recipe, classes: int, device: torch.device, world: World, batch_size: int | None = None
) -> Evaluator:
    """The recipe's evaluation; `batch_size` None takes what suits the device."""
    return Evaluator(
        classes=classes,
        batch_size=batch_size or max(recipe.batch_size, _BATCH.get(device.type, 128)),
        loss=make_evaluation_loss(recipe),
        precision=Precision(recipe.precision, device),
        flip=recipe.test_time_flip,
        world=world,
    )
