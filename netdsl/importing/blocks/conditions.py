"""When the steps are there that only some uses of a block have."""

from __future__ import annotations

from collections.abc import Sequence

from netdsl.importing.blocks.align import Part
from netdsl.importing.blocks.parameters import CHANNELS, MISSING, Parameter, Vector
from netdsl.importing.text.writing import snake
from netdsl.importing.tree import CallStep, LayerStep, MergeStep

Test = tuple[str, tuple[bool, ...]]


def condition(
    part: Part, parameters: Sequence[Parameter], widths: Sequence[tuple[str, Vector]]
) -> str | None:
    """When a part is there, said by the block's parameters; None where they don't say so.

    `widths` are the expressions for numbers of channels, with what they are in each use.
    """
    sizes, steps = width_tests(part, widths), stride_tests(parameters)
    both = [
        (f"{a} or {b}", tuple(x or y for x, y in zip(one, other, strict=True)))
        for a, one in steps
        for b, other in sizes
    ]
    tests = (*both, *sizes, *steps, *presence_tests(parameters))
    return next((text for text, present in tests if present == part.present), None)


def width_tests(part: Part, widths: Sequence[tuple[str, Vector]]) -> list[Test]:
    """Whether as many channels flow in as come out; the last widths first."""
    tests: list[Test] = []
    for text, values in reversed(widths):
        if MISSING not in values:
            pairs = zip(values, part.channels, strict=True)
            tests.append((f"in_channels != {text}", tuple(value != there for value, there in pairs)))
    return list(dict.fromkeys(tests))


def stride_tests(parameters: Sequence[Parameter]) -> list[Test]:
    """Whether the map becomes smaller."""
    strides = [each for each in parameters if each.option == "stride"]
    return [(f"{each.mark} != 1", tuple(value != 1 for value in each.values)) for each in strides]


def presence_tests(parameters: Sequence[Parameter]) -> list[Test]:
    """Whether an expansion widens, and whether a number of channels is more than none."""
    return [
        *(
            (f"{p.mark} != 1", tuple(v != 1 for v in p.values))
            for p in parameters
            if p.meaning == "expansion"
        ),
        *((f"{p.mark} > 0", tuple(v != 0 for v in p.values)) for p in parameters if p.meaning == CHANNELS),
    ]


def flag_name(part: Part) -> str:
    """What a flag is called: by the block or layer that it switches."""
    names = [row.first for row in part.rows]
    for step in names:
        if isinstance(step, CallStep):
            return f"with_{snake(step.block)}"
    first = names[0]
    if isinstance(first, LayerStep) and len(names) > 1 and first.layer in ("conv", "linear"):
        made = dict(first.options).get("out_channels")
        return "expand" if isinstance(made, int) and made > first.channels else "with_conv"
    what = (
        first.layer
        if isinstance(first, LayerStep)
        else first.merge
        if isinstance(first, MergeStep)
        else "rest"
    )
    return f"with_{what}"
