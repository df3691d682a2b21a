"""Linear layers and dropouts."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import shapes as codes
from netdsl.layers.arguments import Arguments
from netdsl.layers.declaration import REQUIRED, FromInput, Layer, Option
from netdsl.layers.geometry import need_map
from netdsl.layers.kinds import Flag, Integer, Number
from netdsl.layers.outcome import Constructor, Outcome, Window
from netdsl.layers.refusal import InsertBefore, LayerError
from netdsl.layers.tensor import MAP, TensorType

P = Option("p", Number(0, 1), 0.5, "probability of dropping")


def linear_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """A matrix over the features of a vector, or of each token."""
    if value.layout == MAP:
        raise LayerError(
            codes.WRONG_LAYOUT,
            "`linear` needs a vector or tokens",
            f"a {value} map flows into it",
            help="put `flatten` (or `avgpool(global) -> flatten`) before it"
            if len(value.spatial) > 1
            else "put `flatten` before it, or `tokens(channels)` to work on each channel's positions",
            fix=InsertBefore("flatten", "flatten the map first"),
        )
    out_features, bias = arguments.integer("out_features"), arguments.flag("bias")
    weight = ("weight", (out_features, value.channels))
    rows = value.size // value.channels
    return Outcome(
        value.replace(shape=(*value.shape[:-1], out_features)),
        Constructor("torch.nn.Linear", (value.channels, out_features), arguments.keywords("bias")),
        (weight, ("bias", (out_features,))) if bias else (weight,),
        rows * out_features * (value.channels + bias),
        Window(whole=True) if rows == 1 else None,
        mixes=True,
    )


def dropout_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """Dropout of elements, or of whole channels where `spatial`."""
    p = arguments.values["p"]
    keywords = arguments.keywords("inplace")
    if not arguments.flag("spatial"):
        return Outcome(value, Constructor("torch.nn.Dropout", (p,), keywords))
    rank = need_map("dropout(spatial=true)", value)
    return Outcome(value, Constructor(f"torch.nn.Dropout{rank}d", (p,), keywords))


def alpha_dropout_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """Dropout that keeps mean and variance of selu's activations."""
    constructor = Constructor(
        "torch.nn.AlphaDropout", (arguments.values["p"],), arguments.keywords("inplace")
    )
    return Outcome(value, constructor)


def drop_path_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """Dropout of the whole value of some samples."""
    return Outcome(value, Constructor("netdsl.nn.DropPath", (arguments.values["p"],)))


SPATIAL = ("dropout1d", "dropout2d", "dropout3d", "spatialdropout", "spatialdropout2d")
INPLACE = Option("inplace", Flag(), False, "overwrite the input to save memory")
LAYERS = (
    Layer(
        "linear",
        "Fully connected layer over a vector, or over each token.",
        (
            Option("out_features", Integer(), REQUIRED, "features it makes"),
            Option("bias", Flag(), True, "whether to add a learned bias"),
        ),
        ("out_features",),
        "torch.nn.Linear",
        "input 3x32x32\nflatten -> linear(10)",
        "linear",
        ("dense", "fc", "fullyconnected", "affine", "lin", "innerproduct"),
        linear_rule,
        from_input=FromInput("in_features"),
    ),
    Layer(
        "dropout",
        "Sets elements to zero at random in training; with `spatial=true` whole channels.",
        (P, Option("spatial", Flag(), False, "drop whole channels of a map"), INPLACE),
        ("p",),
        "torch.nn.Dropout, Dropout1d, Dropout2d, Dropout3d",
        "input 360\ndropout(0.3)",
        "dropout",
        ("drop",),
        dropout_rule,
        tuple((name, "dropout(p, spatial=true)") for name in SPATIAL),
        passes=True,
    ),
    Layer(
        "alpha_dropout",
        "Dropout for selu: keeps mean and variance.",
        (P, INPLACE),
        ("p",),
        "torch.nn.AlphaDropout",
        "input 360\nselu -> alpha_dropout(0.1)",
        "dropout",
        ("alphadropout",),
        alpha_dropout_rule,
        passes=True,
    ),
    Layer(
        "drop_path",
        "Stochastic depth: drops the value of whole samples in training (Huang et al. 2016).",
        (P,),
        ("p",),
        "netdsl.nn.DropPath",
        "input 16x8x8\ndrop_path(0.1)",
        "dropout",
        ("droppath", "stochasticdepth"),
        drop_path_rule,
        passes=True,
    ),
)
