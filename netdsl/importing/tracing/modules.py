"""A module of torch to the layer that makes it: the table of layers, read backwards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from torch import nn

from netdsl.importing.model import Options, Value
from netdsl.importing.tracing.readers import READERS
from netdsl.importing.tracing.reading import NoLayerError, tidy
from netdsl.layers.arguments import compact
from netdsl.layers.declaration import Declaration, Required
from netdsl.layers.table import BUILT_IN

OWN = ("torch.nn.", "netdsl.nn.")
# Classes that the table doesn't name, since it makes others of the same meaning.
OTHERS = {
    "torch.nn.modules.activation.MultiheadAttention": "attention",
    "torchvision.ops.stochastic_depth.StochasticDepth": "drop_path",
    "torchvision.models.convnext.LayerNorm2d": "layernorm",
    "netdsl.nn.regularization.ChannelLayerNorm": "layernorm",
    "netdsl.nn.regularization.ShiftBatchNorm": "bn",
}


def class_path(module: nn.Module) -> str:
    """Where the class of a module is defined."""
    return f"{type(module).__module__}.{type(module).__qualname__}"


def base_name(name: str) -> str:
    """The name of a class without its number of axes: `Conv2d` is `Conv`."""
    return re.sub(r"\dd$", "", name)


@cache
def layers_by_class() -> Mapping[str, str]:
    """The layer of each class that the table names, by the class's name without its axes."""
    found: dict[str, str] = {}
    for declaration in BUILT_IN.values():
        if declaration.family != "merge":
            for name in re.findall(r"\b[A-Z]\w*", declaration.torch):
                found.setdefault(base_name(name), declaration.name)
    return found


def layer_name(module: nn.Module) -> str | None:
    """The layer that makes such a module, None where there is none."""
    other = OTHERS.get(class_path(module))
    if other is not None:
        return other
    if not type(module).__module__.startswith(OWN):
        return None
    name = layers_by_class().get(base_name(type(module).__name__))
    if name == "conv" and module.groups == module.in_channels and module.in_channels != 1:
        return "depthwise"
    return name


def is_leaf(module: nn.Module) -> bool:
    """Whether a module is taken as one step, not looked into."""
    if layer_name(module) is not None:
        return True
    # Unflatten is a call of a function, which is followed where it is made.
    containers = (nn.Sequential, nn.ModuleList, nn.ModuleDict, nn.Unflatten)
    return type(module).__module__.startswith("torch.nn.") and not isinstance(module, containers)


def read_layer(module: nn.Module, shape: tuple[int, ...]) -> tuple[str, Options]:
    """The layer of a module and the options that differ from their defaults.

    `shape` is that of the value that flows in. Raises `NoLayerError`.
    """
    name = layer_name(module)
    if name is None:
        raise NoLayerError(f"no layer makes `{type(module).__name__}`")
    declaration = BUILT_IN[name]
    reader = READERS.get(name)
    special = reader(module, shape) if reader is not None else {}
    values: list[tuple[str, Value]] = []
    for option in declaration.options:
        if option.name == "inplace":
            continue
        value = special[option.name] if option.name in special else plain(module, option.name, declaration)
        if not is_default(declaration, option.name, value):
            values.append((option.name, value))
    return name, tuple(values)


def plain(module: nn.Module, option: str, declaration: Declaration) -> Value:
    """An option that the module keeps under its own name."""
    if option == "bias":
        return getattr(module, "bias", None) is not None
    if not hasattr(module, option):
        declared = declaration.option(option)
        assert declared is not None
        if isinstance(declared.default, Required):
            raise NoLayerError(f"the `{option}` of a {type(module).__name__} can't be read")
        return compact(declared.default)
    return tidy(getattr(module, option))


def is_default(declaration: Declaration, name: str, value: Value) -> bool:
    """Whether an option need not be written."""
    option = declaration.option(name)
    assert option is not None
    if isinstance(option.default, Required):
        return False
    default = compact(option.default)
    return value == default and isinstance(value, bool) == isinstance(default, bool)
