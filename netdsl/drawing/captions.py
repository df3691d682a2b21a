"""What a box says: a layer's call as a `.net` file writes it, counts, shares of the parameters."""

from __future__ import annotations

from itertools import pairwise

from netdsl.diagnostics.render.visible import visible
from netdsl.layers.declaration import Required
from netdsl.layers.kinds import Accepted
from netdsl.layers.table import BUILT_IN
from netdsl.network.nodes import LayerNode

LONGEST_CALL = 44
LONGEST_NAME = 28
# Options that say little about an architecture, and a residual's rate, whose layer is drawn.
MINOR = frozenset(("affine", "bias", "ceil_mode", "drop_path", "elementwise_affine", "eps", "momentum"))
# Options whose numbers are a list, not a size.
LISTED = ("dims",)
# A layer with less than this share of all parameters is shaded by the step of the same number, from 1 on.
STEPS = (0.01, 0.03, 0.1, 0.25)


def call(layer: LayerNode) -> str:
    """A layer with its main options, such as `conv(64, 3, padding=1)`; what is inferred is left out."""
    positional, named = options_of(layer)
    words = [*positional.values(), *(f"{name}={word}" for name, word in named.items() if name not in MINOR)]
    return cut(f"{layer.kind}({', '.join(words)})" if words else layer.kind, LONGEST_CALL)


def options_of(layer: LayerNode) -> tuple[dict[str, str], dict[str, str]]:
    """The options that a layer is written with: those by position and those by name."""
    declaration = BUILT_IN.get(layer.kind)
    named = {name: _word(value, name) for name, value in layer.written}
    positional = {}
    for name in declaration.positional if declaration is not None else ():
        if name not in named:
            break
        positional[name] = named.pop(name)
    return positional, named


def default_word(kind: str, option: str) -> str:
    """The default of an option as a file would write it; empty where it has none."""
    declaration = BUILT_IN.get(kind)
    found = declaration.option(option) if declaration is not None else None
    return "" if found is None or isinstance(found.default, Required) else _word(found.default, option)


def _word(value: Accepted, option: str) -> str:
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, str):
        return value if value.isidentifier() else f'"{value}"'
    if isinstance(value, tuple) and len(value) > 1:
        is_size = min(value) > 0 and option not in LISTED
        return "x".join(map(str, value)) if is_size else f"[{', '.join(map(str, value))}]"
    return str(value[0] if isinstance(value, tuple) else value)


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
