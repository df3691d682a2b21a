"""A layer as the call of torch.nn that a person would write for it.

Most are called by name: the table says which torch classes a layer becomes and its options have torch's
names, so the class for the input's axes is called with the options that are given, and with the channels
where its constructor asks for them. Options that are not given are left to torch's own defaults. The layers
of `OWN` are those that torch writes in another way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

import netdsl.nn
from conformance.programs.reference.calls_by_name import Options, by_name, of_rank, plain, without
from conformance.programs.reference.modules import Applied, Attention, ChannelsLast, Scale, Shifted, Token
from conformance.programs.reference.values import MAP, TOKENS, VECTOR, Flow, LayerValue, Value
from netdsl.layers.table import BUILT_IN


def make_depthwise(flow: Flow, options: Options) -> nn.Module:
    """A convolution with a group for each channel."""
    made = flow.channels * options.get("multiplier", 1)
    return of_rank("Conv", flow.rank)(
        flow.channels, made, groups=flow.channels, **without(options, "multiplier")
    )


def make_pool(kind: str) -> Callable[[Flow, Options], nn.Module]:
    """A pool with windows, or one that makes a given size."""

    def make(flow: Flow, options: Options) -> nn.Module:
        kernel, sizes = options.get("kernel_size"), options.get("adaptive")
        if sizes is None and kernel != "global":
            # A pool over one axis has no such option, which says nothing of it if it is none.
            none = ("divisor_override",) if options.get("divisor_override", 0) is None else ()
            return of_rank(kind, flow.rank)(**without(options, "adaptive", *none))
        if kernel is not None and sizes is not None:
            raise TypeError("a window and a size")
        rest = without(options, "kernel_size", "adaptive")
        return of_rank(f"Adaptive{kind}", flow.rank)(1 if sizes is None else sizes, **rest)

    return make


def make_layernorm(flow: Flow, options: Options) -> nn.Module:
    """Over everything, over the features of a token, or over the channels of a map."""
    over = options.get("over", "all")
    if over not in ("all", "channels"):
        raise ValueError(f"no such axes: {over}")
    if over == "channels" and flow.layout == MAP:
        return ChannelsLast(flow.channels, **without(options, "over"))
    return nn.LayerNorm(flow.shape if flow.layout == MAP else flow.channels, **without(options, "over"))


def make_bn(flow: Flow, options: Options) -> nn.Module:
    """Torch's, or one whose scale stays 1."""
    kind = of_rank("BatchNorm", flow.rank)
    if options.get("scale", True) or not options.get("affine", True):
        return kind(flow.channels, **without(options, "scale"))
    norm = kind(flow.channels, affine=False, **without(options, "scale", "affine"))
    assert isinstance(norm, nn.modules.batchnorm._BatchNorm)
    return Shifted(norm)


def make_pad_channels(flow: Flow, options: Options) -> nn.Module:
    """Zeros after the channels, by the call on the language's page; there is no negative number of them.

    Joined by torch.cat they would lie otherwise in memory, and a dropout after them drop other values.
    """
    missing = options["out_channels"] - flow.channels
    if missing < 0:
        raise ValueError("no more channels are wanted")
    return Applied(lambda x: F.pad(x, (0, 0) * flow.rank + (0, missing)))


def make_tokens(flow: Flow, options: Options) -> nn.Module:
    """Positions or channels one after the other."""
    of_channels = {"positions": False, "channels": True}[options.get("over", "positions")]
    return Applied(lambda x: x.flatten(2) if of_channels else x.flatten(2).transpose(1, 2))


def make_local_response_norm(flow: Flow, options: Options) -> nn.Module:
    """Torch's raises on three spatial axes that don't lie side by side in memory."""
    norm = nn.LocalResponseNorm(**options)
    return nn.Sequential(Applied(lambda x: x.contiguous()), norm) if flow.rank == 3 else norm


def make_prelu(flow: Flow, options: Options) -> nn.Module:
    """Torch's `init` is called otherwise here."""
    number = options.get("num_parameters", 1)
    keywords = {"init": options["init_value"]} if "init_value" in options else {}
    return nn.PReLU(flow.channels if number == "channels" else number, **keywords)


def make_softmax(kind: type[nn.Module]) -> Callable[[Flow, Options], nn.Module]:
    """Over the channels, where torch wants to be told."""

    def make(flow: Flow, options: Options) -> nn.Module:
        dim = options.get("dim")
        return kind((-1 if flow.layout == TOKENS else 1) if dim is None else dim)

    return make


