"""Keeps the memory that a step frees for the next step, where the C library would give it back.

glibc gives freed memory back to the system: blocks above a threshold at once,
the end of the heap as soon as it is large. A step on a CPU frees all its
activations, so that the next one has the system clear the same pages again: a
sixth of the time of a step of LeNet-5 (mallopt(3): M_MMAP_THRESHOLD,
M_TRIM_THRESHOLD). The most that a process holds grows by a few percent at most.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

# As <malloc.h> numbers them.
_TRIM_THRESHOLD = -1
_MMAP_THRESHOLD = -3

_NEVER = -1
_LARGEST_KEPT = 2**30

# What glibc arrives at by itself after it has seen large blocks freed. It no longer moves what was set.
_USUAL_MMAP_THRESHOLD = 32 * 2**20
_USUAL_TRIM_THRESHOLD = 2 * _USUAL_MMAP_THRESHOLD

# Who sets one of these has decided already.
_CHOSEN = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TOP_PAD_", "GLIBC_TUNABLES")


@contextmanager
def kept_heap(device: torch.device) -> Iterator[None]:
    """Freed memory stays with the process while the block runs, and is given back after it.

    Does nothing for other devices than the CPU, other C libraries than
    glibc, and where the environment sets glibc's thresholds or glibc refuses
    ours.
    """
    if device.type != "cpu" or not _is_glibc() or any(name in os.environ for name in _CHOSEN):
        yield
        return
    library = ctypes.CDLL(None)
    # Some versions take at most 32 MiB; what mallopt refuses, it leaves as it was.
    if not library.mallopt(_MMAP_THRESHOLD, _LARGEST_KEPT):
        yield
        return
    library.mallopt(_TRIM_THRESHOLD, _NEVER)
    try:
        yield
    finally:
        library.mallopt(_MMAP_THRESHOLD, _USUAL_MMAP_THRESHOLD)
        library.mallopt(_TRIM_THRESHOLD, _USUAL_TRIM_THRESHOLD)
        library.malloc_trim(0)


def _is_glibc() -> bool:
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").startswith("glibc")
    except (AttributeError, ValueError, OSError):
        return False
