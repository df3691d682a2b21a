"""Serves the page on this machine alone: its files, and the answers of one `Service`.

Other pages that a browser shows, and other people on this machine, can send
requests to it as well. An answer is given to those only that have the
token, which stands in the address that was printed; and to none that were
sent by another page, or under a name that is not this machine's (by which
a page elsewhere could make itself out to be this one: DNS rebinding).
"""

from __future__ import annotations

import json
import secrets
import sys
import threading
import traceback
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer

from netdsl.checker.loading.source import LARGEST_FILE
from netdsl.playground.pages import INDEX, page_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.playground.service import Service

HOST = "127.0.0.1"
NAMES = (HOST, "localhost")
TOKEN_HEADER = "X-Netdsl-Token"
# The largest text, with what JSON adds to it.
LARGEST_REQUEST = 2 * LARGEST_FILE
# Seconds for a request to arrive.
PATIENCE = 30
POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class PlaygroundServer(ThreadingHTTPServer):
    """The server of one page. `address` is what a browser is to open; the token is in it."""

    daemon_threads = True
    # A port that somebody else serves already is an error, not something to share.
    allow_reuse_port = False

    def __init__(self, service: Service, port: int = 0) -> None:
        """Listen at a port, 0 for a free one; raises `OSError` where that can't be had."""
        super().__init__((HOST, port), Handler)
        self.service = service
        self.token = secrets.token_urlsafe(24)
        self.files = page_files()
        self._one_at_a_time = threading.Lock()

    def server_bind(self) -> None:
        """Take the port. The library would also ask the network what this machine is called."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    @property
    def address(self) -> str:
        """The page's address. What stands behind the # is sent to no server and stands in no log."""
        return f"http://{HOST}:{self.server_port}/#token={self.token}"

    def hosts(self) -> set[str]:
        """The names under which a browser may ask for the page."""
        return {f"{name}:{self.server_port}" for name in NAMES}

    def answer(self, request: str) -> str:
        """The service's answer; it keeps the last text, so that requests wait for each other."""
        with self._one_at_a_time:
            return self.service.answer_json(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """A page that was closed while it waited is nothing to tell of."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class RefusedError(Exception):
    """A request that is not answered; the text says why."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Handler(BaseHTTPRequestHandler):
    """One connection of a browser."""

    server: PlaygroundServer
    server_version = "netdsl"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE

    def do_GET(self) -> None:
        """A file of the page."""
        try:
            self.check_host()
            name = self.path.partition("?")[0].removeprefix("/") or INDEX
            file = self.server.files.get(name)
            if file is None:
                raise RefusedError(HTTPStatus.NOT_FOUND, "there is no such page")
        except RefusedError as refusal:
            self.refuse(refusal)
        else:
            self.send(HTTPStatus.OK, file.content_type, file.data)

    def do_POST(self) -> None:
        """A request of the page."""
        try:
            # It is read in any case: a connection that is closed with more to read may lose the answer.
            body = self.body()
            self.check_host()
            self.check_sender()
            answer = self.answer_to(body)
        except RefusedError as refusal:
            self.refuse(refusal)
        else:
            self.send(HTTPStatus.OK, "application/json", answer.encode())

    def answer_to(self, body: str) -> str:
        """The service's answer; a mistake of netdsl's own does not end the server."""
        try:
            return self.server.answer(body)
        except Exception as error:
            traceback.print_exc()
            reason = f"netdsl failed: {type(error).__name__}: {error}; its terminal says where"
            raise RefusedError(HTTPStatus.INTERNAL_SERVER_ERROR, reason) from None

    def check_host(self) -> None:
        """Refuse what was not asked for under this machine's name."""
        if self.headers.get_all("Host", []) not in [[each] for each in self.server.hosts()]:
            raise RefusedError(HTTPStatus.FORBIDDEN, "this server answers to its own address alone")

    def check_sender(self) -> None:
        """Refuse what another page has sent, and what has no token."""
        if self.path != "/api":
            raise RefusedError(HTTPStatus.NOT_FOUND, "requests are sent to /api")
        origin = self.headers.get("Origin")
        if origin is not None and origin not in {f"http://{each}" for each in self.server.hosts()}:
            raise RefusedError(HTTPStatus.FORBIDDEN, "another page's requests are not answered")
        token = self.headers.get(TOKEN_HEADER, "")
        if not secrets.compare_digest(token.encode(), self.server.token.encode()):
            raise RefusedError(
                HTTPStatus.FORBIDDEN, "the token is missing: open the address that was printed"
            )
        if self.headers.get_content_type() != "application/json":
            raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "a request is JSON")

    def body(self) -> str:
        """The text of the request, of a bounded length."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdecimal()) or "Transfer-Encoding" in self.headers:
            raise RefusedError(HTTPStatus.LENGTH_REQUIRED, "a request says how long it is")
        if len(length) > 12 or int(length) > LARGEST_REQUEST:
            raise RefusedError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {LARGEST_REQUEST:,} bytes are read"
            )
        data = self.rfile.read(int(length))
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            raise RefusedError(HTTPStatus.BAD_REQUEST, "a request is UTF-8") from None

    def refuse(self, refusal: RefusedError) -> None:
        """Say why there is no answer. What is left of the request is not read."""
        self.close_connection = True
        self.send(refusal.status, "application/json", json.dumps({"error": str(refusal)}).encode())

    def send(self, status: HTTPStatus, content_type: str, data: bytes) -> None:
        """Send an answer."""
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the library refuses, such as a line that is no request, in the same form."""
        self.refuse(RefusedError(HTTPStatus(code), message or HTTPStatus(code).phrase))

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the terminal is for what a person has to know."""
