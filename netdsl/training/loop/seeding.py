"""Randomness that depends on the seed and the epoch alone.

Each epoch starts from its own seed, so that what it draws does not depend on
how many numbers the epochs before it used.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch


def epoch_seed(seed: int, epoch: int) -> int:
    """A seed for an epoch, far from those of other seeds and epochs."""
    return int(np.random.SeedSequence((seed, epoch)).generate_state(1, np.uint64)[0] >> np.uint64(1))


@contextmanager
def determinism(wanted: bool) -> Iterator[None]:
    """Let torch use only algorithms that give equal results in equal runs, where that is wanted.

    An operation that has none then raises `RuntimeError` instead.
    """
    if not wanted:
        yield
        return
    # cuBLAS reads it when first used; without it, torch refuses its matrix products.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    before = torch.are_deterministic_algorithms_enabled()
    benchmark = torch.backends.cudnn.benchmark
    torch.use_deterministic_algorithms(True)
    torch.backends.cudnn.benchmark = False
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before)
        torch.backends.cudnn.benchmark = benchmark
