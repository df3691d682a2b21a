"""How two networks are compared: weights copied by order, outputs equal to the bit."""

from __future__ import annotations

import torch
from torch import Tensor, nn

LARGE = 10_000_000


def count(module: nn.Module) -> int:
    """The number of parameters."""
    return sum(parameter.numel() for parameter in module.parameters())


def assert_same_network(
    module: nn.Module, reference: nn.Module, inputs: Tensor, *, training: bool = True
) -> None:
    """Give both the same weights, by order of the state dict, and compare their outputs.

    With `training` they are compared in training mode first: from one seed,
    equal outputs need the same dropouts at the same places.
    """
    module, reference = module.to(inputs.dtype), reference.to(inputs.dtype)
    copy_state(module, reference)
    for mode in (True, False) if training else (False,):
        assert (output(module.train(mode), inputs) - output(reference.train(mode), inputs)).abs().max() == 0


def copy_state(module: nn.Module, reference: nn.Module) -> None:
    """Copy weights and statistics by order; large ones are shared, to save memory."""
    theirs = reference.state_dict()
    assert [tuple(value.shape) for value in module.state_dict().values()] == [
        tuple(value.shape) for value in theirs.values()
    ]
    randomize(theirs)
    copies = [value if value.numel() >= LARGE else value.clone() for value in theirs.values()]
    module.load_state_dict(dict(zip(module.state_dict(), copies, strict=True)), assign=True)


def randomize(state: dict[str, Tensor]) -> None:
    """Fill what a fresh network has constant, such as norms' statistics, so that a mix-up shows."""
    generator = torch.Generator().manual_seed(0)
    for value in state.values():
        if value.is_floating_point() and (value.dim() == 1 or not value.any()):
            value.copy_(torch.rand(value.shape, generator=generator) + 0.5)


@torch.inference_mode()
def output(module: nn.Module, inputs: Tensor) -> Tensor:
    """The module's output, from a fixed seed."""
    torch.manual_seed(0)
    result = module(inputs)
    assert isinstance(result, Tensor)
    return result
