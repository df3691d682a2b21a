"""Whether a network suits a dataset, asked before training starts."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import data as codes
from netdsl.diagnostics.reason import first_line
from netdsl.training.data.dataset import ImageDataset
from netdsl.training.data.suit import remedies, shapes_differ, times, too_few_outputs
from netdsl.training.machine.memory import in_memory
from netdsl.training.preparation.modes import kept_modes
from netdsl.training.preparation.rehearsal import rehearsal


def check_input_shape(input_shape: Sequence[int], dataset: ImageDataset) -> None:
    """Raise `DiagnosticError` where the declared input (channels, height, width) is not the images' shape."""
    wanted = tuple(input_shape)
    if wanted == dataset.shape:
        return
    changes = " ".join(
        f"--{key} '{value}'" if " " in value else f"--{key} {value}"
        for key, value in remedies(wanted, dataset.shape).items()
    )
    raise DiagnosticError(
        shapes_differ(wanted, dataset.shape, dataset.name, f"`{changes}`" if changes else "")
    )


def check_forward(module: nn.Module, sample: Tensor, dataset: ImageDataset) -> int:
    """How many numbers the module gives each image of the sample.

    Raises `DiagnosticError` unless it gives at least one for each class.
    """
    try:
        with in_memory("not even two images fit", sample.device):
            output = evaluate_once(module, sample)
    except (RuntimeError, ValueError, IndexError, TypeError) as error:
        reason = first_line(error)
        raise DiagnosticError(_failed(dataset, f"raises {type(error).__name__}: {reason}")) from error
    if not isinstance(output, Tensor) or output.dim() != 2 or len(output) != len(sample):
        given = tuple(output.shape) if isinstance(output, Tensor) else type(output).__name__
        raise DiagnosticError(
            _failed(dataset, f"gives {given} for {len(sample)} of them, not one row of numbers each")
        )
    outputs, classes = output.shape[1], len(dataset.classes)
    if outputs < classes:
        raise DiagnosticError(too_few_outputs(outputs, classes, dataset.name, f"--set classes={classes}"))
    return outputs


def check_one_image(module: nn.Module, image: Tensor, dataset: ImageDataset) -> None:
    """Raise `DiagnosticError` where the module can't be trained on a batch of one image.

    A batch norm over one value a channel is such a case, which evaluation
    has nothing against.
    """
    try:
        with in_memory("not even one image fits", image.device), rehearsal(module), torch.no_grad():
            module(image)
    except ValueError as error:
        raise DiagnosticError(_fails_on_one(dataset, first_line(error))) from error


def evaluate_once(module: nn.Module, images: Tensor) -> object:
    """The module's output in evaluation mode, nothing about the module changed."""
    with kept_modes(module), torch.inference_mode():
        module.eval()
        return module(images)


def _fails_on_one(dataset: ImageDataset, reason: str) -> Diagnostic:
    return Diagnostic(
        codes.FORWARD_FAILED,
        f"trained on a batch of one image of {dataset.name}, the network raises ValueError: {reason}",
        help="a batch norm needs several values a channel: train on two images or more, with "
        "`--batch-size 2` or more",
    )


def _failed(dataset: ImageDataset, what: str) -> Diagnostic:
    return Diagnostic(
        codes.FORWARD_FAILED,
        f"given images of {dataset.name}, {times(dataset.shape)}, the network {what}",
        help="check the network's input shape, or bring the images to it with `--resize` and `--channels`",
    )
