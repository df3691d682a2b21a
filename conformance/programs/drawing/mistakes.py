"""Programs that are nearly right: statements and files with one thing wrong, each by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from conformance.programs.drawing.state import Draft, State
from conformance.programs.drawing.steps import (
    LAYERS,
    convert,
    draw_beyond_layer,
    draw_layer,
    draw_options,
    draw_wrong_layer,
    write_call,
)
from conformance.programs.drawing.values import draw_value, write
from netdsl.layers.initialization import SCHEMES
from netdsl.layers.tensor import TensorType

Mistake = Callable[[Draft, State], list[str]]
# Statements that are wrong wherever they stand, by what is wrong: a line each, with `\n` for a line's end.
LINES = Path(__file__).with_name("wrong_statements.txt").read_text(encoding="utf-8").splitlines()


def read_statements() -> dict[str, list[str]]:
    """The statements of the file; `{c}` in them is the number of channels that flow in."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in filter(None, LINES):
        if line.startswith("["):
            name = line.strip("[]")
            found[name] = []
        else:
            found[name].append(line.replace("\\n", "\n"))
    found["too deep"] = [
        "repeat 1 { " * 70 + "}" * 70,
        f"let z = {'(' * 70}1{')' * 70}",
        f"let z = {'-' * 80}1",
    ]
    return found


STATEMENTS = read_statements()


def wrong_statement(name: str) -> Mistake:
    """One of the statements of this name."""

    def draw(draft: Draft, state: State) -> list[str]:
        return draft.choices.pick(STATEMENTS[name]).replace("{c}", str(state.value.channels)).split("\n")

    return draw


def option_beyond(draft: Draft, state: State) -> list[str]:
    """An option beyond its range, or of another type."""
    layer, options = draw_beyond_layer(draft.choices, state.value)
    return [write_call(draft.choices, layer, options, draft.expressions(state))]


def layer_refused(draft: Draft, state: State) -> list[str]:
    """A layer that does not take what flows in."""
    layer, options = draw_wrong_layer(draft.choices, state.value)
    return [write_call(draft.choices, layer, options, draft.expressions(state))]


def kernel_too_large(draft: Draft, state: State) -> list[str]:
    """A window that reaches a little further than the map."""
    far = max(state.value.spatial or (3,)) + draft.choices.integer(0, 3)
    layer = draft.choices.pick(
        ("conv(4, {})", "depthwise({})", "maxpool({})", "avgpool({})", "lppool(2, {})")
    )
    return [layer.format(far)]


def missing_flatten(draft: Draft, state: State) -> list[str]:
    """A linear layer after whatever flows."""
    return [f"linear({draft.choices.integer(1, 8)})"]


def groups_left_over(draft: Draft, state: State) -> list[str]:
    """Channels in groups that may not divide them."""
    parts = draft.choices.integer(2, 7)
    layer = draft.choices.pick(
        (
            "conv(4, 1, groups={})",
            "conv({0}, 1, groups={0})",
            "groupnorm({})",
            "channel_shuffle({})",
            "channel_split({})",
            "attention({})",
            "pixel_shuffle({})",
            "pixel_unshuffle({})",
            "conv_transpose(6, 1, groups={})",
        )
    )
    return [layer.format(parts)]


def branches_differ(draft: Draft, state: State) -> list[str]:
    """A merge of values of any types."""
    choices = draft.choices
    merge = choices.pick(("add", "multiply", "concat", "shake", "concat(dim=2)", "residual"))
    others: list[list[str]] = []
    for _ in range(2):
        layer, options, made = draw_layer(choices, state.value)
        text = write_call(choices, layer, options, draft.expressions(state))
        wanted = made.replace(shape=(max(1, made.shape[0] + choices.integer(-1, 1)), *made.shape[1:]))
        others.append([text, *(convert(made, wanted) if choices.chance(50) else [])])
    if merge == "residual":
        return ["residual {", *others[0], "} shortcut {", *others[1], "}"]
    return [f"{merge} {{", "branch {", *others[0], "}", "branch {", *others[1], "}", "}"]


