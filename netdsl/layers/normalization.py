"""Normalizations: `bn`, `layernorm`, `groupnorm`, `instancenorm`, `local_response_norm`."""

from __future__ import annotations

from math import prod

from netdsl.diagnostics.catalogue import shapes as codes
from netdsl.layers.arguments import Arguments
from netdsl.layers.declaration import REQUIRED, FromInput, Layer, Option
from netdsl.layers.geometry import divisors_near, need_map
from netdsl.layers.kinds import Choice, Either, Flag, Integer, Nothing, Number
from netdsl.layers.outcome import Constructor, Outcome
from netdsl.layers.refusal import LayerError
from netdsl.layers.tensor import MAP, TOKENS, VECTOR, TensorType

EPS = Option("eps", Number(0), 1e-5, "added to the variance, against division by zero")
# Torch's batch_norm refuses to train with an eps of 0; its other normalizations don't.
BATCH_EPS = EPS.replace(kind=Number(above=0))
MOMENTUM = Option(
    "momentum",
    Either((Nothing(), Number())),
    0.1,
    "weight of a new batch in the running statistics; `none`: mean",
)
TRACK = Option("track_running_stats", Flag(), True, "whether to keep running statistics for evaluation")


def affine(shape: tuple[int, ...], weight: bool, bias: bool) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """The learned scale and shift of a normalization."""
    return ((("weight", shape),) if weight else ()) + ((("bias", shape),) if weight and bias else ())


def count(parameters: tuple[tuple[str, tuple[int, ...]], ...]) -> int:
    """Number of learned values."""
    return sum(prod(shape) for _, shape in parameters)


def bn_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """Batch normalization of a vector or a map."""
    if value.layout == TOKENS:
        raise LayerError(
            codes.WRONG_LAYOUT,
            "`bn` does not take tokens",
            f"{value} tokens flow into it",
            help="write layernorm, which normalizes each token's features",
        )
    rank = 1 if value.layout == VECTOR else need_map("bn", value)
    learned = affine((value.channels,), arguments.flag("affine"), True)
    keywords = arguments.keywords("eps", "momentum", "affine", "track_running_stats")
    constructor = Constructor(f"torch.nn.BatchNorm{rank}d", (value.channels,), keywords)
    if arguments.flag("affine") and not arguments.flag("scale"):
        positional = (value.channels, len(value.spatial))
        # What is only added is no product.
        return Outcome(value, Constructor("netdsl.nn.ShiftBatchNorm", positional, keywords), learned[1:])
    return Outcome(value, constructor, learned, count(learned))


def layernorm_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """Layer normalization: of all axes, of the last one of tokens, or of a map's channels."""
    over_channels = arguments.word("over") == "channels"
    scaled, bias = arguments.flag("elementwise_affine"), arguments.flag("bias")
    keywords = arguments.keywords("eps", "elementwise_affine", "bias")
    if over_channels and value.layout == MAP:
        learned = affine((value.channels,), scaled, bias)
        constructor = Constructor("netdsl.nn.ChannelLayerNorm", (value.channels,), keywords)
        return Outcome(value, constructor, learned, count(learned))
    shape = (value.channels,) if value.layout == TOKENS or over_channels else value.shape
    learned = affine(shape, scaled, bias)
    argument = shape[0] if len(shape) == 1 else shape
    return Outcome(value, Constructor("torch.nn.LayerNorm", (argument,), keywords), learned, count(learned))


def groupnorm_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """Normalization of groups of channels."""
    groups = arguments.integer("num_groups")
    if value.layout == TOKENS:
        raise LayerError(
            codes.WRONG_LAYOUT,
            "`groupnorm` does not take tokens",
            f"{value} tokens flow into it",
            help="write layernorm, which normalizes each token's features",
        )
    if value.channels % groups:
        raise LayerError(
            codes.NOT_DIVISIBLE,
            f"channels can't be divided into {groups} groups",
            f"{value.channels} channels are no multiple of {groups}",
            help=divisors_near(value.channels, groups)
            or "choose a number of groups that divides the channels",
            option="num_groups",
            shape_is_cause=True,
        )
    learned = affine((value.channels,), arguments.flag("affine"), True)
    constructor = Constructor(
        "torch.nn.GroupNorm", (groups, value.channels), arguments.keywords("eps", "affine")
    )
    return Outcome(value, constructor, learned, count(learned))


