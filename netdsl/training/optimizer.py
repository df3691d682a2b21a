"""The recipe's optimizer for a module."""

from __future__ import annotations

from torch import nn
from torch.optim import SGD, Adam, AdamW, Optimizer

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.training.recipe import Recipe

# Where torch has one kernel that updates all parameters at once.
_FUSED_ON = ("cpu", "cuda", "mps")


def make_optimizer(module: nn.Module, recipe: Recipe) -> Optimizer:
    """The optimizer over the module's trainable parameters, fused where its device has that.

    Raises `DiagnosticError` where the module has no trainable parameter.
    """
    parameters = [parameter for parameter in module.parameters() if parameter.requires_grad]
    if not parameters:
        raise DiagnosticError(
            Diagnostic(codes.NOTHING_TO_TRAIN, "the network has no parameter to train", help=_HELP)
        )
    fused = all(p.device.type in _FUSED_ON and p.is_floating_point() for p in parameters)
    rate, decay = recipe.base_rate, recipe.weight_decay
    if recipe.optimizer == "sgd":
        return SGD(
            parameters,
            lr=rate,
            momentum=recipe.momentum or 0.0,
            nesterov=recipe.nesterov,
            weight_decay=decay,
            fused=fused,
        )
    kind = Adam if recipe.optimizer == "adam" else AdamW
    return kind(parameters, lr=rate, weight_decay=decay, fused=fused)


_HELP = "add a layer that learns, such as linear(10)"
