"""The sets that are known by their names, and what is said of a name that is none. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass

from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.catalogue import data as codes
from netdsl.diagnostics.suggest import closest


@dataclass(frozen=True, slots=True)
class NamedSet:
    """What is known of a set before it is read: its training images, an image's shape, its classes."""

    images: int
    shape: tuple[int, int, int]
    classes: int


NAMED_SETS = {
    "shapes": NamedSet(12_000, (3, 32, 32), 10),
    "cifar10": NamedSet(50_000, (3, 32, 32), 10),
    "cifar100": NamedSet(50_000, (3, 32, 32), 100),
    "mnist": NamedSet(60_000, (1, 28, 28), 10),
    "fashion_mnist": NamedSet(60_000, (1, 28, 28), 10),
    "svhn": NamedSet(73_257, (3, 32, 32), 10),
}

NAMES: tuple[str, ...] = tuple(NAMED_SETS)


def unknown_data(spec: str) -> Diagnostic:
    """The error of data that is neither a set's name nor the path of anything."""
    meant = closest(spec.replace("-", "_"), NAMES, {"fashionmnist": "fashion_mnist"})
    return Diagnostic(
        codes.UNKNOWN_DATA,
        f"there is no folder, no file and no set named {spec}",
        file=spec,
        help=f"did you mean `{meant}`?" if meant else "the sets known by name are " + ", ".join(NAMES),
    )
