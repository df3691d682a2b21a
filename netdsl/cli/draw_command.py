"""`netdsl draw FILE -o net.svg|net.html|net.png`."""

from __future__ import annotations

from argparse import ArgumentTypeError

from netdsl.cli.shared.network import add_file, find_network
from netdsl.cli.shared.pictures import write_picture
from netdsl.cli.shared.printing import print_findings
from netdsl.diagnostics.diagnostic import DiagnosticError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from netdsl.network.nodes import Network


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    add_file(parser)
    parser.add_argument(
        "-o",
        "--output",
        metavar="PATH",
        help="where to write; the ending says what: .svg, .html (blocks open and close) or .png (NET.svg)",
    )
    parser.add_argument(
        "--style",
        choices=("blocks", "volumes"),
        default="blocks",
        help="every layer in its block, or what the stages make as boxes in perspective (blocks)",
    )
    parser.add_argument(
        "--depth",
        type=whole_number,
        metavar="N",
        help="close the blocks that are inside N others; 0 closes all",
    )
    parser.add_argument("--expand", action="store_true", help="draw equal blocks as often as they are there")


def whole_number(text: str) -> int:
    """A number from 0 up."""
    if not text.isdecimal():
        raise ArgumentTypeError(f"{text!r} is no number from 0 up")
    return int(text)


def run(options: Namespace) -> int:
    """Write the picture of a network; 1 where it has errors or can't be drawn."""
    network = find_network(options)
    if network is None:
        return 1
    path = options.output or f"{network.name.lower()}.svg"
    try:
        draw(network, path, options)
    except DiagnosticError as error:
        print_findings([error.diagnostic])
        return 1
    print(f"wrote {path}")
    return 0


def draw(network: Network, path: str, options: Namespace) -> None:
    """Write the picture; raises `DiagnosticError` where it can't be drawn or written."""
    from netdsl import drawing
    from netdsl.drawing.problems import no_blocks

    if options.style == "volumes":
        if options.expand or options.depth is not None:
            raise no_blocks("--expand" if options.expand else "--depth")
        write_picture(path, lambda: drawing.draw_volumes(network), lambda: drawing.draw_volumes_page(network))
        return
    how = {"depth": options.depth, "expand": options.expand}
    write_picture(path, lambda: drawing.draw_svg(network, **how), lambda: drawing.draw_page(network, **how))
