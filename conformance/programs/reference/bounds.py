"""Bounds: those of the language, and those of what is run on real tensors.

Beyond the latter a program is run on torch's meta device: shapes, names, counts and refusals are compared,
values are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod

from conformance.programs.reference.values import TOKENS, Flow, Value
from netdsl.layers.kinds import Either, Kind, Size
from netdsl.layers.table import BUILT_IN

# The language's: steps and turns of loops, evaluated expressions and items of lists, levels of braces.
MOST_TURNS = 12_000
MOST_EVALUATIONS = 250_000
DEEPEST = 64
# Elements of a sample of what flows; products of a sample in a step, and in all steps. These bound also
# what is kept: parameters, results, and what lies between them such as the unfolded windows of a convolution.
MOST_ELEMENTS = 10_000
MOST_PRODUCTS = 5_000_000
MOST_IN_ALL = 20_000_000
MOST_TOKENS = 500
# Memory that a process may address, in bytes; torch alone takes about two gigabytes of it.
MOST_MEMORY = 6 * 2**30


@dataclass(slots=True)
class Spent:
    """How much of the language's bounds a program took."""

    turns: int = 0
    evaluations: int = 0


class TooLargeError(Exception):
    """The program is too large to be run on real tensors."""


def is_shortage(error: Exception) -> bool:
    """Whether an error is that of a machine without memory, and not a refusal."""
    return isinstance(error, MemoryError) or "allocate memory" in str(error)


def products_of(layer: str, options: Mapping[str, Value], flow: Flow) -> int:
    """About the most products that a layer makes of what flows in. Raises `TooLargeError` beyond a bound."""
    elements = prod(flow.shape)
    if elements > MOST_ELEMENTS or (flow.layout == TOKENS and flow.shape[0] > MOST_TOKENS):
        raise TooLargeError
    factors = 1
    for option in BUILT_IN[layer].options:
        value = options.get(option.name, 1)
        # An integer is a size along each axis, where it may be one; lists have one for each.
        axes = max(flow.rank, 1) if takes_sizes(option.kind) and not isinstance(value, tuple) else 1
        for size in filter(None, integers_in(value)):
            factors *= min(abs(size), MOST_PRODUCTS + 1) ** (axes if abs(size) < 12 else max(flow.rank, 1))
    if factors * elements > MOST_PRODUCTS:
        raise TooLargeError
    return factors * elements


def takes_sizes(kind: Kind) -> bool:
    """Whether an option takes an integer for all axes, or one for each."""
    return isinstance(kind, Size) or (isinstance(kind, Either) and any(map(takes_sizes, kind.kinds)))


def integers_in(value: Value) -> Iterator[int]:
    """The integers of a value, and factors rounded up."""
    if isinstance(value, tuple):
        for item in value:
            yield from integers_in(item)
    elif isinstance(value, float) and abs(value) < 1e9:
        yield 1 + int(abs(value))
    elif isinstance(value, int) and not isinstance(value, bool):
        yield value
