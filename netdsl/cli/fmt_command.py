"""`netdsl fmt FILE...`."""

from __future__ import annotations

import sys

from netdsl.cli.shared.folders import with_contents
from netdsl.cli.shared.printing import print_findings
from netdsl.cli.shared.rewriting import difference, rewrite, source_of
from netdsl.diagnostics.diagnostic import DiagnosticError
from netdsl.formatter import format_source
from netdsl.syntax.automaton import MOST_ERRORS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from netdsl.diagnostics.span import Source


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="a .net file, or a folder with all .net files below it; `-` for standard input",
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 where a file differs"
    )
    parser.add_argument("--diff", action="store_true", help="write nothing, and show what would change")


def run(options: Namespace) -> int:
    """Format files in place; 1 where one has mistakes, or differs under `--check`."""
    paths, found = with_contents(options.files)
    differs = is_cut = False
    for path in paths:
        try:
            source = source_of(path)
            text, wrong = format_source(source)
            found += wrong
            is_cut |= len(wrong) >= MOST_ERRORS
            if text is not None:
                differs |= text != source.text
                show_or_write(path, source, text, options)
        except DiagnosticError as error:
            found.append(error.diagnostic)
    sys.stdout.flush()
    if found:
        print_findings(found, is_cut)
    return 1 if found or (differs and options.check) else 0


def show_or_write(path: str, source: Source, text: str, options: Namespace) -> None:
    """Print what changes, or write it; raises `DiagnosticError` where that fails."""
    changes = text != source.text
    if options.diff:
        if changes:
            print(difference(source, text))
    elif options.check:
        if changes:
            print(f"would format {source.name}")
    elif path == "-":
        sys.stdout.write(text)
    elif changes:
        rewrite(path, text)
        print(f"formatted {source.name}")
