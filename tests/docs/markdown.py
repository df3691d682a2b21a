"""Reads the fenced blocks, the links and the headings of a Markdown page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


@dataclass(frozen=True)
class Block:
    """A fenced block: the words after its fence, its text, and the prose since the block before it."""

    line: int
    words: tuple[str, ...]
    text: str
    before: str

    @property
    def language(self) -> str:
        """The first word after the fence."""
        return self.words[0] if self.words else ""

    @property
    def file(self) -> str | None:
        """The file that the line above names, as in "`lenet5.net`:", or the fence, as in `file=name.py`."""
        named = next((word.removeprefix("file=") for word in self.words if word.startswith("file=")), None)
        above = self.before.strip().splitlines()[-1:]
        found = re.search(r"`([\w.\-]+\.(?:net|yaml|py|toml))`:$", above[0]) if above else None
        return named or (found[1] if found else None)


def blocks(path: Path) -> list[Block]:
    """The fenced blocks of a page, in order; indented lines are prose."""
    found: list[Block] = []
    words: tuple[str, ...] | None = None
    kept: list[str] = []
    before: list[str] = []
    start = 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if words is None and line.startswith("```"):
            words, start = tuple(line[3:].split()), number
        elif words is not None and line == "```":
            found.append(Block(start, words, "\n".join(kept) + "\n", "\n".join(before)))
            words, kept, before = None, [], []
        elif words is not None:
            kept.append(line)
        else:
            before.append(line)
    assert words is None, f"{path}:{start}: block without an end"
    return found


def prose(path: Path) -> list[str]:
    """The lines of a page outside fenced blocks."""
    inside = False
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            inside = not inside
        elif not inside:
            lines.append(line)
    return lines


def links(path: Path) -> list[str]:
    """Where the page's links lead, but those to the web."""
    found = re.findall(r"\]\(([^)\s]+)\)", "\n".join(prose(path)))
    return [each for each in found if "://" not in each]


def anchors(path: Path) -> set[str]:
    """What a page's headings are linked by."""
    headings = [line.lstrip("#").strip() for line in prose(path) if re.match(r"#+ ", line)]
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}
