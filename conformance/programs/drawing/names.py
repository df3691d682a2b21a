"""Names for values, and steps that are the value of a name."""

from __future__ import annotations

from conformance.programs.drawing.state import Draft, Drawn, LayerName, PartName, State
from conformance.programs.drawing.steps import LAYERS, MOST_ELEMENTS, draw_options, outcome, write_call
from netdsl.layers.table import BUILT_IN


def draw_let(draft: Draft, state: State) -> Drawn:
    """A name for a value: a number, a truth value, a list, a layer."""
    choices = draft.choices
    name = draft.fresh("width", "k", "xs", "flag", "rate", "act")
    if name.startswith("act"):
        value = draw_layer_name(draft, state)
        return [f"let {name} = {write_layer_name(draft, state, value)}"], state.named(name, value)
    drawn: object
    if name.startswith("flag"):
        drawn = choices.chance(50)
    elif name.startswith("xs"):
        drawn = tuple(choices.integer(1, 6) for _ in range(choices.integer(1, 4)))
    elif name.startswith("rate"):
        drawn = choices.integer(0, 16) / 16
    else:
        drawn = choices.pick((choices.integer(1, 9), state.value.channels, state.value.shape[-1]))
    text = draft.expressions(state).write(drawn)
    return [f"let {name} = {text}"], state.named(name, drawn)


def draw_layer_name(draft: Draft, state: State) -> LayerName:
    """A layer with some of its options, as a value."""
    layer = draft.choices.pick(LAYERS)
    options = draw_options(draft.choices, layer, state.value)
    kept = list(options)[: draft.choices.integer(0, 2)]
    return LayerName(layer.name, tuple((name, options[name]) for name in kept))


def write_layer_name(draft: Draft, state: State, value: LayerName) -> str:
    """A layer as a value of an expression."""
    return write_call(draft.choices, BUILT_IN[value.layer], dict(value.options), draft.expressions(state))


def draw_act(draft: Draft, state: State) -> Drawn | None:
    """A step that is the value of a name, perhaps with further options."""
    named = [(name, each) for name, each in state.names.items() if isinstance(each, LayerName | PartName)]
    if not named:
        return None
    name, value = draft.choices.pick(named)
    if isinstance(value, PartName):
        return ([name], state.behind(value.part.makes)) if value.part.takes == state.value else None
    layer = next(each for each in LAYERS if each.name == value.layer)
    for _ in range(8):
        more = draw_options(draft.choices, layer, state.value)
        rest = {key: each for key, each in more.items() if key not in dict(value.options)}
        made = outcome(layer, {**dict(value.options), **rest}, state.value)
        if made is not None and made.size <= MOST_ELEMENTS:
            text = write_call(draft.choices, layer, rest, draft.expressions(state))
            return [name + text.removeprefix(layer.name)], state.behind(made)
    return None
