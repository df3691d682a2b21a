"""Both sides by turns in one process, and the medians of their rounds."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterable

from benchmarks.training import bare, tutorial
from benchmarks.training.data import Images
from benchmarks.training.netdsl_side import train_in_turns
from benchmarks.training.networks import Network
from benchmarks.training.side import Epoch, Side

NETDSL = "netdsl"

PACKAGES = ("lightning", "keras")


def make_side(name: str, network: Network, images: Images) -> Side:
    """A side by its name. Lightning and Keras are imported only where they are asked for."""
    if name == "lightning":
        from benchmarks.training.lightning_side import Lightning

        return Lightning(network, images)
    if name == "keras":
        from benchmarks.training.keras_side import Keras

        return Keras(network, images)
    makers: dict[str, Callable[[], Side]] = {
        "eager": lambda: bare.BareStep(network, images),
        "fused": lambda: bare.BareStep(network, images, tuned=True),
        "compiled": lambda: bare.BareStep(network, images, compiled=True),
        "memory": lambda: tutorial.Tutorial(network, images.classes, tutorial.memory_loaders(images)),
        "folder": lambda: tutorial.Tutorial(network, images.classes, tutorial.folder_loaders(images, 2)),
    }
    return makers[name]()


def installed(names: Iterable[str]) -> list[str]:
    """The sides that can run here; what is missing is said."""
    found = []
    for name in names:
        if name in PACKAGES and importlib.util.find_spec(name) is None:
            print(f"{name} is not installed and left out", file=sys.stderr)
        else:
            found.append(name)
    return found


def in_turns(network: Network, images: Images, names: Iterable[str], rounds: int) -> dict[str, list[Epoch]]:
    """Epochs of netdsl and of the sides, one each a round; the first round warms up and is left out.

    netdsl's training is the outer loop: after each of its epochs the others
    have one.
    """
    sides = {name: make_side(name, network, images) for name in installed(names)}
    epochs: dict[str, list[Epoch]] = {name: [] for name in (*sides, NETDSL)}

    def after(epoch: Epoch) -> None:
        epochs[NETDSL].append(epoch)
        for name, side in sides.items():
            epochs[name].append(side.epoch())

    train_in_turns(network, images, rounds + 1, after)
    return {name: found[1:] for name, found in epochs.items()}
