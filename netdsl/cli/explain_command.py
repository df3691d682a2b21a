"""`netdsl explain CODE`."""

from __future__ import annotations

import sys
import textwrap

from netdsl.diagnostics.catalogue import all_codes
from netdsl.diagnostics.render.text import render_text
from netdsl.diagnostics.suggest import closest
from netdsl.lints.examples import findings_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from netdsl.diagnostics.diagnostic import Code


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("code", nargs="?", metavar="CODE", help="a code such as E203; all of them without it")


def run(options: Namespace) -> int:
    """Print what a code means, with its examples; 1 where there is none of that name."""
    known = all_codes()
    if options.code is None:
        for code in known.values():
            print(f"{code.id}  {code.title}")
        return 0
    wanted = options.code.upper().strip("[]")
    if wanted not in known:
        meant = closest(wanted, known)
        hint = f"did you mean {meant}?" if meant else "netdsl explain lists all codes"
        print(f"error: no code {options.code}; {hint}", file=sys.stderr)
        return 1
    print(explanation(known[wanted]))
    return 0


def explanation(code: Code) -> str:
    """The whole page of a code."""
    parts = [f"{code.id}: {code.title}", textwrap.fill(code.explanation, 88)]
    if code.name:
        parts.append(f"A lint of the name {code.name}; what it finds is {article(code.severity)}.")
    if code.wrong:
        parts += ["Wrong:", textwrap.indent(shortened(code.wrong), "    ")]
        if code.example_kind == "net":
            about = findings_of(code, code.wrong)
            parts.append(textwrap.indent(render_text(about[:1]), "    "))
    if code.right:
        parts += ["Right:", textwrap.indent(shortened(code.right), "    ")]
    return "\n\n".join(part.rstrip() for part in parts)


def article(severity: str) -> str:
    """A severity with its article."""
    return f"an {severity}" if severity[0] == "e" else f"a {severity}"


def shortened(text: str) -> str:
    """An example whose lines fit a screen."""
    return "\n".join(line if len(line) <= 100 else line[:97] + "..." for line in text.splitlines())
