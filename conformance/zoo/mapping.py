"""Which tensor of torchvision's state dict is which of ours: the same order, but for named moves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest

from torch import Tensor


class MismatchError(Exception):
    """The two state dicts don't go together; the message says where."""


@dataclass(frozen=True, slots=True)
class Move:
    """Keys that stand elsewhere in our order, and why.

    `keys` is a pattern of torchvision's keys; they go after the last other
    key that begins with `behind`, which may name groups of the pattern.
    """

    keys: str
    behind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Mapping:
    """How torchvision's state dict becomes ours.

    `dropped` is a pattern of keys that we don't hold. With `squeezed`,
    shapes may differ by axes of size 1. Each comes with its reason.
    """

    moves: tuple[Move, ...] = ()
    dropped: str = ""
    dropped_reason: str = ""
    squeezed_reason: str = ""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is not simply the same order."""
        given = (*(move.reason for move in self.moves), self.dropped_reason, self.squeezed_reason)
        return tuple(reason for reason in given if reason)


IN_ORDER = Mapping()


def ordered_keys(keys: list[str], mapping: Mapping) -> list[str]:
    """Torchvision's keys in the order of ours."""
    made = [key for key in keys if not (mapping.dropped and re.fullmatch(mapping.dropped, key))]
    for move in mapping.moves:
        groups: dict[str, list[str]] = {}
        for key in made:
            if found := re.fullmatch(move.keys, key):
                groups.setdefault(found.expand(move.behind), []).append(key)
        if not groups:
            raise MismatchError(f"no key is moved by {move.keys}")
        for prefix, moved in groups.items():
            made = [key for key in made if key not in moved]
            behind = 1 + max(index for index, key in enumerate(made) if key.startswith(prefix))
            made[behind:behind] = moved
    return made


def paired(ours: dict[str, Tensor], theirs: dict[str, Tensor], mapping: Mapping) -> list[tuple[str, str]]:
    """Our keys, each with torchvision's; raises `MismatchError` where the shapes are not the same."""
    pairs = list(zip_longest(ours, ordered_keys(list(theirs), mapping)))
    for mine, other in pairs:
        if mine is None or other is None:
            raise MismatchError(f"{mine or other} is one too many")
        shapes = tuple(ours[mine].shape), tuple(theirs[other].shape)
        if mapping.squeezed_reason:
            shapes = without_ones(shapes[0]), without_ones(shapes[1])
        if shapes[0] != shapes[1]:
            raise MismatchError(f"{mine} is {shapes[0]}, {other} is {shapes[1]}")
    return [(str(mine), str(other)) for mine, other in pairs]


def without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape without axes of size 1."""
    return tuple(size for size in shape if size != 1)
