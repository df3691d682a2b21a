"""Hooks of MkDocs, which makes the site of docs/: pages from outside that folder, and links that fit.

    mkdocs build      writes build/site
    mkdocs serve      shows the site, and each change of a page at once

README, benchmarks, contributing and changelog stand elsewhere in the
repository, and the examples are given as they are. Links between all of
these are written for the repository, and rewritten here.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]

# Pages from elsewhere in the repository, by their names in the site.
PAGES = {
    "index.md": "README.md",
    "benchmarks.md": "benchmarks/README.md",
    "contributing.md": "CONTRIBUTING.md",
    "changelog.md": "CHANGELOG.md",
}
GIVEN = "examples"
# After the language of a block may stand what tests do with it.
_FENCE = re.compile(r"^(```\w+) .*$", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]*)\]\(([^)#\s:]+)(#[^)]*)?\)")


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add what stands outside docs/."""
    for name, source in PAGES.items():
        files.append(File.generated(config, name, abs_src_path=str(ROOT / source)))
    for path in sorted((ROOT / GIVEN).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            name = path.relative_to(ROOT).as_posix()
            files.append(File.generated(config, name, abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Rewrite the links and fences of a page; links to what the site lacks become plain text."""
    source = PAGES.get(page.file.src_uri, f"docs/{page.file.src_uri}")
    known = {file.src_uri for file in files}

    def rewritten(found: re.Match[str]) -> str:
        text, link, anchor = found.groups(default="")
        name = in_site(source, link)
        return f"[{text}]({name}{anchor})" if name in known else text

    return _LINK.sub(rewritten, _FENCE.sub(r"\1", markdown))


def in_site(source: str, link: str) -> str:
    """What a link of a file of the repository leads to, as the site names it."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source), link))
    named = {place: name for name, place in PAGES.items()}
    return named.get(path, path.removeprefix("docs/"))
