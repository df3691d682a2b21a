"""`netdsl check FILE...`."""

from __future__ import annotations

import sys

from netdsl import __version__
from netdsl.cli.shared.fixing import add_fix_options, fix_file
from netdsl.cli.shared.folders import with_contents
from netdsl.cli.shared.lint_options import add_lint_options, lint_options
from netdsl.cli.shared.network import add_settings, read_settings
from netdsl.cli.shared.printing import print_findings
from netdsl.diagnostics.diagnostic import Severity
from netdsl.network.table import network_lines
from netdsl.spec import lint_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from netdsl.checker import CheckResult
    from netdsl.diagnostics.diagnostic import Diagnostic


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="a .net file, FILE.net:Net, a packaged name, or a folder with all .net files below it",
    )
    add_settings(parser)
    parser.add_argument(
        "--format", choices=("text", "json", "github", "sarif"), default="text", help="how to print findings"
    )
    add_lint_options(parser)
    add_fix_options(parser)


def run(options: Namespace) -> int:
    """Check every net of the files; 1 where there is an error."""
    if options.diff and options.format != "text":
        print("error: --diff goes with --format text alone", file=sys.stderr)
        return 2
    if options.unsafe and not (options.fix or options.diff):
        print("error: --unsafe goes with --fix or --diff", file=sys.stderr)
        return 2
    settings, found = read_settings(options)
    results: list[tuple[str, CheckResult]] = []
    if not found:
        results, found = check_files(options, settings)
    print_all([] if options.diff else results, found, options.format)
    return 1 if any(each.severity == Severity.ERROR for each in found) else 0


def check_files(
    options: Namespace, settings: dict[str, str]
) -> tuple[list[tuple[str, CheckResult]], list[Diagnostic]]:
    """The results by file, and all findings; those of a configuration that files share stand there once."""
    results: list[tuple[str, CheckResult]] = []
    files, found = with_contents(options.files)
    told: set[tuple[str, str]] = set()
    for file in files:
        chosen, wrong = lint_options(file, options)
        # Settings are for one net: the first, or the one that is named.
        if options.fix or options.diff:
            result = fix_file(file, settings, chosen, options)
        else:
            result = lint_file(file, settings, every=not settings, options=chosen)
        results.append((file, result))
        keyed = {(each.message, each.span.source.name if each.span else ""): each for each in wrong}
        found += [each for key, each in keyed.items() if key not in told]
        told |= set(keyed)
        found += result.diagnostics
    return results, found


def print_all(results: list[tuple[str, CheckResult]], found: list[Diagnostic], form: str) -> None:
    """Print the findings, and for people the networks too."""
    is_cut = any(result.is_cut for _, result in results)
    if form == "json":
        from netdsl.diagnostics.render.counts import CUT, counted
        from netdsl.diagnostics.render.json import render_json

        print(render_json(found))
        if is_cut:
            # A list of findings has no place for it.
            print(f"{counted(found)}, and {CUT}", file=sys.stderr)
    elif form == "sarif":
        from netdsl.diagnostics.render.sarif import render_sarif

        print(render_sarif(found, __version__, is_cut))
    elif form == "github":
        from netdsl.diagnostics.render.github import render_github

        if found:
            print(render_github(found, is_cut))
    else:
        print_networks(results)
        if found:
            print_findings(found, is_cut)


def print_networks(results: list[tuple[str, CheckResult]]) -> None:
    """A line for each network without errors."""
    for file, result in results:
        if result.ok:
            print("\n".join(network_lines(file, result.networks)))
    sys.stdout.flush()
