"""Names of classes in Python source: none hides what the source itself uses."""

from __future__ import annotations

import builtins
import keyword

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container

# What the source imports, and what Python has without an import.
RESERVED = frozenset(
    ("torch", "nn", "F", "Tensor", "Mapping", "Sequence", "annotations", *keyword.kwlist, *dir(builtins))
)


def net_class_name(net: str, taken: Container[str]) -> str:
    """The class of a net: its own name, with `Net` after it where the source uses that name otherwise."""
    name = net
    while name in RESERVED or name in taken:
        name += "Net"
    return name


def class_name(definition: str, taken: set[str]) -> str:
    """The class of a block or merge: its name in CapWords, with a number if that is taken; takes it."""
    base = "".join(part[:1].upper() + part[1:] for part in definition.split("_"))
    name = distinct(base, RESERVED | taken)
    taken.add(name)
    return name


def distinct(name: str, taken: Container[str]) -> str:
    """The name, or the first of name2, name3, ... that isn't taken."""
    found, number = name, 2
    while found in taken:
        found, number = f"{name}{number}", number + 1
    return found
