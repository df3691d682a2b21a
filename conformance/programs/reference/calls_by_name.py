"""Layers whose options are torch's own: the call of a class of torch.nn by the names of its parameters."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from math import prod
from typing import Any

from torch import nn

from conformance.programs.reference.bounds import takes_sizes
from conformance.programs.reference.values import MAP, Flow, Value
from netdsl.layers.kinds import Either, Kind, Nothing
from netdsl.layers.table import BUILT_IN

Options = Mapping[str, Any]
# Options that the papers, and so the language, call otherwise than torch's classes.
RENAMED = {"heads": "num_heads"}
# What a constructor may ask for that follows from its input, by the names that torch.nn uses.
CHANNELS = ("in_channels", "num_features", "num_channels", "embed_dim", "channels", "dim")


def plain(value: Value, kind: Kind) -> object:
    """A value of the language as Python has it; `none` is None where the option knows it as such."""
    if isinstance(value, tuple):
        # Torch's LPPool1d knows no size of one item.
        if len(value) == 1 and isinstance(value[0], int) and takes_sizes(kind):
            return value[0]
        return tuple(plain(item, kind) for item in value)
    if isinstance(value, str):
        return None if value == "none" and takes_nothing(kind) else str(value)
    return value


def takes_nothing(kind: Kind) -> bool:
    """Whether an option may be without a value."""
    return isinstance(kind, Nothing) or (isinstance(kind, Either) and any(map(takes_nothing, kind.kinds)))


def without(options: Options, *names: str) -> dict[str, Any]:
    """The options as keywords, but for some."""
    return {name: value for name, value in options.items() if name not in names}


@cache
def class_of(path: str) -> type[nn.Module]:
    """The class that a dotted path names."""
    package, _, name = path.rpartition(".")
    found: type[nn.Module] = getattr(import_module(package), name)
    return found


@cache
def required(path: str) -> tuple[str, ...]:
    """The parameters of a class's constructor that have no default."""
    parameters = inspect.signature(class_of(path)).parameters.values()
    return tuple(each.name for each in parameters if each.default is inspect.Parameter.empty)


def of_rank(name: str, rank: int) -> type[nn.Module]:
    """`Conv` over two spatial axes is torch.nn.Conv2d; where there are no such axes, torch.nn.Conv1d."""
    return class_of(f"torch.nn.{name}{min(max(rank, 1), 3)}d")


@cache
def classes_of(layer: str) -> tuple[str, ...]:
    """The classes that the table says a layer becomes."""
    text = BUILT_IN[layer].torch
    package = "netdsl.nn" if text.startswith("netdsl.nn") else "torch.nn"
    names = re.findall(r"\b[A-Z]\w+", text)
    return tuple(f"{package}.{name}" for name in names)


def by_name(layer: str, flow: Flow, options: Options) -> nn.Module:
    """The call of a layer whose options are torch's."""
    classes = classes_of(layer)
    path = next((each for each in classes if each.endswith(f"{max(flow.rank, 1)}d")), classes[0])
    options = {RENAMED.get(name, name): value for name, value in options.items()}
    inferred: dict[str, Any] = {}
    for name in required(path):
        if name in options:
            continue
        if name in CHANNELS:
            inferred[name] = flow.channels
        elif name == "in_features":
            inferred[name] = prod(flow.shape) if flow.layout == MAP else flow.channels
        elif name == "normalized_shape":
            inferred[name] = flow.shape
    return class_of(path)(**inferred, **options)
