"""The sets that are known by their names, and what is said of a name that is none. Imports no torch."""

from __future__ import annotations

from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.catalogue import data as codes
from netdsl.diagnostics.suggest import closest

# How many images each set has to train on.
TRAINING_IMAGES = {
    "shapes": 12_000,
    "cifar10": 50_000,
    "cifar100": 50_000,
    "mnist": 60_000,
    "fashion_mnist": 60_000,
    "svhn": 73_257,
}

NAMES: tuple[str, ...] = tuple(TRAINING_IMAGES)


def unknown_data(spec: str) -> Diagnostic:
    """The error of data that is neither a set's name nor the path of anything."""
    meant = closest(spec.replace("-", "_"), NAMES, {"fashionmnist": "fashion_mnist"})
    return Diagnostic(
        codes.UNKNOWN_DATA,
        f"there is no folder, no file and no set named {spec}",
        file=spec,
        help=f"did you mean `{meant}`?" if meant else "the sets known by name are " + ", ".join(NAMES),
    )
