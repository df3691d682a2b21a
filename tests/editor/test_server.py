from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from netdsl.checker import packaged_folder
from netdsl.editor.server import connection
from tests.editor.client import PATIENCE, Client, connected, place

LARGEST = "efficientnet.net"


def document(uri: str) -> lsp.TextDocumentIdentifier:
    return lsp.TextDocumentIdentifier(uri)


def everything(text: str) -> lsp.Range:
    return lsp.Range(lsp.Position(0, 0), lsp.Position(text.count("\n") + 1, 0))


def test_the_largest_packaged_file_from_opening_to_renaming(tmp_path: Path) -> None:
    packaged = Path(packaged_folder())
    assert max(packaged.glob("*.net"), key=lambda path: path.stat().st_size).name == LARGEST
    path = tmp_path / LARGEST
    text = (packaged / LARGEST).read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    asyncio.run(go_through(tmp_path, path.as_uri(), text))


async def go_through(folder: Path, uri: str, text: str) -> None:
    """What an editor asks of a file while a person works on it."""
    async with connected(folder) as client:
        client.show(uri, text)
        assert await client.findings(uri, 1) == []
        await look_at_a_mistake(client, uri, text)
        client.change(uri, text, 3)
        assert await client.findings(uri, 3) == []
        await ask_about_steps(client, uri, text)
        await rename_a_block(client, uri, text)
        # The nets after the first have been checked too: there are more hints to show.
        await asyncio.wait_for(client.refreshed.wait(), PATIENCE)


async def look_at_a_mistake(client: Client, uri: str, text: str) -> None:
    wrong = text.replace("conv(last, 1, bias", "conv(last, 1, bais")
    client.change(uri, wrong, 2)
    (found,) = await client.findings(uri, 2)
    assert (found.code, found.severity, found.source) == ("E302", lsp.DiagnosticSeverity.Error, "netdsl")
    assert found.range.start == place(wrong, "bais")
    context = lsp.CodeActionContext([found])
    offered = await client.text_document_code_action_async(
        lsp.CodeActionParams(document(uri), found.range, context)
    )
    (action,) = offered or []
    assert isinstance(action, lsp.CodeAction)
    assert action.edit is not None
    assert action.edit.changes is not None
    assert [each.new_text for each in action.edit.changes[uri]] == ["bias"]


async def ask_about_steps(client: Client, uri: str, text: str) -> None:
    at = place(text, "dropout(p)")
    hover = await client.text_document_hover_async(lsp.HoverParams(document(uri), at))
    assert hover is not None
    assert "nn.Dropout(0.2)" in str(hover.contents)
    hints = await client.text_document_inlay_hint_async(lsp.InlayHintParams(document(uri), everything(text)))
    shown = [(each.position.line, each.label) for each in hints or []]
    assert (at.line, "→ 1280") in shown
    inside = lsp.Position(at.line, at.character + len("dropout("))
    completion = await client.text_document_completion_async(lsp.CompletionParams(document(uri), inside))
    assert isinstance(completion, lsp.CompletionList)
    assert {"spatial=", "rate", "divisible"} <= {each.label for each in completion.items}
    help = await client.text_document_signature_help_async(lsp.SignatureHelpParams(document(uri), inside))
    assert help is not None
    assert help.signatures[0].label.startswith("dropout(p")
    tokens = await client.text_document_semantic_tokens_full_async(lsp.SemanticTokensParams(document(uri)))
    assert tokens is not None
    assert len(tokens.data) % 5 == 0
    symbols = await client.text_document_document_symbol_async(lsp.DocumentSymbolParams(document(uri)))
    assert len(symbols or []) == text.count("\nnet ") + text.count("\nblock ")
    edits = await client.text_document_formatting_async(
        lsp.DocumentFormattingParams(document(uri), lsp.FormattingOptions(4, True))
    )
    assert not edits


async def rename_a_block(client: Client, uri: str, text: str) -> None:
    at = place(text, "FusedMBConv")
    edit = await client.text_document_rename_async(lsp.RenameParams(document(uri), at, "Fused"))
    assert edit is not None
    assert edit.changes is not None
    assert len(edit.changes[uri]) == text.count("FusedMBConv")
    with pytest.raises(JsonRpcException, match="begins with a capital"):
        await client.text_document_rename_async(lsp.RenameParams(document(uri), at, "fused"))


def test_columns_are_counted_as_the_client_asked(tmp_path: Path) -> None:
    async def run() -> None:
        uri = (tmp_path / "a.net").as_uri()
        async with connected(tmp_path, ["utf-8"]) as client:
            text = 'net A { let x = ["🙂", cnov]\ninput 3x8x8\n relu }\n'
            client.show(uri, text)
            (found,) = await client.findings(uri)
            assert found.range.start.character == len(text[: text.index("cnov")].encode())

    asyncio.run(run())


