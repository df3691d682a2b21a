"""What to say when memory runs out: the batch that would fit, found by trying."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import recipes as codes

# What torch's CPU allocator and MPS say; CUDA has its own exception.
_PHRASES = ("can't allocate memory", "not enough memory", "out of memory")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an exception says that memory ran out, on any device."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(phrase in str(error).lower() for phrase in _PHRASES)


def largest_batch(attempt: Callable[[int], None], batch_size: int) -> int | None:
    """The largest of half, a quarter, ... of a batch with which `attempt` does not run out of memory.

    The least is two images: batch norm can't train on one.
    """
    size = batch_size
    while size > 2:
        size = max(size // 2, 2)
        release()
        try:
            attempt(size)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
        else:
            return size
    return None


def release() -> None:
    """Give memory that is no longer used back to the device."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def out_of_memory(batch_size: int, fitting: int | None, device: torch.device) -> Diagnostic:
    """The error for a batch that does not fit, while one of `fitting` images (None: not even two) does."""
    if fitting is None:
        help_text = "not even two images fit: make the network narrower, or the images smaller by `--resize`"
    else:
        steps = -(-batch_size // fitting)
        help_text = (
            f"a batch of {fitting} was tried and fits: `--batch-size {fitting}`, with "
            f"`--accumulation-steps {steps}` for the same step"
        )
    return Diagnostic(
        codes.OUT_OF_MEMORY,
        f"a step with batches of {batch_size} does not fit in the memory of {device}",
        help=help_text,
    )


@contextmanager
def in_memory(problem: str, device: torch.device) -> Iterator[None]:
    """Raise `DiagnosticError` where memory runs out, which says the problem: `the network does not fit`."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise DiagnosticError(
            Diagnostic(
                codes.OUT_OF_MEMORY,
                f"{problem} in the memory of {device}",
                help="end what else uses the device, or take another one with `--device`",
            )
        ) from None
