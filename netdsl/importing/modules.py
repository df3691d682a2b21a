"""A module of torch to the layer that makes it: the table of layers, read backwards."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from torch import nn

from netdsl.importing.model import Options, Value
from netdsl.layers.declaration import Declaration, Required, compact
from netdsl.layers.kinds import Word
from netdsl.layers.table import BUILT_IN

Read = dict[str, Value]
OWN = ("torch.nn.", "netdsl.nn.")

# Classes that the table doesn't name, since it makes others of the same meaning.
OTHERS = {
    "torchvision.ops.stochastic_depth.StochasticDepth": "drop_path",
    "torchvision.models.convnext.LayerNorm2d": "layernorm",
    "netdsl.nn.regularization.ChannelLayerNorm": "layernorm",
    "netdsl.nn.regularization.ShiftBatchNorm": "bn",
}


class NoLayerError(Exception):
    """No layer says what a module does; the message says what is in the way."""


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
    containers = (nn.Sequential, nn.ModuleList, nn.ModuleDict)
    return type(module).__module__.startswith("torch.nn.") and not isinstance(module, containers)


def read_layer(module: nn.Module, shape: tuple[int, ...]) -> tuple[str, Options]:
    """The layer of a module and the options that differ from their defaults.

    `shape` is that of the value that flows in. Raises `NoLayerError`.
    """
    name = layer_name(module)
    if name is None:
        raise NoLayerError(f"no layer makes a {type(module).__name__}")
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


def tidy(value: object) -> Value:
    """A value as it is written: lists as tuples, one integer for equal ones."""
    if isinstance(value, list):
        value = tuple(value)
    if value is None or isinstance(value, int | float | str):
        return value
    if isinstance(value, tuple) and all(isinstance(each, int) for each in value):
        return compact(value)
    raise NoLayerError(f"no layer takes {value!r}")


def is_default(declaration: Declaration, name: str, value: Value) -> bool:
    """Whether an option need not be written."""
    option = declaration.option(name)
    assert option is not None
    if isinstance(option.default, Required):
        return False
    default = compact(option.default)
    return value == default and isinstance(value, bool) == isinstance(default, bool)


def transposed(module: Any, shape: tuple[int, ...]) -> Read:
    """A transposed convolution has a padding of torch's own too."""
    return {"output_padding": tidy(module.output_padding)}


def depthwise(module: Any, shape: tuple[int, ...]) -> Read:
    """Its groups are the channels."""
    return {"multiplier": int(module.out_channels) // int(module.in_channels)}


def pool(module: Any, shape: tuple[int, ...]) -> Read:
    """Windows, or the size of what is made."""
    if not hasattr(module, "output_size"):
        kernel, stride = tidy(module.kernel_size), tidy(module.stride)
        return {"adaptive": None, "stride": None if stride == kernel else stride}
    size = module.output_size
    sizes = tuple(size) if isinstance(size, tuple | list) else (size,) * (len(shape) - 1)
    made = tuple(
        wanted if wanted is not None else there for wanted, there in zip(sizes, shape[1:], strict=True)
    )
    whole = all(each == 1 for each in made)
    rest: Read = {"stride": None, "kernel_size": Word("global") if whole else None}
    return rest | {"adaptive": None if whole else compact(made)}


def batch_norm(module: Any, shape: tuple[int, ...]) -> Read:
    """One that learns a shift alone wraps another."""
    inner = getattr(module, "norm", None)
    if inner is None:
        return {"scale": True}
    found: Read = {name: getattr(inner, name) for name in ("eps", "momentum", "track_running_stats")}
    return found | {"affine": True, "scale": False}


def layer_norm(module: Any, shape: tuple[int, ...]) -> Read:
    """What it is over follows from its class and its input."""
    over_channels = type(module).__name__ in ("LayerNorm2d", "ChannelLayerNorm")
    if not over_channels and len(shape) > 2 and tuple(module.normalized_shape) != shape:
        raise NoLayerError("a LayerNorm over some axes of a map is said only for its channels, axis 1")
    return {
        "over": "channels" if over_channels else "all",
        "elementwise_affine": module.weight is not None,
        "bias": module.bias is not None or module.weight is None,
    }


def prelu(module: Any, shape: tuple[int, ...]) -> Read:
    """A slope for each channel is written as such."""
    number = int(module.num_parameters)
    return {
        "num_parameters": Word("channels") if number == shape[0] and number > 1 else number,
        "init_value": 0.25,
    }


def dropout(module: Any, shape: tuple[int, ...]) -> Read:
    """The class says whether whole channels are dropped."""
    return {"spatial": type(module).__name__ != "Dropout"}


def padding(module: Any, shape: tuple[int, ...]) -> Read:
    """The class says with what."""
    mode = type(module).__name__.lower().partition("pad")[0].replace("reflection", "reflect")
    return {"mode": mode.replace("replication", "replicate")}


def upsample(module: Any, shape: tuple[int, ...]) -> Read:
    """A factor or a size."""
    factor = module.scale_factor
    if isinstance(factor, tuple | list):
        if len(set(factor)) != 1:
            raise NoLayerError("an Upsample with a factor for each axis")
        factor = factor[0]
    if isinstance(factor, float) and factor.is_integer():
        factor = int(factor)
    return {"scale_factor": factor, "align_corners": bool(module.align_corners)}


def attention(module: Any, shape: tuple[int, ...]) -> Read:
    """Torch keeps its bias under another name."""
    return {"heads": module.num_heads, "bias": module.in_proj_bias is not None}


def window_attention(module: Any, shape: tuple[int, ...]) -> Read:
    """Its projection's bias, and the factor where it isn't the usual one."""
    usual = (shape[0] // int(module.num_heads)) ** -0.5
    scale = (
        None if module.cosine or module.scale is None or abs(module.scale - usual) < 1e-12 else module.scale
    )
    return {"heads": module.num_heads, "bias": module.proj.bias is not None, "scale": scale}


def softmax(module: Any, shape: tuple[int, ...]) -> Read:
    """The axis of the channels need not be written."""
    dim = module.dim
    if dim is None or (len(shape) != 2 and dim % (len(shape) + 1) == 1):
        return {"dim": None}
    return {"dim": dim}


def drop_path(module: Any, shape: tuple[int, ...]) -> Read:
    """Torchvision's has modes."""
    if getattr(module, "mode", "row") != "row":
        raise NoLayerError("a StochasticDepth that drops whole batches")
    return {}


def shift_shortcut(module: Any, shape: tuple[int, ...]) -> Read:
    """The halves' channels together."""
    return {"out_channels": 2 * int(module.conv1.out_channels)}


def permuted(module: Any, shape: tuple[int, ...]) -> Read:
    """The language counts the batch."""
    return {"dims": tuple(dim + 1 for dim in module.dims)}


def channel_tokens(module: Any, shape: tuple[int, ...]) -> Read:
    """Positions as tokens; channels as tokens are a Flatten."""
    return {"over": "positions"}


READERS: Mapping[str, Callable[[Any, tuple[int, ...]], Read]] = {
    "conv_transpose": transposed,
    "depthwise": depthwise,
    "maxpool": pool,
    "avgpool": pool,
    "bn": batch_norm,
    "layernorm": layer_norm,
    "prelu": prelu,
    "dropout": dropout,
    "pad": padding,
    "upsample": upsample,
    "attention": attention,
    "window_attention": window_attention,
    "softmax": softmax,
    "log_softmax": softmax,
    "drop_path": drop_path,
    "shift_shortcut": shift_shortcut,
    "permute": permuted,
    "tokens": channel_tokens,
}
