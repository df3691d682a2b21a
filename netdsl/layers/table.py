"""The one table of layers, which every stage reads."""

from __future__ import annotations

from netdsl.layers import (
    activation,
    channels,
    convolution,
    linear,
    merges,
    normalization,
    pooling,
    resizing,
    shaping,
    softmax,
    tokens,
    transposed,
    windows,
)
from netdsl.layers.declaration import Declaration, Layer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

FAMILIES = (
    convolution,
    transposed,
    pooling,
    normalization,
    activation,
    softmax,
    linear,
    shaping,
    resizing,
    channels,
    tokens,
    windows,
)

BUILT_IN: Mapping[str, Declaration] = {
    declaration.name: declaration
    for declaration in (*(layer for family in FAMILIES for layer in family.LAYERS), *merges.MERGES)
}

ENTRY_POINTS = "netdsl.layers"

# Synonyms that may as well mean something else: they suggest a layer, and don't say that it was meant.
AMBIGUOUS = frozenset(
    (
        *("affine", "chunk", "clamp", "clip", "cnn", "drop", "gamma", "gate", "identityshortcut", "join"),
        *("moveaxis", "padding", "patches", "pool", "pooling", "sequence", "shortcut", "shuffle", "skip"),
        *("skipconnection", "split", "swapaxes", "transpose", "unflatten", "upconv", "view"),
    )
)


def synonyms() -> dict[str, str]:
    """Names used elsewhere, lower case and without underscores, with the layer that is meant."""
    found: dict[str, str] = {}
    for declaration in BUILT_IN.values():
        spelled = declaration.spellings if isinstance(declaration, Layer) else ()
        for word in (*declaration.synonyms, *(name for name, _ in spelled)):
            found.setdefault(without_case(word), declaration.name)
    return found


def without_case(word: str) -> str:
    """A name lower case and without underscores, as synonyms are compared."""
    return word.lower().replace("_", "")


def is_ambiguous(word: str) -> bool:
    """Whether a synonym may mean something else than the layer that it suggests."""
    return without_case(word) in AMBIGUOUS


def spelling(word: str) -> str | None:
    """How a name used elsewhere is written here, where that takes options too."""
    wanted = without_case(word)
    for declaration in BUILT_IN.values():
        if isinstance(declaration, Layer):
            for name, written in declaration.spellings:
                if name == wanted:
                    return written
    return None


class BrokenLayerError(Exception):
    """An installed package's layer can't be loaded; the message says why."""


def installed_names() -> list[str]:
    """The layers that installed packages add: an entry point of the group `netdsl.layers` each.

    Looking for them takes longer than checking a network, so it is done only
    for a name that nothing else has.
    """
    from importlib.metadata import entry_points

    return sorted({entry_point.name for entry_point in entry_points(group=ENTRY_POINTS)})


def installed(name: str) -> Declaration | None:
    """The layer of this name of an installed package, whose entry point names a `Declaration`.

    Raises `BrokenLayerError` where it can't be loaded, or is none.
    """
    from importlib.metadata import entry_points

    for entry_point in entry_points(group=ENTRY_POINTS, name=name):
        try:
            declaration = entry_point.load()
        except Exception as error:
            raise BrokenLayerError(f"{entry_point.value}: {type(error).__name__}: {error}") from error
        if not isinstance(declaration, Declaration):
            raise BrokenLayerError(f"{entry_point.value} is no declaration of a layer")
        return declaration
    return None
