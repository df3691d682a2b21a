"""Values of options by their kind: inside the range, at its ends, and beyond it."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from conformance.programs.choices import Choices
from netdsl.layers.kinds import (
    LARGEST,
    Choice,
    Either,
    Flag,
    Integer,
    Integers,
    Kind,
    Nothing,
    Number,
    Size,
    Text,
    UnfitError,
    words_of,
)
from netdsl.layers.tensor import TensorType

INSIDE, AT, BEYOND = "inside", "at the end", "beyond"
# A value as it is written: numbers, truth values, lists of them, words (str) and other text.
Value = int | float | bool | str | tuple["Value", ...]


@dataclass(frozen=True, slots=True)
class Raw:
    """A value that stands in the text as it is."""

    text: str


def divisors(number: int) -> list[int]:
    """The divisors of a number up to 64."""
    return [each for each in range(1, min(number, 64) + 1) if number % each == 0]


def draw_value(choices: Choices, kind: Kind, value: TensorType) -> Value:
    """A value that a kind accepts; small, and often one that fits what flows in."""
    match kind:
        case Integer(minimum=minimum):
            return draw_integer(choices, minimum, value)
        case Number():
            return draw_number(choices, kind)
        case Flag():
            return choices.chance(30)
        case Choice(words=words):
            return choices.pick(words)
        case Nothing():
            return "none"
        case Size(minimum=minimum):
            return draw_size(choices, minimum, len(value.spatial))
        case Integers(minimum=minimum):
            return draw_integers(choices, minimum, value)
        case Either(kinds=kinds):
            return draw_value(choices, choices.pick(kinds), value)
        case Text():
            return choices.pick(("a", "same", ""))
    raise NotImplementedError(f"conformance/programs/drawing/values.py draws no {type(kind).__name__}")


def draw_integer(choices: Choices, minimum: int, value: TensorType) -> int:
    """A small integer, or one that has to do with the channels."""
    fitting = divisors(value.channels)
    drawn = choices.pick((1, 2, 3, choices.integer(1, 8), choices.pick(fitting), choices.integer(1, 8) * 2))
    if minimum < 0 and choices.chance(40):
        return -choices.integer(1, 4)
    return max(drawn - (1 if minimum == 0 and choices.chance(60) else 0), minimum)


def draw_number(choices: Choices, kind: Number) -> float:
    """A number in range, often at an end of it."""
    low = kind.minimum if kind.minimum is not None else kind.above if kind.above is not None else -3.0
    high = kind.maximum if kind.maximum is not None else max(low, 0) + 4
    ends = [each for each in (kind.minimum, kind.maximum) if each is not None and each < 100]
    if ends and choices.chance(25):
        return choices.pick(ends)
    drawn = low + (min(high, low + 8) - low) * choices.integer(1, 31) / 32
    rounded = round(drawn)
    return rounded if choices.chance(25) and accepts(kind, rounded, None) else drawn


def draw_size(choices: Choices, minimum: int, rank: int) -> Value:
    """An integer for all axes, or one for each."""
    each = [max(choices.pick((1, 1, 2, 2, 3, 4, 5)) - (1 - minimum), minimum) for _ in range(max(rank, 1))]
    return tuple(each) if choices.chance(30) else each[0]


def draw_integers(choices: Choices, minimum: int, value: TensorType) -> Value:
    """A list: the elements in other sizes, the axes in another order, a number for each side, or any."""
    axes = len(value.shape)
    what = choices.pick(("sizes", "order", "sides", "one", "any"))
    if what == "sizes":
        return draw_factors(choices, value.size, hidden=minimum < 0)
    if what == "order":
        return shuffled(choices, list(range(1, axes + 1)))
    if what == "sides":
        return tuple(choices.integer(max(minimum, 0), 3) for _ in range(2 * (axes - 1)))
    if what == "one":
        return choices.integer(max(minimum, 0), 3)
    return tuple(choices.integer(max(minimum, 0), 4) for _ in range(choices.integer(1, 4)))


def draw_factors(choices: Choices, size: int, *, hidden: bool) -> tuple[int, ...]:
    """Sizes with a product; one may be left to be worked out."""
    sizes: list[int] = []
    for _ in range(choices.integer(0, 3)):
        part = choices.pick(divisors(size // prod(sizes)))
        sizes.append(part)
    sizes.append(size // prod(sizes))
    sizes = list(shuffled(choices, sizes))
    if hidden and choices.chance(30):
        sizes[choices.integer(0, len(sizes) - 1)] = -1
    return tuple(sizes)


def shuffled(choices: Choices, items: list[int]) -> tuple[int, ...]:
    """The items in any order."""
    made: list[int] = []
    rest = list(items)
    while rest:
        made.append(rest.pop(choices.integer(0, len(rest) - 1)))
    return tuple(made)


def draw_beyond(choices: Choices, kind: Kind, value: TensorType) -> Value | Raw:
    """A value that a kind does not accept: out of its range, of another type, or a list of a wrong length."""
    rank = len(value.spatial) or None
    candidates: list[Value | Raw] = [
        0,
        -1,
        -3,
        1,
        2,
        0.5,
        1.5,
        -0.25,
        2.0,
        1e9,
        LARGEST,
        LARGEST + 1,
        10**17,
        True,
        False,
        "none",
        "same",
        "valid",
        "channels",
        (),
        (0,),
        (2, 0),
        (1, -1),
        (-2, 2),
        (1.5, 1),
        (1, 2),
        (1, 2, 3, 1),
        (1,) * 5,
        Raw('"text"'),
        Raw('""'),
        Raw('"2"'),
        Raw("[[1, 2]]"),
        Raw("relu"),
        Raw("leaky_relu(0.1)"),
        Raw("[relu]"),
        Raw("1e999"),
        Raw("1e300"),
        *(misspelt(word) for word in words_of(kind)),
    ]
    if isinstance(kind, Number):
        candidates += [each - 0.5 for each in (kind.minimum, kind.above) if each is not None] * 3
        candidates += [each + 0.5 for each in (kind.maximum,) if each is not None] * 3
        candidates += [kind.above] * 3 if kind.above is not None else []
    if isinstance(kind, Integer):
        candidates += [kind.minimum - 1] * 3 if kind.minimum > -LARGEST else []
    fitting = [each for each in candidates if isinstance(each, Raw) or not accepts(kind, each, rank)]
    return choices.pick(fitting)


def misspelt(word: str) -> str:
    """A word with a letter too many."""
    return word + "s"


def accepts(kind: Kind, value: Value, rank: int | None) -> bool:
    """Whether a kind accepts a value."""
    try:
        kind.accept(value, rank)
    except UnfitError:
        return False
    return True


def place(kind: Kind, value: object, rank: int | None) -> str:
    """Where a value stands: inside the range of a kind, at an end of it, or beyond it."""
    try:
        accepted = kind.accept(value, rank)
    except UnfitError:
        return BEYOND
    each = accepted if isinstance(accepted, tuple) else (accepted,)
    return AT if any(item in ends_of(kind) and not isinstance(item, bool) for item in each) else INSIDE


def ends_of(kind: Kind) -> tuple[float, ...]:
    """The ends of a kind's range, where it has any."""
    match kind:
        case Integer(minimum=minimum) | Size(minimum=minimum) | Integers(minimum=minimum):
            return (minimum, LARGEST)
        case Number(minimum=low, maximum=high):
            return tuple(each for each in (low, high) if each is not None)
        case Either(kinds=kinds):
            return tuple(end for each in kinds for end in ends_of(each))
    return ()


def write(value: Value | Raw) -> str:
    """A value as the language writes it, as a person would."""
    match value:
        case Raw(text=text):
            return text
        case bool():
            return "true" if value else "false"
        case str():
            return value if value.isidentifier() else f'"{value}"'
        case tuple():
            return "[" + ", ".join(write(item) for item in value) + "]"
    return repr(value)