def test_an_edit_of_a_used_file_is_seen_where_it_is_used(tmp_path: Path) -> None:
    async def run() -> None:
        (tmp_path / "part.net").write_text("block Part { conv(4, 3) }\n")
        main, part = (tmp_path / "main.net").as_uri(), (tmp_path / "part.net").as_uri()
        async with connected(tmp_path) as client:
            client.show(main, 'use "part.net"\nnet A { input 3x8x8\n    Part }\n')
            assert await client.findings(main) == []
            client.show(part, "block Part { conv(4, 3) }\n")
            assert await client.findings(part) == []
            client.change(part, "block Part { conv(4, 99) }\n", 2)
            # Opening the file alone may have had its user checked again.
            while not (told := await client.findings(main)):
                pass
            (found,) = told
            assert found.code == "E203"
            assert found.related_information is not None
            assert found.related_information[0].location.uri == part
            at = lsp.Position(2, 5)
            where = await client.text_document_definition_async(lsp.DefinitionParams(document(main), at))
            assert isinstance(where, lsp.Location)
            assert where.uri == part
            client.text_document_did_close(lsp.DidCloseTextDocumentParams(document(part)))
            while await client.findings(part):
                pass

    asyncio.run(run())


def test_a_user_that_is_closed_meanwhile_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PAUSE", 0)
    server = connection.Server()
    uris = [(tmp_path / f"{name}.net").as_uri() for name in ("part", "first", "second", "third")]
    part, first, second, third = uris
    for uri in uris:
        text = (
            "block Part { conv(4, 3) }\n" if uri == part else 'use "part.net"\nnet A { input 3x8x8\n Part }\n'
        )
        (tmp_path / Path(uri).name).write_text(text)
        server.session.update(uri, text)
    told: list[str] = []

    async def finish(uri: str, edited: int = 0) -> None:
        if uri == first:
            server.session.close(second)

    monkeypatch.setattr(server, "tell", told.append)
    monkeypatch.setattr(server, "finish", finish)
    asyncio.run(server.go_on(part, 0))
    assert told == [first, third]


def test_requests_about_nothing_are_answered(tmp_path: Path) -> None:
    async def run() -> None:
        missing = (tmp_path / "missing.net").as_uri()
        async with connected() as client:
            for uri in (missing, "untitled:Untitled-1", "file:///", "not a uri"):
                far = lsp.Position(10_000, 10_000)
                assert await client.text_document_hover_async(lsp.HoverParams(document(uri), far)) is None
                with pytest.raises(JsonRpcException, match="no net, block"):
                    await client.text_document_rename_async(lsp.RenameParams(document(uri), far, "X"))
            client.show("untitled:Untitled-1", 'use "x.net"\nnet A { input 3x8x8\n conv(8, 3) }\n')
            found = await client.findings("untitled:Untitled-1")
            assert [each.code for each in found] == ["E604"]

    asyncio.run(run())


def test_what_a_later_net_has_stays_while_one_types(tmp_path: Path) -> None:
    async def run() -> None:
        uri = (tmp_path / "a.net").as_uri()
        text = "net A(n = 3) { input 3x8x8\n    conv(4, n) }\nnet B = A(m=9)\n"
        async with connected(tmp_path) as client:
            client.show(uri, text)
            assert await client.findings(uri) == []
            (found,) = await client.findings(uri)
            assert (found.code, found.range.start.line) == ("E302", 2)
            client.change(uri, f"# A line.\n{text}", 2)
            (found,) = await client.findings(uri, 2)
            assert (found.code, found.range.start.line) == ("E302", 3)
            client.change(uri, f"# A line.\n{text}".replace("m=9", "n=5"), 3)
            assert await client.findings(uri, 3) == []

    asyncio.run(run())


def framed(message: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%s" % (len(message), message)


def test_what_is_no_request_is_survived() -> None:
    """Broken JSON, unknown methods, wrong parameters and bytes that are no text, then a true request."""
    requests = [
        {"id": 1, "method": "initialize", "params": {"capabilities": {}}},
        {"method": "initialized", "params": {}},
        {"id": 2, "method": "textDocument/nothing", "params": {}},
        {"id": 3, "method": "textDocument/hover", "params": {"position": "here"}},
        {"method": "textDocument/didOpen", "params": 7},
        {"method": "textDocument/didChange", "params": {"textDocument": {"uri": "x"}}},
        {
            "id": 4,
            "method": "textDocument/foldingRange",
            "params": {"textDocument": {"uri": "file:///no.net"}},
        },
        {"id": 5, "method": "shutdown"},
        {"method": "exit"},
    ]
    messages = [framed(json.dumps({"jsonrpc": "2.0", **each}).encode()) for each in requests]
    broken = [framed(b'{"jsonrpc": '), framed(b"\xff\xfe\x00"), framed(b"[]")]
    done = subprocess.run(
        [sys.executable, "-m", "netdsl", "lsp"],
        input=b"".join([*messages[:2], *broken, *messages[2:]]),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    answers = {each.get("id"): each for each in read(done.stdout)}
    assert answers[2]["error"]["code"] == -32601
    assert answers[4]["result"] == []
    assert answers[5]["result"] is None
    assert done.returncode == 0


def read(output: bytes) -> list[dict[str, object]]:
    """The messages of an output."""
    found = []
    while output:
        head, _, rest = output.partition(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length")
        )
        found.append(json.loads(rest[:length]))
        output = rest[length:]
    return found


def test_without_pygls_the_command_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['pygls'] = None; from netdsl.cli.main import main; sys.exit(main(['lsp']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 2
    assert "pip install 'netdsl[lsp]'" in done.stderr
