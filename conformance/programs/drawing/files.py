"""Whole files: a net with its parameters and settings, the blocks and nets it uses, variants."""

from __future__ import annotations

from math import prod

from conformance.programs.choices import Choices
from conformance.programs.drawing.parts import draw_parameters, write_header, write_value
from conformance.programs.drawing.state import Draft, State
from conformance.programs.drawing.statements import draw_body
from conformance.programs.drawing.wrong_files import FILE_MISTAKES, change_words
from conformance.programs.program import Program
from netdsl.layers.tensor import MAP, TOKENS, TensorType, tensor

# What is drawn: right, with a statement that is wrong, with a file that is wrong, with words changed.
RIGHT, STATEMENT, FILE, WORDS = "right", "statement", "file", "words"
KINDS = (*[RIGHT] * 9, *[STATEMENT] * 8, FILE, *[WORDS] * 2)


def draw_program(choices: Choices) -> Program:
    """A program: right in nearly half of the cases, else wrong in one place or two."""
    kind = choices.pick(KINDS)
    # Most are short: the time goes into more of them.
    draft = Draft(choices, most=choices.pick((4, 4, 8, 16)))
    if kind == STATEMENT:
        draft.mistake_at = choices.integer(1, choices.pick((2, 6, 12)))
    program = draw_file(draft)
    if kind == FILE:
        name = choices.pick(list(FILE_MISTAKES))
        text, net, settings = FILE_MISTAKES[name](choices, program)
        return Program(text, net, settings, (name,))
    if kind == WORDS:
        return Program(change_words(choices, program.text), program.net, program.settings, ("words changed",))
    return program


def draw_input(choices: Choices) -> TensorType:
    """What flows into a net: a vector, or a map with one to three spatial axes."""
    axes = choices.pick((0, 1, 2, 2, 2, 3))
    channels = choices.pick((1, 2, 3, 4, 6, 8, 12))
    most = {0: 1, 1: 24, 2: 12, 3: 6}[axes]
    spatial = [choices.integer(1, most) for _ in range(axes)]
    if axes > 1 and choices.chance(50):
        spatial = [spatial[0]] * axes
    return tensor((channels * choices.pick((1, 1, 4)), *spatial) if axes == 0 else (channels, *spatial))


def draw_file(draft: Draft) -> Program:
    """A net and what it uses, in any order; perhaps a variant is what is checked."""
    choices = draft.choices
    value = draw_input(choices)
    parameters = draw_parameters(draft, value)
    state = State(value, {name: each for name, each, _ in parameters}, is_own=True)
    shape = draft.expressions(State(TensorType((0,), "vector"), state.names)).write(value.shape)
    if len(value.shape) == 1 and choices.chance(80):
        shape = str(value.shape[0])
    start: list[str] = []
    if state.value.layout == MAP and choices.chance(15):
        tokens = TensorType((prod(value.spatial), value.channels), TOKENS)
        start, state = ["tokens"], state.behind(tokens)
    lines, _ = draw_body(draft, state, 3 if draft.most < 8 else 6)
    if draft.mistake_at > draft.statements:
        draft.mistake_at = draft.statements + 1
        lines += draw_body(draft, state, 1)[0]
    name = choices.pick(("Main", "Small", "LeNet5", "A"))
    header = write_header(draft, parameters, State(TensorType((0,), "vector")))
    net = "\n".join([f"net {name}{header} {{", f"input {shape}", *start, *lines, "}"])
    settings: dict[str, str] = {}
    others: list[str] = []
    for parameter, each, default in parameters:
        if not default or choices.chance(20):
            settings[parameter] = write_value(draft, each, State(TensorType((0,), "vector")))
    checked = name
    if choices.chance(20):
        checked = "Variant"
        moved = {key: settings.pop(key) for key in list(settings) if choices.chance(70)}
        given = ", ".join(f"{key}={text}" for key, text in moved.items())
        others.append(f"net Variant = {name}({given})")
    texts = [net, *(part.text for part in draft.parts), *others]
    if choices.chance(30):
        texts.insert(0, texts.pop())
    if choices.chance(10):
        texts.append("block Unused(n) {\nconv(n, 3, padding=1) -> relu\nif n > in_channels { bn }\n}")
    comments = ["# What it is for.\n" if choices.chance(20) else "" for _ in texts]
    text = "\n\n".join(comment + each for comment, each in zip(comments, texts, strict=True))
    return Program(
        indented(text) if choices.chance(50) else text + "\n", checked, settings, tuple(draft.mistakes)
    )


def indented(text: str) -> str:
    """The text as people lay it out."""
    depth = 0
    lines: list[str] = []
    for line in text.split("\n"):
        stripped = line.strip()
        depth -= stripped.startswith("}")
        lines.append("    " * max(depth, 0) + stripped if stripped else "")
        depth += stripped.endswith("{")
    return "\n".join(lines) + "\n"
