"""What the server answers, and to whom: others on this machine, and other pages, are given nothing."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest

from netdsl.playground.server import LARGEST_REQUEST, PlaygroundServer
from netdsl.playground.service import Service
from tests.playground.ask import SMALL

LIST = json.dumps({"method": "list"})


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PlaygroundServer]:
    """A server of a folder with one file, while the test runs."""
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "a.net").write_text(SMALL, encoding="utf-8")
    (tmp_path / "secret.net").write_text("# secret", encoding="utf-8")
    with PlaygroundServer(Service(str(folder), "a.net")) as made:
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def send(
    server: PlaygroundServer, method: str, path: str, body: str | None = None, **headers: str
) -> tuple[HTTPResponse, bytes]:
    """The response to a request, and its body; `X_Name` is the header X-Name."""
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=60)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def post(server: PlaygroundServer, body: str = LIST, path: str = "/api", **headers: str) -> tuple[int, Any]:
    """Status and answer of a request of the page, some of whose headers are others."""
    whole = {"X_Netdsl_Token": server.token, "Content_Type": "application/json", **headers}
    response, data = send(server, "POST", path, body, **{k: v for k, v in whole.items() if v})
    return response.status, json.loads(data)


def test_the_page_and_its_files(server: PlaygroundServer) -> None:
    response, page = send(server, "GET", "/")
    assert response.status == 200
    assert response.headers.get_content_type() == "text/html"
    assert b'<meta name="netdsl-transport" content="server">' in page
    assert send(server, "GET", "/index.html")[1] == page
    response, _ = send(server, "GET", "/playground.css?version=1")
    assert (response.status, response.headers.get_content_type()) == (200, "text/css")


def test_the_page_loads_nothing_from_elsewhere_and_is_shown_in_no_other(server: PlaygroundServer) -> None:
    response, _ = send(server, "GET", "/")
    policy = dict(each.split(maxsplit=1) for each in response.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"


def test_requests_of_the_page_are_answered(server: PlaygroundServer) -> None:
    status, answer = post(server)
    assert (status, answer["files"]) == (200, ["a.net"])
    assert answer["start"] == {"name": "a.net", "text": SMALL, "net": None}
    status, answer = post(server, json.dumps({"method": "check", "name": "a.net", "text": SMALL + "# 🙂"}))
    assert (status, answer["diagnostics"]) == (200, [])
    status, _ = post(server, Origin=f"http://127.0.0.1:{server.server_port}")
    assert status == 200
    named = f"localhost:{server.server_port}"
    assert post(server, Host=named, Origin=f"http://{named}")[0] == 200


def test_a_request_that_makes_no_sense_is_answered_with_an_error(server: PlaygroundServer) -> None:
    assert list(post(server, "{")[1]) == ["error"]
    assert list(post(server, json.dumps({"method": "open", "name": "../secret.net"}))[1]) == ["error"]


def test_only_this_machine_can_connect(server: PlaygroundServer) -> None:
    assert server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize("token", ["", "wrong", "é"])
def test_without_the_token_nothing_is_answered(server: PlaygroundServer, token: str) -> None:
    status, answer = post(server, X_Netdsl_Token=token)
    assert (status, list(answer)) == (403, ["error"])


def test_the_token_is_another_one_each_time(server: PlaygroundServer) -> None:
    with PlaygroundServer(Service()) as other:
        assert other.token != server.token
    assert len(server.token) >= 24
    assert server.address == f"http://127.0.0.1:{server.server_port}/#token={server.token}"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "0.0.0.0:{port}"]
)
def test_another_name_for_this_machine_is_refused(server: PlaygroundServer, host: str) -> None:
    name = host.format(port=server.server_port)
    assert post(server, Host=name)[0] == 403
    response, page = send(server, "GET", "/", Host=name)
    assert response.status == 403
    assert b"<html" not in page


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "https://127.0.0.1:{port}",
        "http://127.0.0.1:1",
        "http://localhost",
        "file://",
    ],
)
def test_another_page_is_refused(server: PlaygroundServer, origin: str) -> None:
    assert post(server, Origin=origin.format(port=server.server_port))[0] == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_a_form_can_send_is_refused(server: PlaygroundServer, kind: str) -> None:
    assert post(server, Content_Type=kind)[0] == 415


def test_too_long_a_request_is_not_read(server: PlaygroundServer) -> None:
    for length in (LARGEST_REQUEST + 1, 10**30):
        assert raw(server, f"Content-Length: {length}") == 413
    for header in ("Content-Length: -1", "Content-Length: ten", "Transfer-Encoding: chunked", "X-No: length"):
        assert raw(server, header) == 411
    assert post(server, " " * 100_000 + LIST)[0] == 200


def raw(server: PlaygroundServer, header: str) -> int:
    """The status of a request that has this header and no body."""
    host = f"127.0.0.1:{server.server_port}"
    lines = ["POST /api HTTP/1.1", f"Host: {host}", f"X-Netdsl-Token: {server.token}", header]
    answer = answer_to(server, "\r\n".join([*lines, "Content-Type: application/json", "", ""]).encode())
    return int(answer.split()[1])


def answer_to(server: PlaygroundServer, request: bytes) -> bytes:
    """All that is answered to some bytes."""
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=60) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize(
    "path",
    [
        "/secret.net",
        "/../secret.net",
        "/..%2fsecret.net",
        "/a.net",
        "/page/index.html",
        "//etc/passwd",
        "/../__init__.py",
        "/service.py",
        "/api",
        "/\\..\\server.py",
        "/%00",
    ],
)
def test_no_other_file_is_served(server: PlaygroundServer, path: str) -> None:
    response, data = send(server, "GET", path)
    assert (response.status, list(json.loads(data))) == (404, ["error"])


def test_requests_go_to_one_place(server: PlaygroundServer) -> None:
    assert post(server, path="/")[0] == 404
    assert post(server, path="/api/list")[0] == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "HEAD", "TRACE"])
def test_other_methods_are_refused(server: PlaygroundServer, method: str) -> None:
    response, _ = send(server, method, "/")
    assert response.status == 501
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize("line", [b"nonsense", b"GET / HTTP/9.9", b"GET / HTTP/1.1 x"])
def test_what_is_no_request_is_refused(server: PlaygroundServer, line: bytes) -> None:
    answer = answer_to(server, line + b"\r\n\r\n")
    assert list(json.loads(answer.rpartition(b"\r\n\r\n")[2])) == ["error"]


def test_a_mistake_of_its_own_does_not_end_it(
    server: PlaygroundServer, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(server.service, "answer_json", lambda _: 1 / 0)
        status, answer = post(server)
    assert status == 500
    assert "ZeroDivisionError" in answer["error"]
    assert "Traceback" in capfd.readouterr().err
    assert post(server)[0] == 200


def test_a_page_that_is_closed_while_it_waits_is_nothing_to_tell_of(
    server: PlaygroundServer, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=60) as connection:
        connection.sendall(b"POST /api HTTP/1.1\r\nContent-Length: 50\r\n\r\n{")
    assert post(server)[0] == 200
    assert capfd.readouterr().err == ""


def test_requests_wait_for_each_other(server: PlaygroundServer, monkeypatch: pytest.MonkeyPatch) -> None:
    inside: list[str] = []
    met = threading.Event()

    def answer(request: str) -> str:
        inside.append(request)
        if len(inside) > 1:
            met.set()
        # Long enough for the other one to come in, if it could.
        met.wait(0.5)
        inside.pop()
        return "{}"

    monkeypatch.setattr(server.service, "answer_json", answer)
    threads = [threading.Thread(target=post, args=(server,)) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not met.is_set()


def test_pages_may_ask_at_the_same_time(server: PlaygroundServer) -> None:
    answers: list[int] = []

    def ask(width: int) -> None:
        request = {"method": "check", "name": "a.net", "text": SMALL, "settings": {"width": str(width)}}
        answers.append(post(server, json.dumps(request))[1]["network"]["parameters"])

    threads = [threading.Thread(target=ask, args=(width,)) for width in range(1, 9)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(answers) == [28 * width + 1960 * width + 10 for width in range(1, 9)]
