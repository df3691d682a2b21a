"""Blocks, nets that are used as layers, and their parameters."""

from __future__ import annotations

from collections.abc import Callable

import netdsl
from conformance.programs.drawing.state import Draft, LayerName, Part, PartName, State
from conformance.programs.drawing.steps import MOST_ELEMENTS, convert
from conformance.programs.drawing.values import write
from netdsl.layers.tensor import TOKENS, TensorType

DrawBody = Callable[..., tuple[list[str], State]]
# A parameter: its name, the value it is thought of, and whether that is its default.
Parameter = tuple[str, object, bool]


def draw_parameters(draft: Draft, value: TensorType, most: int = 3) -> tuple[Parameter, ...]:
    """Parameters of a header; those without a default stand first or last."""
    choices = draft.choices
    made: list[Parameter] = []
    for _ in range(choices.integer(0, most)):
        kind = choices.integer(0, 5)
        default = choices.chance(60)
        if kind <= 1:
            made.append((draft.fresh("channels", "n", "size"), choices.integer(1, 8), default))
        elif kind == 2:
            made.append((draft.fresh("p", "rate"), choices.integer(0, 8) / 8, default))
        elif kind == 3:
            made.append((draft.fresh("flag", "deep"), choices.chance(50), default))
        elif kind == 4:
            sizes = tuple(choices.integer(1, 6) for _ in range(choices.integer(1, 3)))
            made.append((draft.fresh("depths", "xs"), sizes, default))
        else:
            fitting = [PartName(each) for each in draft.parts if each.takes == value]
            plain = [
                LayerName("relu"),
                LayerName("leaky_relu", (("negative_slope", 0.25),)),
                LayerName("identity"),
            ]
            made.append((draft.fresh("act", "unit"), choices.pick([*plain, *fitting]), default))
    return tuple(made)


def write_value(draft: Draft, value: object, state: State) -> str:
    """A parameter's value as text."""
    if isinstance(value, PartName):
        return value.part.name
    if isinstance(value, LayerName):
        options = ", ".join(f"{name}={write(each)}" for name, each in value.options)
        return f"{value.layer}({options})" if options else value.layer
    return draft.expressions(state).write(value)  # type: ignore[arg-type]


def write_header(draft: Draft, parameters: tuple[Parameter, ...], state: State) -> str:
    """The parameters as a header has them; a default may use those before it."""
    texts: list[str] = []
    known = state
    for name, value, default in parameters:
        texts.append(f"{name} = {write_value(draft, value, known)}" if default else name)
        known = known.named(name, value)
    if not texts:
        return draft.choices.pick(("", "()"))
    comma = "," if draft.choices.chance(10) else ""
    return f"({', '.join(texts)}{comma})"


def write_arguments(draft: Draft, parameters: tuple[Parameter, ...], state: State) -> str:
    """Arguments that give each parameter the value it is thought of."""
    choices = draft.choices
    by_position = choices.chance(50)
    texts: list[str] = []
    for name, value, default in parameters:
        if default and choices.chance(60):
            by_position = False
            continue
        text = write_value(draft, value, state)
        texts.append(text if by_position else f"{name}={text}")
        by_position = by_position and choices.chance(70)
    return f"({', '.join(texts)})" if texts else choices.pick(("", "()"))


def draw_part_use(draft: Draft, state: State, draw_body: DrawBody) -> tuple[str, TensorType] | None:
    """The use of a new block or net, or of one there is, on what flows in."""
    choices = draft.choices
    known = [each for each in draft.parts if each.takes == state.value]
    others = [each for each in draft.parts if each.takes != state.value]
    if known and choices.chance(50):
        part = choices.pick(known)
        return part.name + write_arguments(draft, part.parameters, state), part.makes
    if others and choices.chance(50):
        part = choices.pick(others)
        text = part.name + write_arguments(draft, part.parameters, State(state.value))
        made = try_part(draft, text, state.value)
        if made is not None:
            return text, made
    if len(draft.parts) >= 4 or state.depth >= 3:
        return None
    part = draw_part(draft, state.value, state.depth, draw_body)
    draft.parts.append(part)
    return part.name + write_arguments(draft, part.parameters, state), part.makes


def draw_part(draft: Draft, value: TensorType, depth: int, draw_body: DrawBody) -> Part:
    """A new block, or a net that has what flows in as its input."""
    parameters = draw_parameters(draft, value)
    name = draft.fresh("Unit", "Block", "InvertedResidual", "B", "VGGPart")
    inside = State(value, {key: each for key, each, _ in parameters}, {}, depth + 1)
    lines, behind = draw_body(draft, inside, 4, least=0)
    kind = "block"
    if value.layout != TOKENS and draft.choices.chance(25):
        kind = "net"
        lines = [f"input {'x'.join(map(str, value.shape))}", *lines]
    # In the header nothing flows yet that a default could ask for by a name it has here.
    header = write_header(draft, parameters, State(TensorType((0,), "vector")))
    text = "\n".join([f"{kind} {name}{header} {{", *lines, "}"])
    return Part(name, text, parameters, value, behind.value)


def try_part(draft: Draft, use: str, value: TensorType) -> TensorType | None:
    """What a block makes of a value it was not thought of; None where it does not take it."""
    start = convert(TensorType((1,), "vector"), value)
    head = f"input {'x'.join(map(str, value.shape))}" if value.layout != TOKENS else "input 1"
    steps = start if value.layout == TOKENS else []
    text = "\n".join(["net Tried {", head, *steps, use, "}", *(each.text for each in draft.parts)])
    try:
        network = netdsl.check(text, "Tried").network
    except Exception:  # the comparison reports it, with the program that shows it
        return value
    return network.output if network is not None and network.output.size <= MOST_ELEMENTS else None
