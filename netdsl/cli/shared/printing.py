"""How findings and values are printed."""

from __future__ import annotations

import os
import sys

from netdsl.diagnostics.render.text import render_report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdsl.diagnostics.diagnostic import Diagnostic

# Of a table in a pipe, in columns.
PIPED_WIDTH = 200


def print_findings(diagnostics: Sequence[Diagnostic], is_cut: bool = False) -> None:
    """Findings for people, on standard error, coloured where it is a terminal; perhaps not all there are."""
    print(render_report(diagnostics, wants_color(sys.stderr.isatty()), is_cut), file=sys.stderr)


def wants_color(is_terminal: bool) -> bool:
    """Whether to colour: the conventions of NO_COLOR and FORCE_COLOR, else whether someone looks."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or is_terminal


def print_json(value: object) -> None:
    """A value as JSON on standard output."""
    from netdsl.diagnostics.render.json import to_json

    print(to_json(value))
