"""`netdsl check --fix`: applies what findings offer to the file that is checked, or shows it."""

from __future__ import annotations

import os
import sys

from netdsl.checker import CheckResult
from netdsl.cli.shared.rewriting import difference, rewrite
from netdsl.diagnostics.diagnostic import DiagnosticError
from netdsl.diagnostics.span import Source
from netdsl.fixes import fix_source
from netdsl.lints import lint_source
from netdsl.spec import open_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from netdsl.diagnostics.diagnostic import Diagnostic
    from netdsl.lints import LintOptions


def add_fix_options(parser: ArgumentParser) -> None:
    """`--fix`, `--unsafe` and `--diff`."""
    parser.add_argument(
        "--fix", action="store_true", help="apply the fixes that keep what was plainly meant, and check again"
    )
    parser.add_argument(
        "--unsafe",
        action="store_true",
        help="with --fix or --diff: the fixes that may mean something else too",
    )
    parser.add_argument("--diff", action="store_true", help="show what --fix would change, and write nothing")


def fix_file(spec: str, settings: dict[str, str], chosen: LintOptions, options: Namespace) -> CheckResult:
    """Fix the file of a spec; what is found in it then. Packaged files are left alone."""
    try:
        source, net, folder = open_spec(spec)
    except DiagnosticError as error:
        return CheckResult((), (error.diagnostic,))
    every = net is None and not settings

    def check(text: Source) -> CheckResult:
        return lint_source(text, net, settings, folder, every=every, options=chosen)

    if not is_given(source.name, spec):
        return check(source)
    fixed = fix_source(source, lambda text: check(text).diagnostics, unsafe=options.unsafe)
    if not fixed.applied:
        if fixed.obstacle is not None:
            print(why_nothing(fixed.obstacle, source.name), file=sys.stderr)
        return check(source)
    if options.diff:
        print(difference(source, fixed.text))
    else:
        try:
            rewrite(source.name, fixed.text)
        except DiagnosticError as error:
            return CheckResult((), (error.diagnostic, *check(source).diagnostics))
        print(said(fixed.applied, source.name), file=sys.stderr)
    return check(Source(source.name, fixed.text))


def is_given(path: str, spec: str) -> bool:
    """Whether a path stands in the spec, rather than the name of a packaged file that leads to it."""
    return spec.startswith(os.path.splitext(path)[0])


def why_nothing(obstacle: Diagnostic, name: str) -> str:
    """Why nothing was fixed though there are fixes."""
    return f"fixed nothing in {name}: it would still not parse; mend {obstacle.code.id} first"


def said(applied: tuple[Diagnostic, ...], name: str) -> str:
    """What was fixed, by code."""
    counts: dict[str, int] = {}
    for each in applied:
        counts[each.code.id] = counts.get(each.code.id, 0) + 1
    listed = ", ".join(code if count == 1 else f"{code} ({count} times)" for code, count in counts.items())
    return f"fixed {listed} in {name}"
