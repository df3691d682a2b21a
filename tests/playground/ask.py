"""A service, and what is asked of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from netdsl.playground.service import Service

SMALL = """net Small(width = 8) {
    input 3x16x16
    conv(width, 3) -> relu
    flatten -> linear(10)
}

net Wide = Small(width=16)
"""


def service(folder: Path | None = None, **files: str) -> Service:
    """A service; with a folder, one whose files are written first: `a="..."` is `a.net`."""
    for name, text in files.items():
        assert folder is not None
        (folder / f"{name}.net").write_text(text, encoding="utf-8")
    return Service(str(folder) if folder is not None else None)


def ask(asked: Service, method: str, text: str = SMALL, name: str = "small.net", **more: object) -> Any:
    """The answer to a request about a text."""
    return asked.answer({"method": method, "name": name, "text": text, **more})


def units(text: str, found: dict[str, Any]) -> str:
    """What stands between the two places of an answer, which count as JavaScript does."""
    data = text.encode("utf-16-le")
    return data[2 * found["from"] : 2 * found["to"]].decode("utf-16-le")
