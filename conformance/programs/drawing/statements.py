"""Statements, each with what it makes: chains of layers, names, loops, conditions, merges, blocks."""

from __future__ import annotations

from conformance.programs.drawing import mistakes
from conformance.programs.drawing.merges import draw_merge, draw_taps
from conformance.programs.drawing.names import draw_act, draw_let
from conformance.programs.drawing.parts import draw_part_use
from conformance.programs.drawing.state import Draft, Drawn, State
from conformance.programs.drawing.steps import convert, draw_layer, write_call
from conformance.programs.drawing.values import draw_value
from netdsl.layers.initialization import SCHEMES
from netdsl.layers.tensor import MAP, TensorType

DEEPEST = 3
SIMPLE = ("layer", "layer", "layer", "layer", "let", "expect", "require", "init", "taps", "act")
NESTED = ("output", "repeat", "for", "if", "merge", "merge", "part", "part")


def draw_body(draft: Draft, state: State, most: int = 4, least: int = 1) -> Drawn:
    """Some statements, and the place after them."""
    lines: list[str] = []
    for _ in range(draft.choices.integer(least, most)):
        made, state = draw_statement(draft, state)
        lines += made
    return lines, state


def draw_statement(draft: Draft, state: State) -> Drawn:
    """One statement, or the file's mistake."""
    draft.statements += 1
    if draft.statements == draft.mistake_at:
        return mistakes.draw(draft, state), state
    deep = state.depth >= DEEPEST or draft.is_full
    kind = draft.choices.pick(SIMPLE if deep else SIMPLE + NESTED)
    drawn = DRAWERS[kind](draft, state)
    return drawn if drawn is not None else draw_chain(draft, state)


def draw_chain(draft: Draft, state: State) -> Drawn:
    """Layers joined by arrows, some of them labelled."""
    steps: list[str] = []
    for _ in range(draft.choices.integer(1, 3)):
        layer, options, made = draw_layer(draft.choices, state.value)
        text = write_call(draft.choices, layer, options, draft.expressions(state))
        label, state = draw_label(draft, state.behind(made))
        steps.append(text + label)
    arrow = " ->\n" if draft.choices.chance(5) else " -> "
    return ([arrow.join(steps)] if draft.choices.chance(70) else steps), state


def draw_label(draft: Draft, state: State, percent: int = 15) -> tuple[str, State]:
    """Perhaps a label for what was just made."""
    if not draft.choices.chance(percent):
        return "", state
    draft.counted += 1
    # Such as `relu7`: a label may look like a name that is counted.
    stem = draft.choices.pick(("skip", "l", "relu", "conv", "out_"))
    name = f"{stem}{draft.counted}"
    return f" as {name}", state.labelled(name)


def draw_expect(draft: Draft, state: State) -> Drawn:
    """The shape that flows, in one of its forms."""
    shape = state.value.shape
    if len(shape) == 1 and draft.choices.chance(50):
        return [f"expect {draft.expressions(state).write(shape[0])}"], state
    return [f"expect {draft.expressions(state).write(shape)}"], state


def draw_require(draft: Draft, state: State) -> Drawn:
    """A condition that holds."""
    message = draft.choices.pick(("", ', "said so"', ", in_channels"))
    return [f"require {draft.expressions(state).truth(True, 0)}{message}"], state


def draw_init(draft: Draft, state: State) -> Drawn:
    """A start of parameters that most layers of a kind can take."""
    choices = draft.choices
    kind = choices.pick(("conv", "conv", "linear", "linear", "depthwise", "bn", "layernorm", "prelu", "relu"))
    general = [each for each in SCHEMES.values() if each.axes[0] == 1]
    fitting = list(SCHEMES.values()) if kind in ("conv", "depthwise") else general
    scheme = choices.pick(fitting)
    parameter = "bias" if scheme in general and choices.chance(30) else "weight"
    drawn = {
        name: draw_value(choices, option, TensorType((1,), "vector"))
        for name, option, _ in scheme.options
        if name != "groups" and (name in scheme.required or choices.chance(40))
    }
    if scheme.bounds and "a" in drawn and "b" in drawn:
        drawn["a"], drawn["b"] = sorted((drawn["a"], drawn["b"]))
    elif scheme.bounds:
        drawn = {name: each for name, each in drawn.items() if name not in ("a", "b")}
    options = "".join(f", {name}={draft.expressions(state).literal(each)}" for name, each in drawn.items())
    if parameter == "bias" or choices.chance(20):
        options += f", parameter={parameter}"
    return [f"init({kind}, {scheme.name}{options})"], state


