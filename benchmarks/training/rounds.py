"""All sides by turns, and the epochs of their rounds."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable

from benchmarks.training.data import Images
from benchmarks.training.side import Epoch
from benchmarks.training.worker import NETDSL, Worker

PACKAGES = ("lightning", "keras")


def installed(names: Iterable[str]) -> list[str]:
    """The sides that can run here; what is missing is said."""
    found = []
    for name in names:
        if name in PACKAGES and importlib.util.find_spec(name) is None:
            print(f"{name} is not installed and left out", file=sys.stderr)
        else:
            found.append(name)
    return found


def in_turns(network: str, images: Images, names: Iterable[str], rounds: int) -> dict[str, list[Epoch]]:
    """Epochs of netdsl and of the sides, one each a round; the first round warms up and is left out."""
    chosen = [NETDSL, *installed(names)]
    workers = {name: Worker(name, network, images, rounds + 1) for name in chosen}
    epochs: dict[str, list[Epoch]] = {name: [] for name in chosen}
    try:
        for _ in range(rounds + 1):
            for name, worker in workers.items():
                epochs[name].append(worker.epoch())
    finally:
        for worker in workers.values():
            worker.close()
    return {name: found[1:] for name, found in epochs.items()}
