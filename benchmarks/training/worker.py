"""A side in a process of its own, which has its turn when it is asked and waits otherwise."""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection

from benchmarks.training.data import Images
from benchmarks.training.side import Epoch, Side

NETDSL = "netdsl"


class Worker:
    """A side by its name; what it does to its process, such as to the C library's heap, is its own."""

    def __init__(self, name: str, network: str, images: Images, epochs: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, other = context.Pipe()
        self.process = context.Process(
            target=serve, args=(name, network, images, epochs, other), daemon=False
        )
        self.process.start()
        other.close()

    def epoch(self) -> Epoch:
        """One epoch of the side; raises `EOFError` where its process has ended."""
        self.connection.send(None)
        found = self.connection.recv()
        assert isinstance(found, Epoch)
        return found

    def close(self) -> None:
        """End the process, which has no more turns."""
        self.connection.close()
        self.process.join()


def serve(name: str, network: str, images: Images, epochs: int, connection: Connection) -> None:
    """An epoch for each request, until there are none any more."""
    from benchmarks.training.networks import NETWORKS

    if name == NETDSL:
        from benchmarks.training.netdsl_side import train_in_turns

        # Its trainer is the outer loop: the first epoch begins with the first request.
        connection.recv()
        train_in_turns(NETWORKS[network], images, epochs, lambda epoch: answer(epoch, connection))
        return
    side = make_side(name, network, images)
    while wait(connection):
        connection.send(side.epoch())


def answer(epoch: Epoch, connection: Connection) -> None:
    """Send an epoch, and wait for the next request."""
    connection.send(epoch)
    wait(connection)


def wait(connection: Connection) -> bool:
    """Whether there is another request."""
    try:
        connection.recv()
    except EOFError:
        return False
    return True


def make_side(name: str, network: str, images: Images) -> Side:
    """A side by its name. Lightning and Keras are imported only where they are asked for."""
    from benchmarks.training import bare, tutorial
    from benchmarks.training.networks import NETWORKS

    chosen = NETWORKS[network]
    match name:
        case "lightning":
            from benchmarks.training.lightning_side import Lightning

            return Lightning(chosen, images)
        case "keras":
            from benchmarks.training.keras_side import Keras

            return Keras(chosen, images)
        case "memory" | "folder":
            in_memory = name == "memory"
            loaders = tutorial.memory_loaders(images) if in_memory else tutorial.folder_loaders(images, 2)
            return tutorial.Tutorial(chosen, images.classes, loaders)
        case _:
            return bare.BareStep(chosen, images, tuned=name == "fused", compiled=name == "compiled")
