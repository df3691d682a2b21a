"""`netdsl explain CODE`."""

from __future__ import annotations

import sys

from netdsl.diagnostics.catalogue import all_codes
from netdsl.diagnostics.suggest import closest
from netdsl.lints.explanation import explanation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "code",
        nargs="?",
        metavar="CODE",
        help="a code such as E203, or the name of a lint; all codes without it",
    )


def run(options: Namespace) -> int:
    """Print what a code means, with its examples; 1 where there is none of that name."""
    known = all_codes()
    if options.code is None:
        for code in known.values():
            print(f"{code.id}  {code.title}")
        return 0
    names = {code.name: code.id for code in known.values() if code.name}
    given = options.code.strip("[]")
    wanted = names.get(given.lower().replace("_", "-"), given.upper())
    if wanted not in known:
        meant = closest(given, [*known, *names])
        hint = f"did you mean {meant}?" if meant else "netdsl explain lists all codes"
        print(f"error: no code {options.code}; {hint}", file=sys.stderr)
        return 1
    print(explanation(known[wanted]))
    return 0
