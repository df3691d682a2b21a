"""The options of `netdsl check` about lints: which run, and the memory that a network may take."""

from __future__ import annotations

from argparse import ArgumentTypeError

from netdsl.checker import find_file
from netdsl.cli.shared.numbers import positive
from netdsl.diagnostics.diagnostic import DiagnosticError
from netdsl.lints.config import bytes_of, checked_words, options_for
from netdsl.spec import split_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from netdsl.diagnostics.diagnostic import Diagnostic
    from netdsl.lints import LintOptions


def add_lint_options(parser: ArgumentParser) -> None:
    """`--select`, `--ignore`, `--memory` and `--batch-size`."""
    parser.add_argument(
        "--select", metavar="LINTS", help="the lints that run: codes, names, `default` or `all`, by commas"
    )
    parser.add_argument("--ignore", metavar="LINTS", help="lints that don't run")
    parser.add_argument(
        "--memory", type=_bytes, metavar="BYTES", help="what activations may take, such as 8GiB"
    )
    parser.add_argument(
        "--batch-size", type=positive, metavar="N", help="samples of a batch, for --memory (default 1)"
    )


def lint_options(spec: str, options: Namespace) -> tuple[LintOptions, list[Diagnostic]]:
    """The options for a file: those of its configuration, and of the command line, which wins."""
    try:
        path = find_file(split_spec(spec)[0])
    except DiagnosticError:
        # The check says so.
        path = spec
    made, wrong = options_for(path)
    given: dict[str, object] = {}
    for name in ("select", "ignore"):
        text = getattr(options, name)
        if text is not None:
            try:
                given[name] = checked_words(text)
            except DiagnosticError as error:
                wrong.append(error.diagnostic)
    for name in ("memory", "batch_size"):
        if getattr(options, name) is not None:
            given[name] = getattr(options, name)
    return made.replace(**given), wrong


def _bytes(text: str) -> int:
    found = bytes_of(text)
    if found is None:
        raise ArgumentTypeError(f"{text!r} is no number of bytes; such as 8GiB")
    return found
