"""`netdsl shapes FILE`."""

from __future__ import annotations

import sys

from netdsl.cli.common import add_file, find_network, print_json
from netdsl.network.statements import Statement, statements

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from netdsl.network.nodes import Network

PIPED_WIDTH = 200


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


def as_dict(network: Network) -> dict[str, object]:
    """The JSON contract of the table."""
    return {
        "net": network.name,
        "input": list(network.input.shape),
        "output": list(network.output.shape),
        "training_outputs": [
            {"name": node.name, "output": list(node.output.shape)} for node in network.root.output_nodes
        ],
        "parameters": network.parameter_count,
        "multiply_adds": network.multiply_adds,
        "activation_bytes": network.activation_bytes,
        "statements": [
            {
                "name": row.name,
                "layer": row.layer,
                "file": row.file,
                "line": row.line,
                "inputs": list(row.inputs),
                "output": list(row.output.shape),
                "parameters": row.parameters,
                "multiply_adds": row.multiply_adds,
                "receptive_field": list(row.receptive_field),
                "activation_bytes": row.activation_bytes,
            }
            for row in statements(network)
        ],
    }


def print_table(network: Network) -> None:
    """The table for people."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("line", justify="right")
    for heading in ("name", "layer", "from"):
        table.add_column(heading, no_wrap=True)
    for heading in ("output", "parameters", "multiply-adds", "sees", "activations"):
        table.add_column(heading, justify="right", no_wrap=True)
    before = "input"
    for row in statements(network):
        table.add_row(*cells(row, before))
        before = row.name
    console = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH, highlight=False)
    # Rich would leave with 1 where the reader of a pipe has gone; printing is ours, as everywhere.
    with console.capture() as captured:
        console.print(f"{network.title}\n", markup=False)
        console.print(table)
        console.print(f"\n{totals(network)}")
        if further := network.root.output_nodes:
            listed = ", ".join(f"{node.name} {node.output}" for node in further)
            console.print(f"in training also {listed}; multiply-adds and activations are those of evaluation")
    print(captured.get(), end="")


def cells(row: Statement, before: str) -> list[str]:
    """A row's texts; what simply follows the row above needs no mention."""
    return [
        str(row.line),
        row.name,
        row.layer,
        "" if row.inputs == (before,) else ", ".join(row.inputs),
        str(row.output),
        f"{row.parameters:,}" if row.parameters else "",
        f"{row.multiply_adds:,}" if row.multiply_adds else "",
        "x".join(map(str, row.receptive_field)),
        readable_bytes(row.activation_bytes) if row.activation_bytes else "",
    ]


def totals(network: Network) -> str:
    """What all layers of a network come to."""
    return (
        f"{network.parameter_count:,} parameters, {network.multiply_adds:,} multiply-adds, "
        f"{readable_bytes(network.activation_bytes)} of activations a sample (float32)"
    )


def readable_bytes(count: int) -> str:
    """Bytes with a binary unit."""
    size, units = float(count), ["B", "KiB", "MiB", "GiB", "TiB"]
    while size >= 1024 and len(units) > 1:
        size /= 1024
        units.pop(0)
    return f"{size:.0f} {units[0]}" if units[0] == "B" else f"{size:.1f} {units[0]}"
