"""Activations: element by element, so the shape stays."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import shapes as codes
from netdsl.layers.arguments import Arguments
from netdsl.layers.declaration import ALWAYS, NEVER, OVERWRITING, Layer, Option
from netdsl.layers.kinds import Accepted, Choice, Either, Flag, Integer, Number
from netdsl.layers.outcome import Constructor, Outcome
from netdsl.layers.refusal import Amend, LayerError
from netdsl.layers.tensor import TOKENS, TensorType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

INPLACE = Option("inplace", Flag(), False, "overwrite the input to save memory")


def elementwise(torch_class: str, *names: str) -> Callable[[Arguments, TensorType], Outcome]:
    """The rule of an activation with these options and nothing to learn."""

    def rule(arguments: Arguments, value: TensorType) -> Outcome:
        check_slope(arguments)
        return Outcome(value, Constructor(f"torch.nn.{torch_class}", (), arguments.keywords(*names)))

    return rule


def check_slope(arguments: Arguments) -> None:
    """Raise `LayerError` where a negative slope below zero can't be told from its overwritten output."""
    for slope in ("negative_slope", "alpha"):
        if slope in arguments.values and arguments.number(slope) < 0 and arguments.flag("inplace"):
            raise LayerError(
                codes.OPTIONS_CONTRADICT,
                f"a negative `{slope}` in place",
                "the gradient is worked out from the output, which then says nothing of the input's sign",
                help="leave inplace out",
                option="inplace",
                fix=Amend("inplace", "false", "leave the input as it is"),
            )


def activation(
    name: str,
    doc: str,
    torch_class: str,
    *options: Option,
    synonyms: tuple[str, ...] = (),
    positional: str = "",
    keeps: str = NEVER,
    passes: bool = False,
) -> Layer:
    """Declare an activation whose torch class takes its options by the same names."""
    names = tuple(option.name for option in options)
    return Layer(
        name,
        doc,
        options,
        (positional,) if positional else (),
        f"torch.nn.{torch_class}",
        f"input 16x8x8\n{name}",
        "activation",
        synonyms,
        elementwise(torch_class, *names),
        keeps=keeps,
        passes=passes,
    )


def prelu_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """A leaky ReLU whose slope is learned, one for all or one a channel."""
    count = arguments.values["num_parameters"]
    channels = arguments.word("num_parameters") == "channels"
    if value.layout == TOKENS and (channels or count != 1):
        raise LayerError(
            codes.WRONG_LAYOUT,
            "`prelu` with a slope for each channel does not take tokens",
            f"{value} tokens flow into it, whose channels stand last",
            help="write prelu, with one slope for all",
        )
    number = value.channels if channels else arguments.integer("num_parameters")
    if number not in (1, value.channels):
        raise LayerError(
            codes.NOT_DIVISIBLE,
            "slopes and channels differ in number",
            f"{number} slopes for {value.channels} channels",
            help="write prelu (one slope) or prelu(channels)",
            option="num_parameters",
            fix=Amend("num_parameters", "channels", "one slope a channel"),
            shape_is_cause=True,
        )
    keywords: tuple[tuple[str, Accepted], ...] = (("num_parameters", number),) if number != 1 else ()
    if arguments.number("init_value") != 0.25:
        keywords = (*keywords, ("init", arguments.number("init_value")))
    return Outcome(value, Constructor("torch.nn.PReLU", (), keywords), (("weight", (number,)),), number)


def hardtanh_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """The values cut to a range."""
    low, high = arguments.number("min_val"), arguments.number("max_val")
    if low >= high:
        raise LayerError(
            codes.OPTIONS_CONTRADICT,
            "range without a value in it",
            f"from {low:g} to {high:g}",
            help="max_val must be greater than min_val",
            option="max_val" if "max_val" in arguments.given else "min_val",
        )
    keywords = arguments.keywords("min_val", "max_val", "inplace")
    return Outcome(value, Constructor("torch.nn.Hardtanh", (), keywords))


LAYERS = (
    activation(
        "relu", "max(0, x).", "ReLU", INPLACE, synonyms=("rectifier", "rectifiedlinear"), keeps=ALWAYS
    ),
    activation("relu6", "min(max(0, x), 6).", "ReLU6", INPLACE),
    activation(
        "leaky_relu",
        "x where positive, a fraction of it elsewhere.",
        "LeakyReLU",
        Option("negative_slope", Number(), 0.01, "the fraction"),
        INPLACE,
        synonyms=("leakyrelu", "lrelu"),
        positional="negative_slope",
        keeps=OVERWRITING,
    ),
    Layer(
        "prelu",
        "A leaky ReLU with a learned slope; `prelu(channels)` learns one a channel.",
        (
            Option(
                "num_parameters",
                Either((Choice(("channels",)), Integer())),
                1,
                "slopes to learn: 1, or the number of `channels`",
            ),
            # Torch calls it `init`, which is the word that begins an `init` statement.
            Option("init_value", Number(), 0.25, "first value of the slopes"),
        ),
        ("num_parameters",),
        "torch.nn.PReLU",
        "input 16x8x8\nprelu",
        "activation",
        ("parametricrelu",),
        prelu_rule,
    ),
    activation(
        "elu",
        "x where positive, alpha (exp(x) - 1) elsewhere.",
        "ELU",
        Option("alpha", Number(), 1.0, "scale"),
        INPLACE,
        positional="alpha",
        keeps=OVERWRITING,
    ),
    activation(
        "selu",
        "ELU scaled so that activations normalize themselves.",
        "SELU",
        INPLACE,
        keeps=OVERWRITING,
    ),
    activation(
        "celu",
        "ELU with a continuous derivative.",
        "CELU",
        Option("alpha", Number(above=0), 1.0, "scale"),
        INPLACE,
        positional="alpha",
        keeps=OVERWRITING,
    ),
    activation(
        "gelu",
        "x times the normal distribution's probability of less than x.",
        "GELU",
        Option("approximate", Choice(("none", "tanh")), "none", "formula"),
        synonyms=("gaussianerrorlinearunit",),
    ),
    activation("silu", "x times sigmoid(x).", "SiLU", INPLACE, synonyms=("swish",)),
    activation("mish", "x times tanh(softplus(x)).", "Mish", INPLACE),
    activation("hardswish", "Piecewise approximation of silu.", "Hardswish", INPLACE, synonyms=("hswish",)),
    activation(
        "hardsigmoid", "Piecewise approximation of sigmoid.", "Hardsigmoid", INPLACE, synonyms=("hsigmoid",)
    ),
    Layer(
        "hardtanh",
        "x cut to a range.",
        (
            Option("min_val", Number(), -1.0, "lower end"),
            Option("max_val", Number(), 1.0, "upper end"),
            INPLACE,
        ),
        (),
        "torch.nn.Hardtanh",
        "input 16x8x8\nhardtanh",
        "activation",
        ("clip", "clamp"),
        hardtanh_rule,
    ),
    activation(
        "softplus",
        "log(1 + exp(x)), a smooth relu.",
        "Softplus",
        Option("beta", Number(), 1.0, "sharpness"),
        Option("threshold", Number(), 20.0, "above this it is x itself"),
    ),
    activation("sigmoid", "1 / (1 + exp(-x)).", "Sigmoid", synonyms=("logistic",), keeps=ALWAYS),
    activation("tanh", "Hyperbolic tangent.", "Tanh", keeps=ALWAYS),
    activation(
        "identity",
        'Passes its input on; a layer value for "nothing here".',
        "Identity",
        synonyms=("none", "noop", "linearactivation", "passthrough"),
        passes=True,
    ),
)
