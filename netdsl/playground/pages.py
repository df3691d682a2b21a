"""The files of the page, as they are served and exported."""

from __future__ import annotations

import os

from netdsl.record import Record

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}
INDEX = "index.html"


class PageFile(Record):
    """A file of the page."""

    name: str
    content_type: str
    data: bytes


def page_files() -> dict[str, PageFile]:
    """All files of the page by their names; what else lies in their folder is none of it."""
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "page")
    found: dict[str, PageFile] = {}
    for name in sorted(os.listdir(folder)):
        content_type = TYPES.get(os.path.splitext(name)[1])
        if content_type is not None:
            with open(os.path.join(folder, name), "rb") as file:
                found[name] = PageFile(name, content_type, file.read())
    return found
