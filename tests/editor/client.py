"""A client that talks to `netdsl lsp` over its standard input and output, as an editor does."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

# Far beyond what an answer takes, also on a machine that does other things.
PATIENCE = 300


class Client(LanguageClient):
    """Keeps what the server tells, to be waited for."""

    def __init__(self) -> None:
        super().__init__("test", "1")
        self.told: asyncio.Queue[lsp.PublishDiagnosticsParams] = asyncio.Queue()
        self.refreshed = asyncio.Event()
        self.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda told: self.told.put_nowait(told))
        self.feature(lsp.WORKSPACE_INLAY_HINT_REFRESH)(lambda _: self.refreshed.set())

    def show(self, uri: str, text: str) -> None:
        """Open a text, as its first version."""
        item = lsp.TextDocumentItem(uri, "netdsl", 1, text)
        self.text_document_did_open(lsp.DidOpenTextDocumentParams(item))

    def change(self, uri: str, text: str, version: int) -> None:
        """Put another text in its place."""
        change = lsp.TextDocumentContentChangeWholeDocument(text)
        identifier = lsp.VersionedTextDocumentIdentifier(version, uri)
        self.text_document_did_change(lsp.DidChangeTextDocumentParams(identifier, [change]))

    async def findings(self, uri: str, version: int | None = None) -> list[lsp.Diagnostic]:
        """What is told next of a document, or of a version of it."""
        while True:
            told = await asyncio.wait_for(self.told.get(), PATIENCE)
            if told.uri == uri and version in (None, told.version):
                return list(told.diagnostics)


def place(text: str, word: str) -> lsp.Position:
    """The position of a word."""
    before = text[: text.index(word)]
    return lsp.Position(before.count("\n"), len(before) - before.rfind("\n") - 1)


@asynccontextmanager
async def connected(folder: Path | None = None, encodings: list[str] | None = None) -> AsyncIterator[Client]:
    """A client whose server is ready; the server has ended after it."""
    client = Client()
    await client.start_io(sys.executable, "-m", "netdsl", "lsp", "--stdio")
    folders = [lsp.WorkspaceFolder(folder.as_uri(), folder.name)] if folder is not None else None
    completion = lsp.CompletionClientCapabilities(
        completion_item=lsp.ClientCompletionItemOptions(snippet_support=True)
    )
    capabilities = lsp.ClientCapabilities(
        general=lsp.GeneralClientCapabilities(position_encodings=encodings),
        text_document=lsp.TextDocumentClientCapabilities(completion=completion),
        workspace=lsp.WorkspaceClientCapabilities(
            inlay_hint=lsp.InlayHintWorkspaceClientCapabilities(refresh_support=True)
        ),
    )
    request = lsp.InitializeParams(capabilities, workspace_folders=folders)
    await asyncio.wait_for(client.initialize_async(request), PATIENCE)
    client.initialized(lsp.InitializedParams())
    try:
        yield client
        await asyncio.wait_for(client.shutdown_async(None), PATIENCE)
    finally:
        client.exit(None)
        await client.stop()
