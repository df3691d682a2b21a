"""In which order a network's images lie in memory."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from netdsl.training.agreement import evaluate_once


def choose_memory_format(module: nn.Module, sample: Tensor) -> torch.memory_format:
    """channels_last for a network with 2-D convolutions, which run faster so, if it takes it.

    `sample` is a small batch of input. A module that asks for contiguous
    memory, by `view` for one, is given that.
    """
    if not any(isinstance(part, nn.Conv2d) for part in module.modules()):
        return torch.contiguous_format
    try:
        evaluate_once(module, sample.contiguous(memory_format=torch.channels_last))
    except RuntimeError:
        return torch.contiguous_format
    return torch.channels_last
