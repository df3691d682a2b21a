"""Functions of torch that do what a module does, and their arguments in order."""

from __future__ import annotations

from collections.abc import Mapping

POOL = ("kernel_size", "stride", "padding")
# Arguments that change nothing that the language says.
SILENT = frozenset(
    ("inplace", "training", "_stacklevel", "return_indices", "recompute_scale_factor", "antialias")
)
MODULES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "relu": ("ReLU", ("inplace",)),
    "relu6": ("ReLU6", ("inplace",)),
    "leaky_relu": ("LeakyReLU", ("negative_slope", "inplace")),
    "elu": ("ELU", ("alpha", "inplace")),
    "selu": ("SELU", ("inplace",)),
    "celu": ("CELU", ("alpha", "inplace")),
    "gelu": ("GELU", ("approximate",)),
    "silu": ("SiLU", ("inplace",)),
    "mish": ("Mish", ("inplace",)),
    "hardswish": ("Hardswish", ("inplace",)),
    "hardsigmoid": ("Hardsigmoid", ("inplace",)),
    "hardtanh": ("Hardtanh", ("min_val", "max_val", "inplace")),
    "clamp": ("Hardtanh", ("min", "max")),
    "softplus": ("Softplus", ("beta", "threshold")),
    "sigmoid": ("Sigmoid", ()),
    "tanh": ("Tanh", ()),
    "softmax": ("Softmax", ("dim", "_stacklevel", "dtype")),
    "log_softmax": ("LogSoftmax", ("dim", "_stacklevel", "dtype")),
    "dropout": ("Dropout", ("p", "training", "inplace")),
    "dropout1d": ("Dropout1d", ("p", "training", "inplace")),
    "dropout2d": ("Dropout2d", ("p", "training", "inplace")),
    "dropout3d": ("Dropout3d", ("p", "training", "inplace")),
    "feature_dropout": ("Dropout2d", ("p", "training", "inplace")),
    "alpha_dropout": ("AlphaDropout", ("p", "training", "inplace")),
    "local_response_norm": ("LocalResponseNorm", ("size", "alpha", "beta", "k")),
    "pixel_shuffle": ("PixelShuffle", ("upscale_factor",)),
    "pixel_unshuffle": ("PixelUnshuffle", ("downscale_factor",)),
    "channel_shuffle": ("ChannelShuffle", ("groups",)),
    "native_channel_shuffle": ("ChannelShuffle", ("groups",)),
    "interpolate": ("Upsample", ("size", "scale_factor", "mode", "align_corners")),
    **{
        f"max_pool{n}d": (f"MaxPool{n}d", (*POOL, "dilation", "ceil_mode", "return_indices"))
        for n in (1, 2, 3)
    },
    "avg_pool1d": ("AvgPool1d", (*POOL, "ceil_mode", "count_include_pad")),
    **{
        f"avg_pool{n}d": (f"AvgPool{n}d", (*POOL, "ceil_mode", "count_include_pad", "divisor_override"))
        for n in (2, 3)
    },
    **{
        f"adaptive_max_pool{n}d": (f"AdaptiveMaxPool{n}d", ("output_size", "return_indices"))
        for n in (1, 2, 3)
    },
    **{f"adaptive_avg_pool{n}d": (f"AdaptiveAvgPool{n}d", ("output_size",)) for n in (1, 2, 3)},
    **{
        f"lp_pool{n}d": (f"LPPool{n}d", ("norm_type", "kernel_size", "stride", "ceil_mode"))
        for n in (1, 2, 3)
    },
}
RENAMED = {"min": "min_val", "max": "max_val"}
SAME = frozenset(("contiguous", "clone", "to", "float", "double", "type_as", "requires_grad_", "alias"))
# Functions that repeat a value along its axes of size 1, which the merges do by themselves.
EXPANDING = frozenset(("expand", "expand_as"))
