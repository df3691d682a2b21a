"""Layers of vision transformers (Dosovitskiy et al. 2021): from maps to tokens, and back to a vector."""

from __future__ import annotations

from math import prod

from netdsl.diagnostics.catalogue import shapes as codes
from netdsl.layers.arguments import Arguments
from netdsl.layers.declaration import REQUIRED, FromInput, Layer, Option
from netdsl.layers.geometry import article, divisors_near, need_map
from netdsl.layers.kinds import Choice, Flag, Integer, Number
from netdsl.layers.outcome import Constructor, Outcome, Window
from netdsl.layers.refusal import InsertBefore, LayerError, Remove
from netdsl.layers.tensor import MAP, TOKENS, VECTOR, TensorType


def need_tokens(name: str, value: TensorType) -> tuple[int, int]:
    """Number of tokens and their features; raises `LayerError` where the value is none."""
    if value.layout != TOKENS:
        help, fix = way_to_tokens(value)
        what = f"{article(value.shape)} map" if value.layout == MAP else f"a vector of {value}"
        raise LayerError(
            codes.WRONG_LAYOUT,
            f"`{name}` needs tokens",
            f"{what} flows into it",
            help=help,
            fix=fix,
            shape_is_cause=value.layout == VECTOR,
        )
    count, features = value.shape
    return count, features


def way_to_tokens(value: TensorType) -> tuple[str, InsertBefore | None]:
    """How a map or vector may become tokens, and the edit where there is one way alone."""
    if value.layout == VECTOR:
        return "put it before the value becomes a vector; `tokens` makes tokens of a map", None
    if len(value.spatial) == 1:
        # torch's own attention takes (tokens, features), and its one-dimensional maps are (channels, length).
        first, second = value.shape
        return (
            f"put `tokens(channels)` before it for {first} tokens of {second} features, or `tokens` for "
            f"{second} of {first}"
        ), None
    fix = InsertBefore("tokens", "make tokens of the map")
    return "put `tokens` before it, which makes a sequence of a map's positions", fix


def sequence(count: int, features: int) -> TensorType:
    """A sequence of tokens."""
    return TensorType((count, features), TOKENS)


def tokens_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """The positions of a map as a sequence, or its channels."""
    if value.layout == TOKENS:
        raise LayerError(
            codes.WRONG_LAYOUT,
            "`tokens` of tokens",
            f"{value} tokens flow into it, so they are tokens already",
            help="leave it out",
            fix=Remove("leave this `tokens` out"),
            shape_is_cause=True,
        )
    positions = tuple(range(1, need_map("tokens", value) + 1))
    if arguments.word("over") == "channels":
        output = sequence(value.channels, prod(value.spatial))
        return Outcome(output, Constructor("torch.nn.Flatten", (2,)), view=True, axes=((0,), positions))
    output = sequence(prod(value.spatial), value.channels)
    return Outcome(output, Constructor("netdsl.nn.Tokens"), view=True, axes=(positions, (0,)))


def class_token_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """One learned token in front."""
    count, features = need_tokens("class_token", value)
    learned = (("token", (1, 1, features)),)
    return Outcome(sequence(count + 1, features), Constructor("netdsl.nn.ClassToken", (features,)), learned)


def position_embedding_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """A learned vector added to each token."""
    count, features = need_tokens("position_embedding", value)
    learned = (("embedding", (1, count, features)),)
    constructor = Constructor("netdsl.nn.PositionEmbedding", (count, features), arguments.keywords("std"))
    # Additions alone are not counted, here as in the merges.
    return Outcome(value, constructor, learned)


