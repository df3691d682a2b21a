"""Runs of a model in float64, where outputs that should be equal differ by rounding alone."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from netdsl.diagnostics.catalogue import importing as codes
from netdsl.diagnostics.reason import first_line
from netdsl.importing.model import Place
from netdsl.importing.problems import fail
from netdsl.importing.tracing.function_table import SAME
from netdsl.importing.tracing.functions import name_of
from netdsl.importing.tracing.remedies import OTHERWISE
from netdsl.importing.tracing.source_lines import blamed
from netdsl.importing.tracing.where import Sourced


class InFloat64(TorchFunctionMode):
    """Float64 stands for float32, in casts too: what a model makes float32 stays as exact as it is."""

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Run a function of torch."""
        result = func(*args, **(kwargs or {}))
        is_cast = name_of(func) in SAME and isinstance(result, Tensor) and result.dtype == torch.float32
        if not is_cast:
            return result
        given = args[0]
        return given if given.dtype == torch.float64 else result.double()


def drawn(batch: int, shape: tuple[int, ...], seed: int) -> Tensor:
    """Numbers to run a model on; raises `DiagnosticError` where there is no room for them."""
    generator = torch.Generator().manual_seed(seed)
    try:
        return torch.randn((batch, *shape), generator=generator, dtype=torch.float64)
    except RuntimeError as error:
        fail(
            codes.NOT_RUN,
            f"there is no room for an input of {'x'.join(map(str, shape))}",
            first_line(error),
            Place(),
            OTHERWISE,
        )


def exact(model: nn.Module, value: Tensor) -> object:
    """What a model gives for a value in float64; raises `DiagnosticError` where it fails."""
    try:
        with torch.no_grad(), InFloat64():
            return model(value)
    except Exception as error:
        place = Place(type(model).__name__, blamed(error.__traceback__))
        fail(
            codes.NOT_RUN,
            "the model fails on numbers in float64, by which outputs are compared",
            first_line(error),
            model.place() if isinstance(model, Sourced) else place,
            "tensors that `forward` makes take the type of the value: x.new_zeros(n), or dtype=x.dtype",
        )


def exact_value(model: nn.Module, value: Tensor) -> Tensor:
    """The one value that a model gives in evaluation; raises `DiagnosticError` where it gives others."""
    made = exact(model, value)
    if not isinstance(made, Tensor):
        fail(
            codes.NOT_RUN,
            f"the model gives a {type(made).__name__} in evaluation",
            "a network gives one value in evaluation",
            Place(type(model).__name__),
            "import a module whose forward picks one of them",
        )
    return made