def instancenorm_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """Normalization of each channel of each image over its positions."""
    rank = need_map("instancenorm", value)
    if prod(value.spatial) == 1:
        raise LayerError(
            codes.TOO_FEW_VALUES,
            "instance normalization over a single value",
            f"{value} has one position a channel",
            help="normalize where the map is larger, or leave it out",
            shape_is_cause=True,
        )
    learned = affine((value.channels,), arguments.flag("affine"), True)
    keywords = arguments.keywords("eps", "momentum", "affine", "track_running_stats")
    constructor = Constructor(f"torch.nn.InstanceNorm{rank}d", (value.channels,), keywords)
    return Outcome(value, constructor, learned, count(learned))


def local_response_norm_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """Each value divided by its neighbours' in the channel axis (Krizhevsky et al. 2012, section 3.3)."""
    rank = need_map("local_response_norm", value)
    keywords = arguments.keywords("alpha", "beta", "k")
    target = "netdsl.nn.LocalResponseNorm3d" if rank == 3 else "torch.nn.LocalResponseNorm"
    return Outcome(value, Constructor(target, (arguments.integer("size"),), keywords))


LAYERS = (
    Layer(
        "bn",
        "Batch normalization of each channel (or feature) over the batch.",
        (
            BATCH_EPS,
            MOMENTUM,
            Option("affine", Flag(), True, "whether to learn a scale and a shift"),
            TRACK,
            Option("scale", Flag(), True, "whether a scale is learned too where `affine`, or a shift alone"),
        ),
        (),
        "torch.nn.BatchNorm1d, BatchNorm2d, BatchNorm3d",
        "input 16x32x32\nconv(32, 3, bias=false) -> bn -> relu",
        "normalization",
        (
            "batchnorm",
            "batchnorm1d",
            "batchnorm2d",
            "batchnorm3d",
            "batchnormalization",
            "batchnormalisation",
        ),
        bn_rule,
        from_input=FromInput("num_features"),
    ),
    Layer(
        "layernorm",
        "Layer normalization: of a sample, of each token, or (`layernorm(channels)`) of each position.",
        (
            Option(
                "over",
                Choice(("all", "channels")),
                "all",
                "of a map: all axes, or its channels at each position",
            ),
            EPS,
            Option("elementwise_affine", Flag(), True, "whether to learn a scale and a shift"),
            Option("bias", Flag(), True, "whether there is a shift"),
        ),
        ("over",),
        "torch.nn.LayerNorm",
        "input 3x32x32\nconv(64, 4, stride=4) -> tokens -> layernorm",
        "normalization",
        ("ln", "layernormalization", "layernormalisation"),
        layernorm_rule,
        (("layernorm2d", "layernorm(channels)"),),
        from_input=FromInput("normalized_shape"),
    ),
    Layer(
        "groupnorm",
        "Normalization of groups of channels of each sample.",
        (
            Option("num_groups", Integer(), REQUIRED, "number of groups"),
            EPS,
            Option("affine", Flag(), True, "whether to learn a scale and a shift"),
        ),
        ("num_groups",),
        "torch.nn.GroupNorm",
        "input 32x16x16\ngroupnorm(8)",
        "normalization",
        ("gn", "groupnormalization", "groupnormalisation"),
        groupnorm_rule,
        from_input=FromInput("num_channels", position=1),
    ),
    Layer(
        "instancenorm",
        "Normalization of each channel of each sample over its positions.",
        (
            EPS,
            MOMENTUM,
            Option("affine", Flag(), False, "whether to learn a scale and a shift"),
            TRACK.replace(default=False),
        ),
        (),
        "torch.nn.InstanceNorm1d, InstanceNorm2d, InstanceNorm3d",
        "input 16x32x32\ninstancenorm",
        "normalization",
        ("instancenorm1d", "instancenorm2d", "instancenorm3d", "instancenormalization"),
        instancenorm_rule,
        from_input=FromInput("num_features"),
    ),
    Layer(
        "local_response_norm",
        "AlexNet's normalization across neighbouring channels.",
        (
            Option("size", Integer(), REQUIRED, "channels that take part"),
            Option("alpha", Number(), 1e-4, "weight of the sum of squares"),
            Option("beta", Number(), 0.75, "exponent"),
            Option("k", Number(), 1.0, "added to the sum"),
        ),
        ("size",),
        "torch.nn.LocalResponseNorm",
        "input 96x27x27\nlocal_response_norm(5)",
        "normalization",
        ("lrn", "localresponsenormalization"),
        local_response_norm_rule,
    ),
)
