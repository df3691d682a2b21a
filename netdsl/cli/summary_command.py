"""`netdsl summary FILE`."""

from __future__ import annotations

import sys

from netdsl.cli.common import add_file, find_network

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    add_file(parser)
    parser.add_argument("--batch-size", type=positive, default=1, metavar="N", help="samples a batch (1)")
    parser.add_argument(
        "--depth", type=positive, default=3, metavar="N", help="levels of modules to show (3)"
    )
    parser.add_argument("--device", default="cpu", help="where to build the network (cpu)")


def positive(text: str) -> int:
    """An integer of at least 1."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def run(options: Namespace) -> int:
    """Print torchinfo's table; 1 where the network has errors."""
    network = find_network(options)
    if network is None:
        return 1
    from netdsl.emit.summary import summarize

    try:
        table = summarize(network, options.batch_size, options.depth, options.device)
    except RuntimeError as error:
        # Torch has no other word for a device that is not there, or memory that is not enough.
        reason = str(error).splitlines()[0]
        print(f"error: can't run {network.name} on {options.device}: {reason}", file=sys.stderr)
        return 1
    print(table)
    return 0
