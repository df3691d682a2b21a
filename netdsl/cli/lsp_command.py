"""`netdsl lsp`."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    # Many editors' clients add it by themselves.
    parser.add_argument("--stdio", action="store_true", help="talk over standard input and output, as always")


def run(options: Namespace) -> int:
    """Serve an editor until it says that it is done; 2 where pygls is not installed."""
    try:
        from netdsl.editor.server import create_server
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in ("pygls", "lsprotocol"):
            raise
        print(f"error: the language server needs {package}: pip install 'netdsl[lsp]'", file=sys.stderr)
        return 2
    # The server closes what it is given; the command line flushes its own output after it.
    create_server().start_io(os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb"))
    return 0
