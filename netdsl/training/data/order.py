"""Which images an epoch trains on, in which order."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import data as codes

SamplingWeights = Literal["none", "balanced"] | tuple[float, ...]


class Order:
    """Draws the order of each epoch; the arguments but the first two are keys of the recipe.

    `labels` are the training images' classes (int64, on the CPU) of
    `classes`. With `sampling_weights`, images are drawn in proportion to the
    weight of their class: a number for each, or one over how many images it
    has (`balanced`, so that all classes are drawn equally often); without
    `replacement`, none is drawn twice. Else every image comes once, shuffled
    anew for each epoch, as `seed` draws it for all of them (`once`), or as
    they lie.

    `samples_per_epoch` is how many images an epoch has: as many as there are
    where it is None (without replacement, as have a weight above 0). Where
    it is more than there are and no weights are given, all come again as
    often as needed. Raises `DiagnosticError` where the weights don't suit
    the classes, or without replacement there are too few images to draw.
    """

    def __init__(
        self,
        labels: Tensor,
        classes: int,
        *,
        shuffle: bool | Literal["once"] = True,
        sampling_weights: SamplingWeights = "none",
        replacement: bool = True,
        samples_per_epoch: int | None = None,
        seed: int = 0,
    ) -> None:
        self._images = len(labels)
        self._seed = seed
        self._shuffle = shuffle
        self._replacement = replacement
        self._weights: Tensor | None = None
        drawable = self._images
        if sampling_weights != "none":
            self._weights = _image_weights(labels, classes, sampling_weights)
            drawable = int(self._weights.count_nonzero())
            if not replacement:
                _check_drawable(samples_per_epoch, drawable, self._images)
        default = self._images if replacement else drawable
        self._count = default if samples_per_epoch is None else samples_per_epoch

    def __len__(self) -> int:
        """Images an epoch."""
        return self._count

    def draw(self, generator: torch.Generator) -> Tensor:
        """The positions of one epoch's images, int64 of shape (len(self),) on the CPU.

        `generator` is on the CPU. Without weights, and for all images, a
        shuffled order is `torch.randperm` of that generator.
        """
        if self._weights is None:
            return self._whole(generator)
        if self._replacement:
            return self._draw_with_replacement(self._weights, generator)
        return self._draw_without_replacement(self._weights, generator)

    def _whole(self, generator: torch.Generator) -> Tensor:
        """Every image, as often as needed."""
        if not self._shuffle:
            return torch.arange(self._count) % self._images
        if self._shuffle == "once":
            generator = torch.Generator().manual_seed(self._seed)
        rounds = max(1, -(-self._count // self._images))
        orders = [torch.randperm(self._images, generator=generator) for _ in range(rounds)]
        return torch.cat(orders)[: self._count]

    def _draw_with_replacement(self, weights: Tensor, generator: torch.Generator) -> Tensor:
        # torch.multinomial does the same for at most 2**24 images.
        cumulative = weights.cumsum(0)
        points = torch.rand(self._count, dtype=torch.float64, generator=generator) * cumulative[-1]
        # An image of weight 0 spans nothing; rounding may put a point after the last that has weight.
        last = int(weights.nonzero()[-1])
        return torch.searchsorted(cumulative, points, right=True).clamp_max_(last)

    def _draw_without_replacement(self, weights: Tensor, generator: torch.Generator) -> Tensor:
        """The first to arrive where each image arrives after an exponential time at the rate of its weight.

        That is how often drawing one after the other would give each order.
        """
        arrivals = torch.empty_like(weights).exponential_(generator=generator).log_() - weights.log()
        return arrivals.argsort()[: self._count]


def _image_weights(labels: Tensor, classes: int, weights: SamplingWeights) -> Tensor:
    """The weight of each image, float64 of shape (images,), with the largest 1."""
    counts = torch.bincount(labels, minlength=classes)
    if weights == "balanced":
        by_class = counts.clamp_min(1).double().reciprocal()
    else:
        if len(weights) != classes:
            raise _wrong(
                f"`sampling_weights` has {len(weights)} number{'s' * (len(weights) != 1)}, but the data has "
                f"{classes} classes",
                "write one number for each class, in the order of the classes, or `balanced`",
            )
        by_class = torch.tensor(weights, dtype=torch.float64)
        if not (by_class[counts > 0] > 0).any():
            raise _wrong(
                "`sampling_weights` is 0 for every class that has training images: there is nothing to draw",
                "give at least one of these classes a weight above 0",
            )
    # The sum of the largest numbers that a float holds would be infinite.
    return (by_class / by_class[counts > 0].max())[labels]


def _check_drawable(asked: int | None, drawable: int, images: int) -> None:
    if asked is not None and asked > drawable:
        among = "" if drawable == images else f" of the {images}"
        raise DiagnosticError(
            Diagnostic(
                codes.TOO_FEW_TO_DRAW,
                f"an epoch of {asked} images can't be drawn without replacement: {drawable}{among} training "
                "images have a weight above 0",
                help=f"set `samples_per_epoch` to at most {drawable}, or `replacement: true`",
            )
        )


def _wrong(problem: str, help_text: str) -> DiagnosticError:
    return DiagnosticError(Diagnostic(codes.WRONG_WEIGHTS, problem, help=help_text))