def label_differs(draft: Draft, state: State) -> list[str]:
    """A merge with a labelled value of any type."""
    layer, options, _ = draw_layer(draft.choices, state.value)
    text = write_call(draft.choices, layer, options, draft.expressions(state))
    merge = draft.choices.pick(("add", "multiply", "concat", "shake"))
    return ["identity as other", text, f"{merge}(other)"]


def shape_expected(draft: Draft, state: State) -> list[str]:
    """Another shape than the one that flows."""
    shape = list(state.value.shape)
    position = draft.choices.integer(0, len(shape) - 1)
    shape[position] += draft.choices.integer(1, 3)
    other = draft.choices.pick((shape, [*shape, 1][:4], shape[:-1] or [99]))
    return [f"expect {draft.expressions(state).write(tuple(other))}"]


def stored_options(draft: Draft, state: State) -> list[str]:
    """A layer with some options as a value, used with others: they may clash."""
    choices = draft.choices
    name = draft.fresh("act")
    layer = choices.pick(LAYERS)
    first, second = (draw_options(choices, layer, state.value) for _ in range(2))
    kept = {key: first[key] for key in list(first)[:2]}
    expressions = draft.expressions(state)
    use = write_call(choices, layer, second, expressions).removeprefix(layer.name)
    return [f"let {name} = {write_call(choices, layer, kept, expressions)}", name + use]


def stored_merge(draft: Draft, state: State) -> list[str]:
    """A merge as a value."""
    name = draft.fresh("m")
    what = draft.choices.pick(
        ("concat(dim=1)", "add", "residual(drop_path=0.5)", "concat(dim=2)", "shake(level=batch)")
    )
    braces = "{ relu }" if what.startswith("residual") else "{ branch { } branch { relu } }"
    return [f"let {name} = {what}", f"{name} {braces}"]


def in_place(draft: Draft, state: State) -> list[str]:
    """A value overwritten that was made by any layer, or that is read again."""
    choices = draft.choices
    layer, options, made = draw_layer(choices, state.value)
    first = write_call(choices, layer, options, draft.expressions(state))
    able = [each for each in LAYERS if each.option("inplace") is not None]
    second = choices.pick(able)
    over = {**draw_options(choices, second, made), "inplace": True}
    again = choices.pick(("", "add(other)", "multiply(other)"))
    text = write_call(choices, second, over, draft.expressions(state.behind(made)))
    return [f"{first} as other", text, *([again] if again else [])]


def any_init(draft: Draft, state: State) -> list[str]:
    """An `init` of any layer by any scheme, beside that layer."""
    choices = draft.choices
    layer, options, _ = draw_layer(choices, state.value)
    scheme = choices.pick(list(SCHEMES.values()))
    drawn = {
        name: draw_value(choices, kind, TensorType((4,), "vector"))
        for name, kind, _ in scheme.options
        if name in scheme.required or choices.chance(40)
    }
    given = "".join(f", {name}={write(value)}" for name, value in drawn.items())
    parameter = choices.pick(("", ", parameter=bias", ", parameter=weight"))
    use = write_call(choices, layer, options, draft.expressions(state))
    return [f"init({layer.name}, {scheme.name}{given}{parameter})", use]


MISTAKES: Mapping[str, tuple[int, Mistake]] = {
    "option beyond its range": (40, option_beyond),
    "layer that refuses": (40, layer_refused),
    "kernel too large": (6, kernel_too_large),
    "missing flatten": (3, missing_flatten),
    "groups left over": (8, groups_left_over),
    "branches differ": (14, branches_differ),
    "label differs": (6, label_differs),
    "expected otherwise": (3, shape_expected),
    "options given before": (6, stored_options),
    "merge as a value": (2, stored_merge),
    "in place": (6, in_place),
    "any init": (4, any_init),
    **{name: (1, wrong_statement(name)) for name in STATEMENTS},
}
WEIGHTED = [name for name, (weight, _) in MISTAKES.items() for _ in range(weight)]


def draw(draft: Draft, state: State) -> list[str]:
    """A statement that is wrong, or nearly so."""
    name = draft.choices.pick(WEIGHTED)
    draft.mistakes.append(name)
    return MISTAKES[name][1](draft, state)
