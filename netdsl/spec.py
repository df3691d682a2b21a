"""What leads to a network: a file, `FILE.net:Net`, or the name of a packaged architecture."""

from __future__ import annotations

import os

from netdsl.checker import CheckResult, check_source, find_file, read_source
from netdsl.diagnostics.diagnostic import DiagnosticError
from netdsl.lints import LintOptions, lint_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.diagnostics.span import Source


def split_spec(spec: str) -> tuple[str, str | None]:
    """`file.net:Name` as file and net; a colon of a Windows drive is part of the file."""
    file, colon, net = spec.rpartition(":")
    if colon and net.isidentifier() and not (len(file) == 1 and os.sep == "\\"):
        return file, net
    return spec, None


def path_of(spec: str) -> str:
    """The path of the file that `FILE`, `FILE:Net` or a packaged name leads to.

    Raises `DiagnosticError` where there is none.
    """
    return find_file(spec if os.path.lexists(spec) else split_spec(spec)[0])


def check_file(spec: str, settings: dict[str, str] | None = None, *, every: bool = False) -> CheckResult:
    """Check a file, `FILE:Net` or a packaged architecture by its name."""
    try:
        source, net, folder = open_spec(spec)
    except DiagnosticError as error:
        return CheckResult((), (error.diagnostic,))
    return check_source(source, net, settings, folder, every=every and net is None)


def lint_file(
    spec: str,
    settings: dict[str, str] | None = None,
    *,
    every: bool = False,
    options: LintOptions | None = None,
) -> CheckResult:
    """Check as `check_file` does; where there is no error, with what the lints find."""
    try:
        source, net, folder = open_spec(spec)
    except DiagnosticError as error:
        return CheckResult((), (error.diagnostic,))
    return lint_source(source, net, settings, folder, every=every and net is None, options=options)


def open_spec(spec: str) -> tuple[Source, str | None, str]:
    """The text, the net and the folder of a spec; raises `DiagnosticError` where it leads nowhere."""
    name, net = split_spec(spec) if not os.path.lexists(spec) else (spec, None)
    path = find_file(name)
    return read_source(path), net, os.path.dirname(os.path.abspath(path))
