"""A call of a function of torch to layers: those of the module that does the same, or of a pattern."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from netdsl.importing.model import Options
from netdsl.importing.tracing.function_table import MODULES, RENAMED, SAME, SILENT
from netdsl.importing.tracing.modules import read_layer
from netdsl.importing.tracing.patterns import PATTERNS, axis
from netdsl.importing.tracing.reading import NoLayerError
from netdsl.importing.tracing.use import Layers, Use


def translate(use: Use) -> Layers:
    """The layers that do what a function of one value does; none where it changes nothing.

    Raises `NoLayerError`.
    """
    if use.name in SAME:
        return []
    if use.name.endswith("dropout") and use.given(1, "training", True) is False:
        return []
    if use.name in PATTERNS:
        return PATTERNS[use.name](use)
    if use.name in MODULES:
        return [read_layer(module_of(use), use.before)]
    if use.name in ("add", "sub", "rsub"):
        raise NoLayerError("no layer adds a number")
    raise NoLayerError(f"no layer does what `{use.name}` does")


def module_of(use: Use) -> nn.Module:
    """The module that does the same as a function with these arguments."""
    kind, names = MODULES[use.name]
    if len(use.arguments) > len(names):
        raise NoLayerError(f"`{use.name}` with {len(use.arguments)} arguments")
    given = dict(zip(names, use.arguments, strict=False)) | dict(use.keywords)
    options = {RENAMED.get(name, name): value for name, value in given.items() if name not in SILENT}
    options = {name: value for name, value in options.items() if value is not None or name == "output_size"}
    try:
        made: nn.Module = getattr(nn, kind)(**options)
    except (TypeError, ValueError) as error:
        raise NoLayerError(f"`{use.name}` with arguments that a {kind} doesn't take: {error}") from None
    return made


def parts_of(use: Use, results: Sequence[Tensor], place: int) -> Layers:
    """One of the values that `chunk` or `split` gives."""
    dim = use.given(1, "dim", 0)
    if axis(dim, len(use.before) + 1) != 1 or len({result.shape for result in results}) != 1:
        raise NoLayerError(f"`{use.name}` into other parts than equal ones of the channels")
    return [("channel_split", (("parts", len(results)), ("index", place) if place else ("index", 0)))]


def concat_options(tensors: Sequence[Tensor], dim: object) -> Options:
    """The axis of a concatenation, where it isn't that of the channels."""
    place = axis(dim, tensors[0].dim())
    if place == 0:
        raise NoLayerError("values joined along the batch")
    return () if place == 1 and tensors[0].dim() != 3 else (("dim", place),)


def name_of(function: object) -> str:
    """The name of a function or method without what marks it as in place or special."""
    name = str(getattr(function, "__name__", function)).strip("_")
    if name in ("iadd", "radd", "imul", "rmul", "itruediv", "truediv"):
        name = {"itruediv": "div", "truediv": "div"}.get(name, name[1:])
    return name


def is_shape_question(result: object) -> bool:
    """Whether a function gave no value, but something known of it."""
    return not isinstance(result, torch.Tensor) and not (
        isinstance(result, tuple | list) and any(isinstance(each, torch.Tensor) for each in result)
    )