def draw_repeat(draft: Draft, state: State) -> Drawn:
    """Statements several times over; what they make is what flows in, so that it can flow in again."""
    turns = draft.choices.pick((0, 1, 2, 2, 3))
    lines, behind = draw_body(draft, state.inner(), 3)
    if turns != 1:
        lines += convert(behind.value, state.value)
        behind = state
    head = f"repeat {draft.expressions(state).write(turns)} {{"
    return [head, *lines, "}"], state.behind(behind.value)


def draw_for(draft: Draft, state: State) -> Drawn:
    """Statements for each item of a list."""
    choices = draft.choices
    name = draft.fresh("width", "x", "item")
    expressions = draft.expressions(state)
    if choices.chance(50):
        # Items that differ: the statements take each of them.
        items = [choices.integer(1, 6) for _ in range(choices.integer(1, 3))]
        layer = "conv({}, 1)" if state.value.layout == MAP else "linear({})"
        lines = [f"{layer.format(name)} -> relu", layer.format(state.value.channels)]
        heads = {
            f"for {name} in {expressions.write(tuple(items))} {{": 0,
            f"for i{name}, {name} in enumerate({expressions.write(tuple(items))}) {{": 0,
            f"for {name}, j{name} in zip({expressions.write(tuple(items))}, {[0] * len(items)}) {{": 0,
            f"for {name} in range(1, {choices.integer(2, 4)}) {{": 0,
            f"for {name}, y{name} in {[[each, 1] for each in items]} {{": 0,
        }
        return [choices.pick(list(heads)), *lines, "}"], state
    item, turns = choices.integer(1, 6), choices.integer(0, 3)
    lines, behind = draw_body(draft, state.inner().named(name, item), 3)
    if turns != 1:
        lines += convert(behind.value, state.value)
        behind = state
    return [f"for {name} in {expressions.write((item,) * turns)} {{", *lines, "}"], state.behind(behind.value)


def draw_if(draft: Draft, state: State) -> Drawn:
    """Statements that are chosen; the others are never run."""
    choices, expressions = draft.choices, draft.expressions(state)
    arms = choices.integer(1, 3)
    chosen = choices.integer(0, arms)
    has_else = chosen == arms or choices.chance(50)
    lines: list[str] = []
    behind = state
    for position in range(arms + has_else):
        body, made = draw_body(draft, state.inner(), 2, least=0)
        if position == chosen:
            behind = made
        if position == arms:
            head = "} else {"
        else:
            condition = expressions.truth(position == chosen, 0)
            head = f"{'} else ' if position else ''}if {condition} {{"
        lines += [head, *body]
    if chosen == arms and not has_else:
        behind = state
    return [*lines, "}"], state.behind(behind.value)


def draw_nested_merge(draft: Draft, state: State) -> Drawn:
    """A merge, perhaps labelled."""
    lines, made = draw_merge(draft, state, draw_body)
    label, behind = draw_label(draft, state.behind(made), 25)
    return [*lines[:-1], lines[-1] + label], behind


def draw_label_taps(draft: Draft, state: State) -> Drawn | None:
    """A merge of labelled values."""
    drawn = draw_taps(draft, state)
    if drawn is None:
        return None
    label, behind = draw_label(draft, state.behind(drawn[1]))
    return [drawn[0] + label], behind


def draw_part(draft: Draft, state: State) -> Drawn | None:
    """A use of a block or net."""
    drawn = draw_part_use(draft, state, draw_body)
    if drawn is None:
        return None
    text, made = drawn
    label, behind = draw_label(draft, state.behind(made))
    return [text + label], behind


def draw_output(draft: Draft, state: State) -> Drawn | None:
    """A further output, where one may stand."""
    if not state.is_own:
        return None
    lines, _ = draw_body(draft, state.apart(), 2, least=0)
    return [f"output {draft.fresh('early', 'head')} {{", *lines, "}"], state


DRAWERS = {
    "output": draw_output,
    "layer": draw_chain,
    "let": draw_let,
    "act": draw_act,
    "expect": draw_expect,
    "require": draw_require,
    "init": draw_init,
    "taps": draw_label_taps,
    "repeat": draw_repeat,
    "for": draw_for,
    "if": draw_if,
    "merge": draw_nested_merge,
    "part": draw_part,
}
