"""Steps of the table's layers, for what flows in."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.programs.choices import Choices
from conformance.programs.drawing.expressions import Expressions
from conformance.programs.drawing.values import Raw, Value, draw_beyond, draw_value
from netdsl.checker.statements.bind import spread
from netdsl.layers.arguments import Arguments
from netdsl.layers.declaration import Declaration, Layer
from netdsl.layers.kinds import Accepted, UnfitError
from netdsl.layers.refusal import LayerError
from netdsl.layers.table import BUILT_IN
from netdsl.layers.tensor import MAP, TOKENS, VECTOR, TensorType

LAYERS = [each for each in BUILT_IN.values() if isinstance(each, Layer)]
# Larger values are not drawn on purpose: programs stay quick to run.
MOST_ELEMENTS = 6_000
TRIES = 12

Options = dict[str, "Value | Raw"]


def outcome(layer: Layer, options: Mapping[str, Value | Raw], value: TensorType) -> TensorType | None:
    """What the table says a layer makes; None where it refuses."""
    rank = len(value.spatial) or None
    accepted: dict[str, Accepted] = {}
    for option in layer.options:
        if option.name not in options:
            accepted[option.name] = spread(option, rank)
            continue
        try:
            accepted[option.name] = option.kind.accept(options[option.name], rank)
        except UnfitError:
            return None
    try:
        return layer.rule(Arguments(layer, accepted, frozenset(options)), value).output
    except LayerError:
        return None
    except Exception:  # the comparison reports it, with the program that shows it
        return value


def draw_options(choices: Choices, declaration: Declaration, value: TensorType) -> Options:
    """Values for the required options and some of the others, each in its range."""
    return {
        option.name: draw_value(choices, option.kind, value)
        for option in declaration.options
        if option.is_required or choices.chance(30 if len(declaration.options) > 3 else 50)
    }


def draw_layer(choices: Choices, value: TensorType) -> tuple[Layer, Options, TensorType]:
    """A layer with options that takes what flows in, and what it makes."""
    for _ in range(TRIES):
        layer = choices.pick(LAYERS)
        for _ in range(4):
            options = draw_options(choices, layer, value)
            made = outcome(layer, options, value)
            if made is not None and made.size <= MOST_ELEMENTS:
                return layer, options, made
    identity = BUILT_IN["identity"]
    assert isinstance(identity, Layer)
    return identity, {}, value


def draw_wrong_layer(choices: Choices, value: TensorType) -> tuple[Layer, Options]:
    """A layer that does not take what flows in with these options: each is in its range."""
    for _ in range(4 * TRIES):
        layer = choices.pick(LAYERS)
        options = draw_options(choices, layer, value)
        if outcome(layer, options, value) is None:
            return layer, options
    return draw_beyond_layer(choices, value)


def draw_beyond_layer(choices: Choices, value: TensorType) -> tuple[Layer, Options]:
    """A layer with an option beyond its range."""
    layer = choices.pick([each for each in LAYERS if each.options])
    options = draw_options(choices, layer, value)
    option = choices.pick(layer.options)
    return layer, {**options, option.name: draw_beyond(choices, option.kind, value)}


def write_call(choices: Choices, declaration: Declaration, options: Options, expressions: Expressions) -> str:
    """A use of a layer as text: options by position or by name, in any order."""
    by_position: list[str] = []
    for name in declaration.positional:
        if name not in options or not choices.chance(75):
            break
        by_position.append(name)
    named = [name for name in options if name not in by_position]
    if len(named) > 1 and choices.chance(50):
        named.reverse()
    arguments = [expressions.write(options[name]) for name in by_position]
    arguments += [f"{name}={expressions.write(options[name])}" for name in named]
    if not arguments:
        return declaration.name if choices.chance(80) else f"{declaration.name}()"
    comma = "," if choices.chance(5) else ""
    return f"{declaration.name}({', '.join(arguments)}{comma})"


def convert(value: TensorType, wanted: TensorType) -> list[str]:
    """Steps that make a value of any type of one of any other."""
    if value == wanted:
        return []
    sizes = "x".join(map(str, wanted.spatial))
    if value.layout == wanted.layout == MAP and len(value.shape) == len(wanted.shape):
        channels = [f"conv({wanted.channels}, 1)"] if wanted.channels != value.channels else []
        resize = [f"avgpool(adaptive={sizes})"] if wanted.spatial != value.spatial else []
        return [*resize, *channels]
    if value.layout == TOKENS:
        if wanted.layout == TOKENS and wanted.shape[0] == value.shape[0]:
            return [f"linear({wanted.channels})"]
        return ["mean_tokens", *convert(TensorType((value.channels,), VECTOR), wanted)]
    if value.layout == MAP:
        return ["flatten", *convert(TensorType((value.size,), VECTOR), wanted)]
    linear = [f"linear({wanted.size})"] if value.size != wanted.size else []
    if wanted.layout == VECTOR:
        return linear
    if wanted.layout == TOKENS:
        count, features = wanted.shape
        return [*linear, f"reshape({features}x{count})", "tokens"]
    return [*linear, f"reshape({'x'.join(map(str, wanted.shape))})"]
