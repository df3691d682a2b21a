"""`netdsl summary FILE`."""

from __future__ import annotations

from netdsl.cli.shared.network import add_file, find_network
from netdsl.cli.shared.numbers import positive
from netdsl.cli.shared.printing import print_findings
from netdsl.diagnostics import Diagnostic, DiagnosticError, first_line
from netdsl.diagnostics.catalogue.files import REFUSED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from netdsl.network.nodes import Network


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    add_file(parser)
    parser.add_argument("--batch-size", type=positive, default=1, metavar="N", help="samples a batch (1)")
    parser.add_argument(
        "--depth", type=positive, default=3, metavar="N", help="levels of modules to show (3)"
    )
    parser.add_argument("--device", default="cpu", help="where to build the network (cpu)")


def run(options: Namespace) -> int:
    """Print torchinfo's table; 1 where the network has errors."""
    network = find_network(options)
    if network is None:
        return 1
    try:
        print(table(network, options))
    except DiagnosticError as error:
        print_findings([error.diagnostic])
        return 1
    return 0


def table(network: Network, options: Namespace) -> str:
    """The table; raises `DiagnosticError` where the device is not there or can't run the network."""
    from netdsl.emit.summary import summarize
    from netdsl.training.machine.device import choose_device

    choose_device(options.device)
    try:
        return summarize(network, options.batch_size, options.depth, options.device)
    except RuntimeError as error:
        # Torch has no other word for memory that is not enough.
        message = f"{network.name} can't be run on {options.device}: {first_line(error)}"
        help = "take fewer samples with --batch-size, or another --device"
        raise DiagnosticError(Diagnostic(REFUSED, message, help=help)) from None
