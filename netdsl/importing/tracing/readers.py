"""Options of layers that modules of torch keep under other names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from netdsl.importing.tracing.reading import NoLayerError, Read, tidy
from netdsl.layers.arguments import compact
from netdsl.layers.kinds import Word


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
    over_last = tuple(module.normalized_shape) == shape[-1:]
    if not over_channels and len(shape) > 2 and tuple(module.normalized_shape) != shape and not over_last:
        raise NoLayerError("a LayerNorm over some axes of a map is said only for its channels, axis 1")
    return {
        "over": "channels" if over_channels else "last" if over_last and len(shape) > 2 else "all",
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
