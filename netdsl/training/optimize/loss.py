"""The loss of each image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.training.recipe import Recipe

_SMALL = (torch.bfloat16, torch.float16)


@dataclass(frozen=True, slots=True, eq=False)
class Loss:
    """A loss, from 0 up, of each image's outputs against its target.

    `kind` is that of the recipe's `loss`; `class_weights`, one a class, say
    how much an image of that class counts. Calling it with outputs (images,
    outputs) and targets, int64 labels (images,) or probabilities (images,
    outputs), gives losses (images,). Of a network that gives several outputs
    in training, a tuple, the losses of the further ones are added,
    `auxiliary_weight` times.
    """

    kind: str = "cross_entropy"
    label_smoothing: float = 0.0
    focal_gamma: float = 2.0
    class_weights: Tensor | None = None
    auxiliary_weight: float = 0.3

    def __call__(self, output: Tensor | tuple[Tensor, ...], targets: Tensor) -> Tensor:
        """Losses (images,), not yet averaged; in float32 where a smaller type would lose or overflow."""
        losses = self._of_one(first_of(output), targets)
        for further in output[1:] if isinstance(output, tuple) else ():
            losses = losses + self.auxiliary_weight * self._of_one(further, targets)
        return losses

    def _of_one(self, output: Tensor, targets: Tensor) -> Tensor:
        if output.dtype in _SMALL:
            output = output.float()
        if self.kind == "cross_entropy":
            losses = functional.cross_entropy(
                output, targets, reduction="none", label_smoothing=self.label_smoothing
            )
        elif self.kind == "focal":
            losses = self._focal(output, self._smoothed(targets, output))
        elif self.kind == "mse":
            losses = (output - as_probabilities(targets, output)).square().mean(1)
        else:
            wanted = self._smoothed(targets, output)
            losses = functional.binary_cross_entropy_with_logits(output, wanted, reduction="none").mean(1)
        if self.class_weights is None:
            return losses
        return losses * self._weights(targets)

    def _smoothed(self, targets: Tensor, output: Tensor) -> Tensor:
        """Targets as probabilities, part of each spread evenly (Szegedy et al. 2016, section 7)."""
        wanted = as_probabilities(targets, output)
        return wanted * (1 - self.label_smoothing) + self.label_smoothing / output.shape[1]

    def _focal(self, output: Tensor, wanted: Tensor) -> Tensor:
        """Lin et al. 2017, equation 4, over softmax probabilities."""
        logarithms = output.log_softmax(1)
        # The slope of a power below 1 is infinite at 0, which is where a network is quite sure.
        missing = (-logarithms.expm1()).clamp_min(torch.finfo(output.dtype).tiny)
        return -(wanted * missing**self.focal_gamma * logarithms).sum(1)

    def _weights(self, targets: Tensor) -> Tensor:
        weights = self.class_weights
        assert weights is not None
        if targets.dim() == 1:
            return weights[targets]
        # Not a matrix product, which mixed precision would round.
        return (targets[:, : len(weights)].to(weights.dtype) * weights).sum(1)


def first_of(output: Tensor | tuple[Tensor, ...]) -> Tensor:
    """The output that counts, of a network that may give further ones in training."""
    return output[0] if isinstance(output, tuple) else output


def as_probabilities(targets: Tensor, output: Tensor) -> Tensor:
    """Labels (images,) as one-hot rows of the output's width and type; rows stay as they are."""
    if targets.dim() == 2:
        return targets.to(output.dtype)
    return functional.one_hot(targets, output.shape[1]).to(output.dtype)


def make_loss(recipe: Recipe, counts: Sequence[int], device: torch.device) -> Loss:
    """The recipe's training loss; `counts` are the training images of each class.

    Class weights are scaled so that the training images' mean weight is 1: the
    loss, and with it the best learning rate, keeps its size. Raises
    `DiagnosticError` where there is not one weight a class, or all images
    weigh nothing.
    """
    weights = class_weights(recipe.class_weights, counts, "class_weights")
    if weights is not None:
        seen = torch.tensor(counts, dtype=torch.float64)
        weights = (weights * seen.sum() / (weights * seen).sum()).float().to(device)
    return Loss(recipe.loss, recipe.label_smoothing, recipe.focal_gamma, weights, recipe.auxiliary_weight)


def make_evaluation_loss(recipe: Recipe) -> Loss:
    """The loss that is reported of validation and test images: without smoothing and weights."""
    return Loss(recipe.loss, focal_gamma=recipe.focal_gamma)


def class_weights(given: str | tuple[float, ...], counts: Sequence[int], key: str) -> Tensor | None:
    """A weight (float64) for each class; None where all count the same."""
    if given == "none":
        return None
    if given == "balanced":
        return torch.tensor([1 / count if count else 0.0 for count in counts], dtype=torch.float64)
    weights = torch.tensor(given, dtype=torch.float64)
    fit = len(weights) == len(counts)
    if not fit or not any(weight and count for weight, count in zip(given, counts, strict=True)):
        raise DiagnosticError(
            Diagnostic(
                codes.WRONG_CLASS_WEIGHTS,
                f"`{key}` are 0 for every class that has training images"
                if fit
                else f"`{key}` has {len(weights)} numbers, but the data has {len(counts)} classes",
                help=f"write one number for each class, in their order, or `{key}: balanced`",
            )
        )
    return weights
