"""Merges of branches and of labelled values."""

from __future__ import annotations

from collections.abc import Callable

from conformance.programs.choices import Choices
from conformance.programs.drawing.state import Draft, State
from conformance.programs.drawing.steps import MOST_ELEMENTS, Options, convert, draw_options, write_call
from netdsl.layers.arguments import Arguments
from netdsl.layers.declaration import Merge
from netdsl.layers.refusal import LayerError
from netdsl.layers.table import BUILT_IN
from netdsl.layers.tensor import TensorType

MERGES = [each for each in BUILT_IN.values() if isinstance(each, Merge)]

DrawBody = Callable[..., tuple[list[str], State]]


def merged(merge: Merge, options: Options, values: tuple[TensorType, ...]) -> TensorType | None:
    """What the table says a merge makes; None where it refuses."""
    filled = {option.name: option.default for option in merge.options}
    given = {
        option.name: option.kind.accept(options[option.name], None)
        for option in merge.options
        if option.name in options
    }
    try:
        return merge.rule(Arguments(merge, {**filled, **given}, frozenset(options)), values).output  # type: ignore[dict-item]
    except LayerError:
        return None


def draw_merge(draft: Draft, state: State, draw_body: DrawBody) -> tuple[list[str], TensorType]:
    """A merge, and what it makes: branches through loops and conditions, some of them empty."""
    choices = draft.choices
    merge = choices.pick(MERGES)
    options = draw_options(choices, merge, state.value)
    values = draw_values(choices, merge, options, state.value)
    made = merged(merge, options, values)
    if made is None or made.size > MOST_ELEMENTS:
        options, values = {}, (state.value, state.value)
        made = merged(merge, options, values)
        assert made is not None
    head = write_call(choices, merge, options, draft.expressions(state)).removesuffix("()")
    if merge.name == "residual":
        return draw_residual(draft, state, head, values, draw_body), made
    lines = [f"{head} {{"]
    for position, value in enumerate(values):
        head, begun = draw_begin(choices, state)
        branch = [f"{head} {{", *draw_branch(draft, begun, value, draw_body), "}"]
        lines += wrap(draft, state, branch, position)
    return [*lines, "}"], made


def draw_begin(choices: Choices, state: State) -> tuple[str, State]:
    """How a branch begins: with what flows, or with a labelled value."""
    if not state.labels or not choices.chance(25):
        return "branch", state
    name = choices.pick(list(state.labels))
    return f"branch({name})", state.behind(state.labels[name])


def draw_values(
    choices: Choices, merge: Merge, options: Options, value: TensorType
) -> tuple[TensorType, ...]:
    """What the branches make: mostly the same, some of them with another size along an axis."""
    wanted = value
    if choices.chance(40):
        wanted = value.replace(shape=changed(choices, value.shape))
    values = [wanted] * (2 if merge.name == "residual" else choices.integer(2, 3))
    for position in range(len(values)):
        other = wanted.replace(shape=changed(choices, wanted.shape))
        tried = [*values[:position], other, *values[position + 1 :]]
        if choices.chance(50) and merged(merge, options, tuple(tried)) is not None:
            values = tried
    return tuple(values)


def changed(choices: Choices, shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape with another size along one axis or two."""
    sizes = list(shape)
    for _ in range(choices.integer(1, 2)):
        sizes[choices.integer(0, len(sizes) - 1)] = choices.pick((1, 2, 3, 4))
    return tuple(sizes)


def draw_branch(draft: Draft, state: State, wanted: TensorType, draw_body: DrawBody) -> list[str]:
    """Statements that make a value of a type; none where it flows in."""
    if wanted == state.value and draft.choices.chance(35):
        return []
    lines, behind = draw_body(draft, state.apart(), 2)
    return [*lines, *convert(behind.value, wanted)]


def wrap(draft: Draft, state: State, branch: list[str], position: int) -> list[str]:
    """A branch, perhaps inside a loop of one turn or a condition, or after a name."""
    choices, expressions = draft.choices, draft.expressions(state)
    kind = choices.integer(0, 11)
    if kind == 0:
        return [f"repeat {expressions.write(1)} {{", *branch, "}"]
    if kind == 1:
        return [f"for {draft.fresh('b')} in {expressions.write((position,))} {{", *branch, "}"]
    if kind == 2:
        return [f"if {expressions.truth(True, 0)} {{", *branch, "}"]
    if kind == 3:
        return [f"if {expressions.truth(False, 0)} {{", "branch { relu }", "} else {", *branch, "}"]
    if kind == 4:
        return [f"let {draft.fresh('m')} = {expressions.write(3)}", *branch]
    if kind == 5:
        return [f"require {expressions.truth(True, 0)}", *branch]
    return branch


def draw_residual(
    draft: Draft, state: State, head: str, values: tuple[TensorType, ...], draw_body: DrawBody
) -> list[str]:
    """A body, and a shortcut where what it makes does not fit what flows in."""
    body = draw_branch(draft, state, values[0], draw_body)
    lines = [f"{head} {{", *body]
    if values[1] == state.value and draft.choices.chance(60):
        return [*lines, "}"]
    shortcut = draw_branch(draft, state, values[1], draw_body)
    return [*lines, "} shortcut {", *shortcut, "}"]


def draw_taps(draft: Draft, state: State) -> tuple[str, TensorType] | None:
    """A merge of what flows and labelled values that go with it; None where there are none."""
    choices = draft.choices
    for _ in range(6):
        if not state.labels:
            return None
        merge = choices.pick([each for each in MERGES if each.name != "residual"])
        options = draw_options(choices, merge, state.value)
        names = [choices.pick(list(state.labels)) for _ in range(choices.integer(1, 2))]
        made = merged(merge, options, (state.value, *(state.labels[name] for name in names)))
        if made is not None and made.size <= MOST_ELEMENTS:
            expressions = draft.expressions(state)
            named = [f"{name}={expressions.write(value)}" for name, value in options.items()]
            return f"{merge.name}({', '.join([*names, *named])})", made
    return None
