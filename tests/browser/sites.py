"""The two ways in which the page reaches a browser: from netdsl, and as files with a Python of their own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from netdsl.playground.export import export
from netdsl.playground.server import PlaygroundServer
from netdsl.playground.service import Service

ROOT = Path(__file__).parents[2]
PYODIDE = ROOT / "editors" / "playground" / "node_modules" / "pyodide"


class QuietHandler(SimpleHTTPRequestHandler):
    """Files of a folder, without a line for each of them."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def running(server: ThreadingHTTPServer) -> Iterator[None]:
    """A server that answers until the block ends."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def served(folder: Path, start: str) -> Iterator[str]:
    """The address of the page with a folder's files, asked of a server of netdsl."""
    server = PlaygroundServer(Service(str(folder), start))
    with running(server):
        yield server.address


@contextmanager
def exported(folder: Path, start: str, site: Path) -> Iterator[str]:
    """The address of the same page as files, which a server hands out that knows nothing of netdsl."""
    assert PYODIDE.is_dir(), "run `npm ci` in editors/playground: the tests take Pyodide from there"
    export(str(site), Service(str(folder), start), str(PYODIDE))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(site)))
    with running(server):
        yield f"http://127.0.0.1:{server.server_port}/"
