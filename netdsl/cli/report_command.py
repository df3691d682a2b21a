"""`netdsl report RUN...`."""

from __future__ import annotations

import sys
from pathlib import Path

from netdsl.cli.shared.printing import print_findings
from netdsl.diagnostics.diagnostic import DiagnosticError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from netdsl.report.page.contents import Page


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "runs", nargs="+", metavar="RUN", help="a run folder, such as runs/lenet5-1, or the folder of a sweep"
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", default="report.html", help="the page (report.html)"
    )
    parser.add_argument("--title", help="the page's title")
    parser.add_argument(
        "--no-images",
        action="store_true",
        help="leave out mistakes and samples, which need the run's data and network",
    )
    parser.add_argument(
        "--data", metavar="DATA", help="other data than the runs', as `netdsl train` takes it"
    )
    parser.add_argument("--data-dir", metavar="DIR", help="where named sets are kept and downloaded to")
    parser.add_argument("--device", help="cpu, cuda, cuda:1, mps; the best there is if not given")
    parser.add_argument("--seed", type=int, default=0, help="seed of the random sample (0)")


def run(options: Namespace) -> int:
    """Write the page; 1 where a run can't be read or the page can't be written."""
    try:
        page = make_page(options)
        from netdsl.report.page.write import write_page

        path = write_page(page, Path(options.output))
    except DiagnosticError as error:
        print_findings([error.diagnostic])
        return 1
    for contents in page.runs:
        if contents.without:
            print(f"{contents.label}: {contents.without}", file=sys.stderr)
    print(f"wrote {path}")
    return 0


def make_page(options: Namespace) -> Page:
    """What the page holds; raises `DiagnosticError`."""
    from netdsl.cli.report.run_contents import read_run
    from netdsl.cli.report.runs import find_runs, table_of
    from netdsl.report.page.contents import Page
    from netdsl.report.page.write import require_libraries

    # Before the work, which would be in vain.
    require_libraries()
    found = find_runs([Path(each) for each in options.runs])
    contents = tuple(read_run(each, options) for each in found.runs)
    names = [each.history.name for each in contents]
    title = options.title or found.title or ", ".join(dict.fromkeys(names))
    return Page(title, contents, found.notes, table_of(found))
