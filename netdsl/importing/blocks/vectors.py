"""Values of all uses of a block, as others times or divided by a number."""

from __future__ import annotations

from collections.abc import Sequence

from netdsl.importing.blocks.parameters import MISSING, Vector, is_integer, value_key

LARGEST_FACTOR, LARGEST_DIVISOR = 8, 32


def agree(one: Sequence[object], other: Sequence[object]) -> bool:
    """Whether two vectors are equal where both have values, with at least one place where they do."""
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if MISSING not in (a, b)]
    whole = all(a is not MISSING for a, b in zip(one, other, strict=True) if b is not MISSING)
    return bool(pairs) and whole and all(value_key(a) == value_key(b) for a, b in pairs)


def halved(value: int) -> int:
    """The padding that keeps a size."""
    return value // 2


def map_integers(values: Vector, change: object) -> Vector:
    """A vector with each integer changed."""
    assert callable(change)
    return tuple(change(value) if is_integer(value) else value for value in values)


def multiple_of(text: str, known: Vector, values: Vector) -> str | None:
    """Values as a known vector, times or divided by a number."""
    if agree(known, values):
        return text
    pairs = [(a, b) for a, b in zip(known, values, strict=True) if MISSING not in (a, b)]
    if not pairs or any(a is MISSING for a, b in zip(known, values, strict=True) if b is not MISSING):
        return None
    if any(not (is_integer(a) and is_integer(b)) for a, b in pairs):
        return None
    a, b = pairs[0]
    assert isinstance(a, int)
    assert isinstance(b, int)
    if a and b % a == 0 and 1 < b // a <= LARGEST_FACTOR and all(y == x * (b // a) for x, y in pairs):  # type: ignore[operator]
        return f"{text} * {b // a}"
    if b and a % b == 0 and 1 < a // b <= LARGEST_DIVISOR and all(x == y * (a // b) for x, y in pairs):  # type: ignore[operator]
        return f"{text} // {a // b}"
    return None
