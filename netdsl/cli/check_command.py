"""`netdsl check FILE...`."""

from __future__ import annotations

import sys

from netdsl.cli.common import add_settings, print_findings, read_settings
from netdsl.diagnostics.diagnostic import Severity
from netdsl.spec import check_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from netdsl.checker import CheckResult


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a .net file, FILE.net:Net, or a packaged name"
    )
    add_settings(parser)
    parser.add_argument(
        "--format", choices=("text", "json", "github"), default="text", help="how to print findings"
    )


def run(options: Namespace) -> int:
    """Check every net of the files; 1 where there is an error."""
    settings, found = read_settings(options)
    results: list[tuple[str, CheckResult]] = []
    if not found:
        # Settings are for one net: the first, or the one that is named.
        results = [(file, check_file(file, settings, every=not settings)) for file in options.files]
        found = [each for _, result in results for each in result.diagnostics]
    if options.format == "json":
        from netdsl.diagnostics.render.json import render_json

        print(render_json(found))
    elif options.format == "github":
        from netdsl.diagnostics.render.github import render_github

        if found:
            print(render_github(found))
    else:
        for file, result in results:
            if result.ok and not result.networks:
                print(f"{file}: no net, only blocks")
            for network in result.networks if result.ok else ():
                print(
                    f"{file}: {network.name} {network.input} -> {network.output}, "
                    f"{network.parameter_count:,} parameters"
                )
        sys.stdout.flush()
        if found:
            print_findings(found)
    return 1 if any(each.severity == Severity.ERROR for each in found) else 0
