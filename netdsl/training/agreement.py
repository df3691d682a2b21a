"""Whether a network suits a dataset, asked before training starts."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import data as codes
from netdsl.training.data.dataset import ImageDataset
from netdsl.training.modes import kept_modes


def check_input_shape(input_shape: Sequence[int], dataset: ImageDataset) -> None:
    """Raise `DiagnosticError` where the declared input (channels, height, width) is not the images' shape."""
    wanted = tuple(input_shape)
    if wanted == dataset.shape:
        return
    changes = []
    if len(wanted) == 3 and wanted[1:] != dataset.shape[1:]:
        height, width = wanted[1:]
        changes.append(f"--resize {height}" if height == width else f"--resize '[{height}, {width}]'")
    if len(wanted) == 3 and wanted[0] != dataset.shape[0] and wanted[0] in (1, 3):
        changes.append(f"--channels {wanted[0]}")
    raise DiagnosticError(
        Diagnostic(
            codes.SHAPE_MISMATCH,
            f"the network takes {times(wanted)} but the images of {dataset.name} are {times(dataset.shape)}",
            help=f"bring the images to the network's input: `{' '.join(changes)}`" if changes else None,
        )
    )


def check_forward(module: nn.Module, sample: Tensor, dataset: ImageDataset) -> int:
    """How many numbers the module gives each image of the sample.

    Raises `DiagnosticError` unless it gives at least one for each class.
    """
    try:
        output = evaluate_once(module, sample)
    except (RuntimeError, ValueError, IndexError, TypeError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise DiagnosticError(_failed(dataset, f"raises {type(error).__name__}: {reason}")) from error
    if not isinstance(output, Tensor) or output.dim() != 2 or len(output) != len(sample):
        given = tuple(output.shape) if isinstance(output, Tensor) else type(output).__name__
        raise DiagnosticError(
            _failed(dataset, f"gives {given} for {len(sample)} of them, not one row of numbers each")
        )
    outputs, classes = output.shape[1], len(dataset.classes)
    plural = "s" * (outputs != 1)
    if outputs < classes:
        raise DiagnosticError(
            Diagnostic(
                codes.TOO_FEW_OUTPUTS,
                f"the network has {outputs} output{plural} but {dataset.name} has {classes} classes",
                help=f"make the last layer {classes} wide: `--set classes={classes}` where the net has that "
                "parameter",
            )
        )
    return outputs


def evaluate_once(module: nn.Module, images: Tensor) -> object:
    """The module's output in evaluation mode, nothing about the module changed."""
    with kept_modes(module), torch.inference_mode():
        module.eval()
        return module(images)


def times(shape: Sequence[int]) -> str:
    """A shape as a person writes it: 3x32x32."""
    return "x".join(str(side) for side in shape)


def _failed(dataset: ImageDataset, what: str) -> Diagnostic:
    return Diagnostic(
        codes.FORWARD_FAILED,
        f"given images of {dataset.name}, {times(dataset.shape)}, the network {what}",
        help="check the network's input shape, or bring the images to it with `--resize` and `--channels`",
    )
