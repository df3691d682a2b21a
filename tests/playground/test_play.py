"""`netdsl play` as a command."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import webbrowser
from http.client import HTTPConnection
from pathlib import Path
from urllib.request import url2pathname

import pytest

from netdsl.cli.play_command import service_of
from netdsl.playground.server import PlaygroundServer
from tests.cli.run import environment, run, run_process
from tests.playground.ask import SMALL


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT that can be sent")
def test_it_prints_its_address_and_ends_quietly(tmp_path: Path) -> None:
    (tmp_path / "a.net").write_text(SMALL, encoding="utf-8")
    command = [sys.executable, "-m", "netdsl", "play", "a.net", "--no-browser"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        address, _, token = process.stdout.readline().strip().partition("/#token=")
        assert process.stdout.readline() == "Ctrl-C ends it\n"
        host = address.removeprefix("http://")
        assert host.startswith("127.0.0.1:")
        connection = HTTPConnection(host, timeout=60)
        headers = {"X-Netdsl-Token": token, "Content-Type": "application/json"}
        connection.request("POST", "/api", json.dumps({"method": "list"}), headers)
        answer = json.loads(connection.getresponse().read())
        connection.close()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (answer["files"], answer["start"]["name"]) == (["a.net"], "a.net")
    assert (process.returncode, out, err) == (0, "", "\n")


def test_a_browser_is_started_without_the_token(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it was started with stands in the list of processes, which others on the machine can read."""
    opened: list[tuple[Path, int, int, str]] = []
    done = threading.Event()

    def start(address: str) -> None:
        page = Path(url2pathname(address.removeprefix("file://")))
        modes = (stat.S_IMODE(each.stat().st_mode) for each in (page, page.parent))
        opened.append((page, *modes, page.read_text(encoding="utf-8")))
        done.set()

    def serve(server: PlaygroundServer) -> None:
        done.wait(60)
        raise KeyboardInterrupt

    monkeypatch.setattr(webbrowser, "open", start)
    monkeypatch.setattr(PlaygroundServer, "serve_forever", serve)
    code, out, _ = run(capsys, "play")
    ((page, mode, mode_of_folder, text),) = opened
    printed = out.splitlines()[0]
    assert (code, f'content="0; url={printed}"' in text) == (0, True)
    assert printed.partition("=")[2] not in str(page)
    assert not page.parent.exists()
    if os.name == "posix":
        assert (mode, mode_of_folder) == (0o600, 0o700)


def test_a_port_that_is_taken_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = run(capsys, "play", "--no-browser", "--port", str(port))
    assert (code, out) == (2, "")
    assert err.startswith(f"error: port {port} can't be served: ")
    assert run(capsys, "play", "--no-browser", "--port", "70000")[0] == 2


def test_what_is_no_file_is_an_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = run(capsys, "play", "lenet55", "--no-browser")
    assert (code, err.startswith("error[E601]: ")) == (1, True)
    (tmp_path / "notes.txt").write_text("no net", encoding="utf-8")
    code, _, err = run(capsys, "play", str(tmp_path / "notes.txt"), "--no-browser")
    assert (code, err.startswith("error: `notes.txt` is neither ")) == (2, True)
    (tmp_path / "bytes.net").write_bytes(b"\xff\xfe\x00")
    assert run(capsys, "play", str(tmp_path / "bytes.net"), "--no-browser")[0] == 1


@pytest.mark.parametrize(
    ("given", "files", "start", "net"),
    [
        (None, [], "lenet5", None),
        ("resnet", [], "resnet", None),
        ("resnet:ResNet50", [], "resnet", "ResNet50"),
        ("mine", ["a.net", "b.net"], "a.net", None),
        ("mine/b.net", ["a.net", "b.net"], "b.net", None),
        ("mine/b", ["a.net", "b.net"], "b.net", None),
        ("mine/b.net:Wide", ["a.net", "b.net"], "b.net", "Wide"),
        ("empty", [], "lenet5", None),
    ],
)
def test_what_it_begins_with(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    given: str | None,
    files: list[str],
    start: str,
    net: str | None,
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "empty").mkdir()
    for name in ("a.net", "b.net"):
        (tmp_path / "mine" / name).write_text(SMALL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    answer = service_of(given).answer({"method": "list"})
    begun = answer["start"]
    assert isinstance(begun, dict)
    assert (answer["files"], begun["name"], begun["net"]) == (files, start, net)


def test_pyodide_goes_with_export(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "play", "--pyodide", "here")[0] == 2


def test_the_help_names_it() -> None:
    assert "play " in run_process("--help").stdout
