"""How long the language server takes to answer, on the largest packaged file.

    python benchmarks/language_server.py --rounds 21

A real client over standard input and output, as an editor is one: the time
from sending to the answer, and the processor time that the server took for
it. Medians. On a machine that does other things the first is the longer.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

from netdsl.checker import packaged_folder

TICKS = os.sysconf("SC_CLK_TCK")


def largest() -> Path:
    """The largest packaged file."""
    return max(Path(packaged_folder()).glob("*.net"), key=lambda path: path.stat().st_size)


class Session:
    """A file that is open in a server."""

    def __init__(self, client: LanguageClient, path: Path, process: int) -> None:
        self.client = client
        self.uri = path.as_uri()
        self.text = path.read_text(encoding="utf-8")
        self.process = process
        self.version = 1
        self.told: asyncio.Queue[lsp.PublishDiagnosticsParams] = asyncio.Queue()
        client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda told: self.told.put_nowait(told))
        self.document = lsp.TextDocumentIdentifier(self.uri)

    def at(self, word: str) -> lsp.Position:
        """The position after a word."""
        before = self.text[: self.text.index(word) + len(word)]
        return lsp.Position(before.count("\n"), len(before) - before.rfind("\n") - 1)

    def processor(self) -> float:
        """Processor seconds of the server so far, as Linux counts them."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    async def edit(self) -> None:
        """Change one character, and wait for the findings of the new text."""
        self.version += 1
        text = self.text.replace("padding=1", f"padding={1 + self.version % 2}", 1)
        change = lsp.TextDocumentContentChangeWholeDocument(text)
        identifier = lsp.VersionedTextDocumentIdentifier(self.version, self.uri)
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(identifier, [change]))
        while (await self.told.get()).version != self.version:
            pass

    def requests(self) -> dict[str, Callable[[], Awaitable[object]]]:
        """What is measured."""
        ask, document = self.client, self.document
        everything = lsp.Range(lsp.Position(0, 0), lsp.Position(10_000, 0))
        layer, block = self.at("dropou"), self.at("FusedMB")
        behind = self.at("dropout(")
        return {
            "hover": lambda: ask.text_document_hover_async(lsp.HoverParams(document, layer)),
            "hints of the file": lambda: ask.text_document_inlay_hint_async(
                lsp.InlayHintParams(document, everything)
            ),
            "completion": lambda: ask.text_document_completion_async(lsp.CompletionParams(document, behind)),
            "signature": lambda: ask.text_document_signature_help_async(
                lsp.SignatureHelpParams(document, behind)
            ),
            "colours of the file": lambda: ask.text_document_semantic_tokens_full_async(
                lsp.SemanticTokensParams(document)
            ),
            "definition": lambda: ask.text_document_definition_async(lsp.DefinitionParams(document, block)),
            "formatting": lambda: ask.text_document_formatting_async(
                lsp.DocumentFormattingParams(document, lsp.FormattingOptions(4, True))
            ),
            "findings of an edit": self.edit,
            "rename of a block": lambda: ask.text_document_rename_async(
                lsp.RenameParams(document, block, "Fused")
            ),
        }


async def measure(path: Path, rounds: int) -> dict[str, tuple[float, float]]:
    """Seconds until the answer and processor seconds of the server, by request."""
    client = LanguageClient("benchmark", "1")
    await client.start_io(sys.executable, "-m", "netdsl", "lsp")
    server = client._server
    assert server is not None
    session = Session(client, path, server.pid)
    await client.initialize_async(lsp.InitializeParams(lsp.ClientCapabilities()))
    client.initialized(lsp.InitializedParams())
    item = lsp.TextDocumentItem(session.uri, "netdsl", 1, session.text)
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
    await session.told.get()
    found: dict[str, tuple[float, float]] = {}
    for name, request in session.requests().items():
        await request()
        walls: list[float] = []
        before = session.processor()
        for _ in range(rounds):
            began = time.perf_counter()
            await request()
            walls.append(time.perf_counter() - began)
        found[name] = (statistics.median(walls), (session.processor() - before) / rounds)
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=21)
    rounds = parser.parse_args().rounds
    packaged = largest()
    load, cores = os.getloadavg()[0], os.cpu_count()
    print(f"{packaged.name}, {packaged.stat().st_size:,} bytes; load {load:.1f} on {cores} cores")
    with tempfile.TemporaryDirectory() as folder:
        # A packaged file can't be renamed in.
        path = Path(shutil.copy(packaged, folder))
        for name, (wall, processor) in asyncio.run(measure(path, rounds)).items():
            print(
                f"{name:<20} {wall * 1000:8.1f} ms until the answer {processor * 1000:8.1f} ms of processor"
            )


if __name__ == "__main__":
    main()
