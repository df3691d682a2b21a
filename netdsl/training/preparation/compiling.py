"""torch.compile, and what to say where it fails."""

from __future__ import annotations

import torch
from torch import nn

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import recipes as codes

# Where the exceptions of torch.compile are defined.
_PACKAGES = ("torch._dynamo", "torch._inductor")


def compile_module(module: nn.Module) -> nn.Module:
    """The module's compiled form, which shares its weights; it is compiled when it is first called.

    Raises `DiagnosticError` where torch can't compile at all.
    """
    try:
        compiled = torch.compile(module)
    except RuntimeError as error:
        raise DiagnosticError(failed_compiling(error)) from error
    assert isinstance(compiled, nn.Module)
    return compiled


def is_of_compiling(error: BaseException) -> bool:
    """Whether an exception of a step says that torch.compile has failed."""
    return any(kind.__module__.startswith(_PACKAGES) for kind in type(error).__mro__)


def failed_compiling(error: Exception) -> Diagnostic:
    """The error for a network that torch.compile can't compile here."""
    first, *more = [line for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    reason = f"{first} {more[0]}" if first.endswith(":") and more else first
    return Diagnostic(
        codes.FAILED_COMPILING,
        f"torch.compile fails: {reason}",
        help="train without it, `--compile off`; it needs Triton on a GPU, and a C++ compiler on a CPU",
    )
