"""Networks in notebooks: `%load_ext netdsl`, then cells that begin with `%%net`.

    %%net model
    net Small { input 3x32x32
        conv(16, 3, padding=1) -> relu
        avgpool(global) -> flatten -> linear(10)
    }

shows the network's layers and makes `model` its module. `%%net` alone only
shows it. `--set width=32` gives a parameter a value, `--net Small` chooses one
of the cell's nets.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable
from typing import Protocol

from netdsl.api import lint
from netdsl.diagnostics.render import render_text
from netdsl.network.nodes import Network


class Shell(Protocol):
    """What is used of IPython's `InteractiveShell`; `user_ns` are the notebook's variables."""

    user_ns: dict[str, object]

    def register_magic_function(
        self, func: Callable[[str, str], object], *, magic_kind: str, magic_name: str
    ) -> None:
        """Make a function a magic command."""


class _WrongUsageError(Exception):
    """The line after `%%net` can't be read; the text says why."""


class _LineParser(argparse.ArgumentParser):
    """A parser that raises where the command line's would end the process."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise _WrongUsageError(message)


def load_ipython_extension(shell: Shell) -> None:
    """Register `%%net`; IPython calls this for `%load_ext netdsl`."""

    def net(line: str, cell: str) -> Network | None:
        return run_cell(shell, line, cell)

    shell.register_magic_function(net, magic_kind="cell", magic_name="net")


def run_cell(shell: Shell, line: str, cell: str) -> Network | None:
    """Check a cell and print what is found; the network, whose module gets a name if one is given."""
    parser = _LineParser(prog="%%net", add_help=False)
    parser.add_argument("variable", nargs="?")
    parser.add_argument("--net")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    try:
        options = parser.parse_args(shlex.split(line))
        settings = dict(_setting(text) for text in options.set)
        if options.variable is not None and not options.variable.isidentifier():
            raise _WrongUsageError(f"{options.variable} is no name of a variable")
    except (_WrongUsageError, ValueError) as error:
        sys.stderr.write(f"%%net: {error}; write %%net [NAME] [--net NET] [--set NAME=VALUE]\n")
        return None
    result = lint(cell, options.net, settings=settings)
    if result.diagnostics:
        sys.stderr.write(render_text(result.diagnostics) + "\n")
    if result.network is not None and options.variable:
        from netdsl.emit import instantiate

        shell.user_ns[options.variable] = instantiate(result.network)
    return result.network


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise _WrongUsageError(f"{text} has no value")
    return name, value
