"""`netdsl shapes FILE`."""

from __future__ import annotations

import sys

from netdsl.cli.shared.network import add_file, find_network
from netdsl.cli.shared.printing import PIPED_WIDTH, print_json
from netdsl.network.table import as_dict, in_training, table_rows, totals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from netdsl.network.nodes import Network


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    add_file(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print the table")


def run(options: Namespace) -> int:
    """Print the table of a network; 1 where it has errors."""
    network = find_network(options)
    if network is None:
        return 1
    if options.format == "json":
        print_json(as_dict(network))
    else:
        print_table(network)
    return 0


def print_table(network: Network) -> None:
    """The table for people."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    from netdsl.plain_text import add_row, say

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("line", justify="right")
    for heading in ("name", "layer", "from"):
        table.add_column(heading, no_wrap=True)
    for heading in ("output", "parameters", "multiply-adds", "sees", "activations"):
        table.add_column(heading, justify="right", no_wrap=True)
    for _, cells in table_rows(network):
        add_row(table, *cells)
    console = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH, highlight=False)
    # Rich would leave with 1 where the reader of a pipe has gone; printing is ours, as everywhere.
    with console.capture() as captured:
        say(console, f"{network.title}\n")
        console.print(table)
        say(console, f"\n{totals(network)}")
        if further := in_training(network):
            say(console, further)
    print(captured.get(), end="")
