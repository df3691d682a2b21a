"""Whether the parts of a module are in training or in evaluation mode."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn


@contextmanager
def kept_modes(module: nn.Module) -> Iterator[None]:
    """After the block, every part of the module has the mode that it had before, which may differ."""
    training = module.training
    modes = [(part, part.training) for part in module.modules()]
    try:
        yield
    finally:
        # As a whole first, for parts that do more than to keep the mode.
        module.train(training)
        for part, mode in modes:
            part.training = mode
