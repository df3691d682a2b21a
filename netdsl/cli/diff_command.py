"""`netdsl diff BEFORE AFTER`."""

from __future__ import annotations

import sys
from argparse import Namespace

from netdsl.cli.shared.network import read_settings
from netdsl.cli.shared.printing import print_findings, print_json
from netdsl.comparison import compare
from netdsl.diagnostics.diagnostic import DiagnosticError
from netdsl.diagnostics.render.text import render_text
from netdsl.spec import check_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser

    from netdsl.comparison import Difference
    from netdsl.comparison.difference import Placed
    from netdsl.diagnostics.diagnostic import Diagnostic
    from netdsl.network.nodes import Network

NOT_COMPARED = 2


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("before", metavar="BEFORE", help="a .net file, FILE.net:Net, or a packaged name")
    parser.add_argument("after", metavar="AFTER", help="what to compare it with, given in the same way")
    for side in ("both", "before", "after"):
        parser.add_argument(
            "--set" if side == "both" else f"--set-{side}",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            dest=f"settings_{side}",
            help=f"give a parameter of {'both nets' if side == 'both' else f'the net {side}'} a value",
        )
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="how to print what differs"
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="PATH",
        help="also draw both networks in one diagram: .svg, .html (blocks open and close) or .png",
    )


def run(options: Namespace) -> int:
    """Print what differs: 0 for the same network, 1 for another one, 2 where one has errors.

    Also 2 where the picture that was asked for can't be drawn or written.
    """
    (before, findings), (after, more) = find(options, "before"), find(options, "after")
    # What is wrong with both sides is said once.
    known = {render_text([each]) for each in findings}
    findings += [each for each in more if render_text([each]) not in known]
    if findings:
        print_findings(findings)
    if before is None or after is None:
        return NOT_COMPARED
    difference = compare(before, after)
    if options.format == "json":
        print_json(as_dict(difference))
    else:
        from netdsl.cli.diff_print import print_difference

        print_difference(difference, sys.stdout)
    if options.output is not None and not drawn(difference, options.output):
        return NOT_COMPARED
    return 0 if difference.is_same else 1


def drawn(difference: Difference, path: str) -> bool:
    """Write the picture; where that can't be done, why is printed."""
    from netdsl.cli.shared.pictures import write_picture
    from netdsl.comparison.picture import draw_difference, draw_difference_page
    from netdsl.diagnostics.catalogue.drawing import TOO_LARGE

    try:
        write_picture(path, lambda: draw_difference(difference), lambda: draw_difference_page(difference))
    except DiagnosticError as error:
        found = error.diagnostic
        if found.code is TOO_LARGE:
            # What helps `netdsl draw` is no option here.
            found = found.replace(
                help="read what is printed, or make blocks of what repeats in both networks"
            )
        print_findings([found])
        return False
    # Standard output holds what differs, and nothing else.
    print(f"wrote {path}", file=sys.stderr)
    return True


def find(options: Namespace, side: str) -> tuple[Network | None, list[Diagnostic]]:
    """The network of one side, and what is wrong with it."""
    given = [*options.settings_both, *getattr(options, f"settings_{side}")]
    settings, wrong = read_settings(Namespace(settings=given))
    if wrong:
        return None, wrong
    result = check_file(getattr(options, side), settings)
    return result.network, list(result.diagnostics)


def as_dict(difference: Difference) -> dict[str, object]:
    """The JSON contract."""
    return {
        "same": difference.is_same,
        "before": totals(difference.before),
        "after": totals(difference.after),
        "others": list(difference.others),
        "layers": [
            {
                "status": pair.status,
                "reasons": list(pair.reasons),
                "before": layer(pair.before),
                "after": layer(pair.after),
            }
            for pair in difference.pairs
        ],
    }


def totals(network: Network) -> dict[str, object]:
    """What a whole network has."""
    return {
        "net": network.name,
        "input": list(network.input.shape),
        "output": list(network.output.shape),
        "parameters": network.parameter_count,
        "multiply_adds": network.multiply_adds,
        "activation_bytes": network.activation_bytes,
    }


def layer(placed: Placed | None) -> dict[str, object] | None:
    """A layer of one side."""
    if placed is None:
        return None
    node = placed.node
    return {
        "name": placed.name,
        "layer": node.kind,
        "call": placed.call,
        "file": node.span.source.name,
        "line": node.span.line,
        "inputs": list(placed.inputs),
        "output": list(node.output.shape),
        "parameters": node.parameter_count,
        "multiply_adds": node.multiply_adds,
    }
