"""torch's optimizers without the compiler, which they import when they are first used."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import torch
from torch.optim import Optimizer

Kind = TypeVar("Kind", bound=Optimizer)

# Each is wrapped so that a compiled program leaves it alone, and the wrapper imports the compiler.
_METHODS = ("add_param_group", "zero_grad", "state_dict", "load_state_dict")


def without_compiler(kind: type[Kind]) -> type[Kind]:
    """A subclass that does the same outside of compiled programs, and is ready as soon as torch is.

    Importing the compiler takes about as long as importing torch, and nothing
    here compiles an optimizer.
    """
    methods: dict[str, Callable[..., Any]] = {name: inspect.unwrap(getattr(kind, name)) for name in _METHODS}
    methods["step"] = torch.no_grad()(inspect.unwrap(kind.step))
    return type(kind.__name__, (kind,), methods)