def make_dropout(flow: Flow, options: Options) -> nn.Module:
    """Of elements or of channels."""
    target = of_rank("Dropout", flow.rank) if options.get("spatial", False) else nn.Dropout
    return target(**without(options, "spatial"))


def listed(value: Any) -> tuple[Any, ...]:
    """A list, or a lone item as one."""
    return value if isinstance(value, tuple) else (value,)


def make_pad(flow: Flow, options: Options) -> nn.Module:
    """One class for each mode."""
    padding = listed(options["padding"])
    kinds = {"zero": "ZeroPad", "reflect": "ReflectionPad", "replicate": "ReplicationPad"}
    kind = {**kinds, "circular": "CircularPad"}[options.get("mode", "zero")]
    alone = len(padding) == 1 and isinstance(padding[0], int)
    return of_rank(kind, flow.rank)(padding[0] if alone else padding)


def make_upsample(flow: Flow, options: Options) -> nn.Module:
    """Torch wants nothing said of corners where it does not know them, not even `false`."""
    said = options.get("align_corners") is False and str(options.get("mode", "nearest")).startswith("nearest")
    return nn.Upsample(**without(options, "align_corners") if said else options)


OWN: Mapping[str, Callable[[Flow, Options], nn.Module]] = {
    "depthwise": make_depthwise,
    "maxpool": make_pool("MaxPool"),
    "avgpool": make_pool("AvgPool"),
    "bn": make_bn,
    "layernorm": make_layernorm,
    "local_response_norm": make_local_response_norm,
    "prelu": make_prelu,
    "softmax": make_softmax(nn.Softmax),
    "log_softmax": make_softmax(nn.LogSoftmax),
    "dropout": make_dropout,
    "reshape": lambda flow, o: Applied(lambda x: x.reshape(len(x), *listed(o["shape"]))),
    "permute": lambda flow, o: Applied(lambda x: x.permute(0, *listed(o["dims"]))),
    "pad": make_pad,
    "upsample": make_upsample,
    "channel_split": lambda flow, o: Applied(lambda x: x.chunk(o["parts"], 1)[o.get("index", 0)]),
    "layer_scale": lambda flow, o: Scale(
        flow.channels, o.get("init_value", 1e-6), -1 if flow.layout == TOKENS else 1
    ),
    "pad_channels": make_pad_channels,
    "scale": lambda flow, o: Applied(lambda x: o["factor"] * x),
    "tokens": make_tokens,
    "class_token": lambda flow, o: Token(flow.channels),
    "position_embedding": lambda flow, o: netdsl.nn.PositionEmbedding(flow.shape[0], flow.channels, **o),
    "attention": lambda flow, o: Attention(
        flow.channels, o["heads"], batch_first=True, **without(o, "heads")
    ),
    "mean_tokens": lambda flow, o: Applied(lambda x: x.mean(1)),
    "select_token": lambda flow, o: Applied(lambda x: x[:, o.get("index", 0)]),
}
# What is laid out in another way after it; all others keep the layout where the number of axes stays.
LAYOUTS = {"tokens": TOKENS, "mean_tokens": VECTOR, "select_token": VECTOR, "reshape": "", "permute": ""}


def make(layer: str, flow: Flow, given: Mapping[str, Value], *, overwriting: bool) -> nn.Module:
    """The module for a layer of the table on this input. Raises whatever torch raises.

    Unless it may be `overwriting`, it leaves its input as it is, even where it is told otherwise.
    """
    if any(isinstance(value, LayerValue) for value in given.values()):
        raise TypeError("a layer as the value of an option")
    kinds = {option.name: option.kind for option in BUILT_IN[layer].options}
    options = {name: plain(value, kinds[name]) for name, value in given.items()}
    if options.get("inplace") is True:
        options["inplace"] = overwriting
    own = OWN.get(layer)
    return own(flow, options) if own is not None else by_name(layer, flow, options)


def layout_behind(layer: str, flow: Flow, made: Tensor) -> str:
    """How the value after a layer is laid out: as before, or by its axes where these are rearranged."""
    layout = LAYOUTS.get(layer)
    if layout:
        return layout
    if layout is None and tuple(made.shape[1:]) == flow.shape:
        return flow.layout
    if layout is None and layer != "flatten" and made.ndim - 1 == len(flow.shape):
        return flow.layout
    return VECTOR if made.ndim == 2 else MAP