def attention_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """Multi-head self-attention (Vaswani et al. 2017, section 3.2)."""
    count, features = need_tokens("attention", value)
    heads = arguments.integer("heads")
    if features % heads:
        raise LayerError(
            codes.NOT_DIVISIBLE,
            f"features can't be divided among {heads} heads",
            f"{features} features are no multiple of {heads}",
            help=divisors_near(features, heads),
            option="heads",
            shape_is_cause=True,
        )
    weights: tuple[tuple[str, tuple[int, ...]], ...] = (
        ("in_proj_weight", (3 * features, features)),
        ("out_proj.weight", (features, features)),
    )
    biases: tuple[tuple[str, tuple[int, ...]], ...] = (
        ("in_proj_bias", (3 * features,)),
        ("out_proj.bias", (features,)),
    )
    learned = weights + biases if arguments.flag("bias") else weights
    products = count * sum(prod(shape) for _, shape in learned) + 2 * count * count * features
    constructor = Constructor(
        "netdsl.nn.SelfAttention", (features, heads), arguments.keywords("dropout", "bias")
    )
    return Outcome(value, constructor, learned, products, Window(whole=True))


def mean_tokens_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """The mean of all tokens."""
    _, features = need_tokens("mean_tokens", value)
    return Outcome(
        TensorType((features,), VECTOR),
        Constructor("netdsl.nn.MeanTokens"),
        window=Window(whole=True),
        axes=((1,),),
    )


def select_token_rule(arguments: Arguments, value: TensorType) -> Outcome:
    """One token, the class token by default."""
    count, features = need_tokens("select_token", value)
    index = arguments.integer("index")
    if index >= count:
        raise LayerError(
            codes.OPTIONS_CONTRADICT,
            "no such token",
            f"{count} tokens are numbered 0 to {count - 1}",
            option="index",
        )
    keywords = arguments.keywords("index")
    return Outcome(
        TensorType((features,), VECTOR),
        Constructor("netdsl.nn.SelectToken", (), keywords),
        view=True,
        axes=((1,),),
    )


def declare(
    name: str,
    doc: str,
    rule: object,
    torch: str,
    example: str,
    *options: Option,
    positional: tuple[str, ...] = (),
    synonyms: tuple[str, ...] = (),
    from_input: FromInput | None = None,
) -> Layer:
    """A layer of this family."""
    made = Layer(name, doc, options, positional, f"netdsl.nn.{torch}", example, "tokens", synonyms, rule)  # type: ignore[arg-type]
    return made.replace(from_input=from_input)


PATCHES = "input 3x32x32\nconv(64, 4, stride=4) -> tokens"
LAYERS = (
    declare(
        "tokens",
        "A map's positions as a sequence of tokens; `tokens(channels)` makes one of each channel.",
        tokens_rule,
        "Tokens",
        PATCHES,
        Option("over", Choice(("positions", "channels")), "positions", "what becomes a token"),
        positional=("over",),
        synonyms=("totokens", "sequence", "patches"),
    ),
    declare(
        "class_token",
        "Puts a learned token before the others.",
        class_token_rule,
        "ClassToken",
        f"{PATCHES} -> class_token",
        synonyms=("cls", "clstoken", "classtoken"),
    ),
    declare(
        "position_embedding",
        "Adds a learned vector to each token.",
        position_embedding_rule,
        "PositionEmbedding",
        f"{PATCHES} -> position_embedding",
        Option("std", Number(0), 0.02, "standard deviation of the first values"),
        synonyms=(
            "positionalembedding",
            "posembed",
            "posembedding",
            "positionembedding",
            "positionalencoding",
        ),
    ),
    declare(
        "attention",
        "Multi-head self-attention.",
        attention_rule,
        "SelfAttention",
        f"{PATCHES} -> attention(heads=4)",
        Option("heads", Integer(), REQUIRED, "number of heads"),
        Option("dropout", Number(0, 1), 0.0, "dropout of the attention weights"),
        Option("bias", Flag(), True, "whether the projections have biases"),
        positional=("heads",),
        synonyms=("multiheadattention", "selfattention", "mha", "multihead"),
        from_input=FromInput("embed_dim"),
    ),
    declare(
        "mean_tokens",
        "The mean of all tokens.",
        mean_tokens_rule,
        "MeanTokens",
        f"{PATCHES} -> mean_tokens",
        synonyms=("meantokens", "tokenmean"),
    ),
    declare(
        "select_token",
        "One token, such as the class token.",
        select_token_rule,
        "SelectToken",
        f"{PATCHES} -> class_token -> select_token",
        Option("index", Integer(0), 0, "which token, from 0"),
        positional=("index",),
        synonyms=("selecttoken", "gettoken"),
    ),
)
