"""`netdsl play [FILE|FOLDER]`."""

from __future__ import annotations

import os
import sys

from netdsl.checker.loading.packaged import find_file, packaged_names
from netdsl.cli.shared.printing import print_findings
from netdsl.diagnostics.diagnostic import DiagnosticError
from netdsl.playground.export import PYODIDE_ADDRESS, export
from netdsl.playground.library import Library
from netdsl.playground.request import RequestError
from netdsl.playground.service import START, Service
from netdsl.spec import split_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "file",
        nargs="?",
        metavar="FILE",
        help="what to begin with: a .net file, FILE.net:Net, a folder of files, or a packaged name (lenet5)",
    )
    parser.add_argument("--port", type=int, default=0, help="the port to serve at (a free one)")
    parser.add_argument("--no-browser", action="store_true", help="print the address, and open no browser")
    parser.add_argument(
        "--export", metavar="DIR", help="write the page as files that need no server, and serve nothing"
    )
    parser.add_argument(
        "--pyodide",
        metavar="ADDRESS",
        help=f"where an exported page has Python from: an address, or a folder to copy ({PYODIDE_ADDRESS})",
    )


def run(options: Namespace) -> int:
    """Serve the page until Ctrl-C, or write it; 1 where the file can't be read, 2 where the port is taken."""
    if options.pyodide is not None and options.export is None:
        print("error: --pyodide goes with --export", file=sys.stderr)
        return 2
    try:
        service = service_of(options.file)
        if options.export is not None:
            return write(options.export, service, options.pyodide or PYODIDE_ADDRESS)
    except DiagnosticError as error:
        print_findings([error.diagnostic])
        return 1
    except RequestError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return serve(service, options)


def service_of(spec: str | None) -> Service:
    """The service of a file with those beside it, of a folder, or of a packaged network.

    Raises `DiagnosticError` or `RequestError` where it can't be read.
    """
    if spec is None:
        return Service()
    if os.path.isdir(spec):
        return Service(spec, next(iter(Library(spec).files()), START))
    file, net = (spec, None) if os.path.lexists(spec) else split_spec(spec)
    path = find_file(file)
    if path != file and file.removesuffix(".net") in packaged_names():
        return Service(None, file.removesuffix(".net"), net)
    path = os.path.realpath(path)
    made = Service(os.path.dirname(path), os.path.basename(path), net)
    made.library.read(made.start)
    return made


def write(target: str, service: Service, pyodide: str) -> int:
    """Write the page; raises `DiagnosticError` where that fails."""
    written = export(target, service, pyodide)
    print(
        f"wrote {len(written)} files to {target}; a web server shows them: python -m http.server -d {target}"
    )
    return 0


def serve(service: Service, options: Namespace) -> int:
    """Serve the page until somebody ends it."""
    from contextlib import nullcontext

    from netdsl.cli.shared.browser import browser_at
    from netdsl.playground.server import PlaygroundServer

    try:
        server = PlaygroundServer(service, options.port)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        print(f"error: port {options.port} can't be served: {reason.lower()}", file=sys.stderr)
        print("help: without --port a free one is taken", file=sys.stderr)
        return 2
    with server:
        print(f"{server.address}\nCtrl-C ends it", flush=True)
        with nullcontext() if options.no_browser else browser_at(server.address):
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                # That is how one ends it; the line is that of the ^C.
                print(file=sys.stderr)
    return 0
