"""How two networks are compared: weights copied by order, outputs equal to the bit."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def assert_same_network(module: nn.Module, reference: nn.Module, inputs: Tensor) -> None:
    """Copy the reference's weights by order of the state dict, and compare outputs in evaluation mode."""
    ours, theirs = module.state_dict(), reference.state_dict()
    assert [value.shape for value in ours.values()] == [value.shape for value in theirs.values()]
    randomize(theirs)
    reference.load_state_dict(theirs)
    module.load_state_dict(dict(zip(ours, theirs.values(), strict=True)))
    module, reference = module.to(inputs.dtype).eval(), reference.to(inputs.dtype).eval()
    with torch.inference_mode():
        assert (module(inputs) - reference(inputs)).abs().max() == 0


def randomize(state: dict[str, Tensor]) -> None:
    """Fill what a fresh network has constant (norms' scales and statistics), so that a mix-up shows."""
    generator = torch.Generator().manual_seed(0)
    for value in state.values():
        if value.is_floating_point() and value.dim() == 1:
            value.copy_(torch.rand(value.shape, generator=generator) + 0.5)
