"""What a box says: a layer's call as a `.net` file writes it, counts, shares of the parameters."""

from __future__ import annotations

from itertools import pairwise

from netdsl.diagnostics.render.visible import visible
from netdsl.layers.declaration import Required
from netdsl.layers.kinds import Accepted
from netdsl.layers.table import BUILT_IN
from netdsl.layers.tensor import TensorType
from netdsl.network.nodes import LayerNode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.layers.declaration import Declaration

LONGEST_CALL = 44
LONGEST_NAME = 28
# Options that say little about an architecture; the full call has them.
MINOR = frozenset(("affine", "bias", "ceil_mode", "elementwise_affine", "eps", "momentum"))
# A layer with less than this share of all parameters is shaded by the step of the same number, from 1 on.
STEPS = (0.01, 0.03, 0.1, 0.25)


def call(layer: LayerNode, given: TensorType) -> str:
    """A layer with its main options, such as `conv(64, 3, padding=1)`; what is inferred is left out."""
    positional, named = options_of(layer, given)
    words = [*positional, *(f"{name}={word}" for name, word in named.items() if name not in MINOR)]
    return cut(f"{layer.kind}({', '.join(words)})" if words else layer.kind, LONGEST_CALL)


def options_of(layer: LayerNode, given: TensorType) -> tuple[list[str], dict[str, str]]:
    """What a layer is written with: the options by position and those by name, without what is inferred."""
    declaration = BUILT_IN.get(layer.kind)
    made = layer.constructor
    arguments, keywords = made.arguments, made.keywords
    if declaration is not None:
        arguments = _written(arguments, declaration, given)
        keywords = tuple(each for each in keywords if declaration.option(each[0]) is not None)
    return [_word(value) for value in arguments], {name: _word(value) for name, value in keywords}


def default_word(kind: str, option: str) -> str:
    """The default of an option as a file would write it; empty where it has none."""
    declaration = BUILT_IN.get(kind)
    found = declaration.option(option) if declaration is not None else None
    return "" if found is None or isinstance(found.default, Required) else _word(found.default)


def _written(
    arguments: tuple[Accepted, ...], declaration: Declaration, given: TensorType
) -> tuple[Accepted, ...]:
    """The arguments that a file gives by position: the channels that flow in are not among them."""
    inferred = len(arguments) - len(declaration.positional)
    if declaration.family == "normalization":
        inferred = max(inferred, 1)
    kept = list(arguments)
    for value in (given.channels, given.shape[-1]):
        if inferred > 0 and value in kept:
            kept.remove(value)
            inferred -= 1
    return tuple(kept[len(kept) - len(declaration.positional) :] if declaration.positional else ())


def _word(value: Accepted) -> str:
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, tuple):
        return "x".join(map(str, value))
    return str(value)


def cut(text: str, longest: int) -> str:
    """A text on one line that can be printed, its end left off where it is long."""
    shown = visible(" ".join(text.split()))
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def short_count(count: int) -> str:
    """A count with three digits and a unit: 11.7 M."""
    size, units = float(count), ["", " k", " M", " G", " T", " P"]
    while size >= 999.5 and len(units) > 1:
        size /= 1000
        units.pop(0)
    return f"{size:.3g}{units[0]}"


def shade_words() -> tuple[str, ...]:
    """What each step of a shade stands for, in order."""
    bounds = [f"{100 * step:g}" for step in STEPS]
    between = (f"{low} to {high} %" for low, high in pairwise(bounds))
    return ("none", f"below {bounds[0]} %", *between, f"{bounds[-1]} % and more")


def shade(parameters: int, total: int) -> int:
    """The step of a shade: 0 without parameters, then 1 to 5 by the share of all."""
    if parameters == 0 or total == 0:
        return 0
    share = parameters / total
    return 1 + sum(share >= step for step in STEPS)
