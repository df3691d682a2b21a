"""The state of a connection: the open documents, and the checks that go on."""

from __future__ import annotations

import asyncio
import os
from typing import Protocol

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path, uri_scheme

from netdsl import __version__
from netdsl.editor.carried import carried, common_ends, without
from netdsl.editor.document import Document
from netdsl.editor.findings import Finding, findings
from netdsl.editor.server.convert import Converter
from netdsl.editor.session import Session

# Seconds without a change before the nets after the first are checked.
PAUSE = 0.25


class AtPosition(Protocol):
    """A request about a place in a document."""

    text_document: lsp.TextDocumentIdentifier
    position: lsp.Position


class Server(LanguageServer):
    """The state of a connection: the open documents, and the checks that go on."""

    def __init__(self) -> None:
        # A text is sent as a whole: what counts as a line differs between editors and Python.
        super().__init__("netdsl", __version__, lsp.TextDocumentSyncKind.Full)
        self.session = Session(path_of)
        self.versions: dict[str, int | None] = {}
        self.checks: dict[str, asyncio.Task[None]] = {}
        self.shown: dict[str, list[lsp.Diagnostic]] = {}
        # What only the nets after the first have, by the last check that came to its end.
        self.later: dict[str, list[Finding]] = {}
        # The documents of which the client knows what all nets have.
        self.complete: set[str] = set()

    def converter(self) -> Converter:
        """What converts for this client."""
        encoding = self.workspace.position_encoding or lsp.PositionEncodingKind.Utf16
        return Converter(str(getattr(encoding, "value", encoding)), self.uri_of)

    def uri_of(self, name: str) -> str:
        """The URI of a source by its name, as the editor calls it if it is open there."""
        if uri_scheme(name) not in ("", "file") and not os.path.exists(name):
            return name
        path = os.path.realpath(name)
        return self.session.uris.get(path) or from_fs_path(path) or name

    def document(self, uri: str) -> Document:
        """A document, read from its file where it isn't open; empty where there is none."""
        found = self.session.documents.get(uri)
        if found is None:
            path = path_of(uri)
            source = self.session.texts.source(path) if path is not None else None
            found = self.session.check(uri, source.text if source is not None else "")
            self.session.documents.pop(uri)
            self.session.readable.pop(uri, None)
        return found

    def at(self, params: AtPosition) -> tuple[Document, int, Converter]:
        """The document and offset that a request is about."""
        document, converter = self.document(params.text_document.uri), self.converter()
        return document, converter.offset(document.source, params.position), converter

    def changed(self, uri: str, text: str, version: int | None) -> None:
        """Check a text, tell what is known at once, and go on in the background."""
        self.versions[uri] = version
        before = self.session.documents.get(uri)
        document = self.session.update(uri, text)
        edited = 0
        if before is not None:
            self.later[uri] = carried(self.later.get(uri, []), before.source, document.source)
            edited, _ = common_ends(before.text, text)
        self.tell(uri)
        if (running := self.checks.pop(uri, None)) is not None:
            running.cancel()
        self.checks[uri] = asyncio.get_running_loop().create_task(self.go_on(uri, edited))

    def tell(self, uri: str) -> None:
        """Send the findings of a document."""
        converter = self.converter()
        document = self.session.documents[uri]
        known = findings(document)
        if document.analysis.is_finished:
            self.complete.add(uri)
        else:
            self.complete.discard(uri)
            known += without(self.later.get(uri, []), known)
        found = [converter.diagnostic(each) for each in known]
        self.shown[uri] = found
        self.text_document_publish_diagnostics(
            lsp.PublishDiagnosticsParams(uri, found, version=self.versions.get(uri))
        )

    async def go_on(self, uri: str, edited: int) -> None:
        """Check the other nets, one at a time so that requests come between, and the users of this file."""
        await asyncio.sleep(PAUSE)
        await self.finish(uri, edited)
        for user in self.session.users(uri):
            document = self.session.documents.get(user)
            if document is None:
                # It was closed while the one before was checked.
                continue
            self.session.check(user, document.text)
            self.tell(user)
            await self.finish(user)

    async def finish(self, uri: str, edited: int = 0) -> None:
        """Check all nets of a document, that of the edit first, and tell what is new."""
        document = self.session.documents.get(uri)
        at_once = findings(document) if document is not None else []
        # A request such as a rename may have checked all nets already.
        was_finished = document is None or document.analysis.is_finished
        was_told = uri in self.complete
        while document is not None and not document.analysis.is_finished:
            document.analysis.advance(edited)
            await asyncio.sleep(0)
            # It may have been changed or closed in between.
            if self.session.documents.get(uri) is not document:
                return
        if was_told or document is None:
            return
        if not was_finished:
            self.later[uri] = without(findings(document), at_once)
        self.complete.add(uri)
        converter = self.converter()
        if [converter.diagnostic(each) for each in findings(document)] != self.shown.get(uri):
            self.tell(uri)
        workspace = self.client_capabilities.workspace
        if (
            workspace is not None
            and workspace.inlay_hint is not None
            and workspace.inlay_hint.refresh_support
        ):
            self.workspace_inlay_hint_refresh(None)

    def closed(self, uri: str) -> None:
        """Forget a document; what was found in it is shown no longer."""
        if (running := self.checks.pop(uri, None)) is not None:
            running.cancel()
        self.session.close(uri)
        self.versions.pop(uri, None)
        self.shown.pop(uri, None)
        self.later.pop(uri, None)
        self.complete.discard(uri)
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))


def path_of(uri: str) -> str | None:
    """The path of a file's URI, None for any other."""
    return to_fs_path(uri) if uri_scheme(uri) == "file" else None
