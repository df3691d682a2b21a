"""docs/conformance.md: a part for each kind of evidence, which its own command writes from its own record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

PATH = Path(__file__).resolve().parents[1] / "docs" / "conformance.md"


def marked(name: str, text: str) -> str:
    """A part between the marks by which it is found again."""
    return (
        f"<!-- {name}: written by python -m conformance.{name} --page; change what it reads, not this -->\n\n"
        f"{text.strip()}\n\n<!-- {name}: end -->"
    )


def with_part(page: str, name: str, text: str) -> str:
    """The page with a part of it replaced. Raises `ValueError` where it has no such part."""
    pattern = re.compile(rf"<!-- {name}: written .*?<!-- {name}: end -->", re.DOTALL)
    if len(pattern.findall(page)) != 1:
        raise ValueError(f"docs/conformance.md has not one part `{name}`")
    return pattern.sub(lambda _: marked(name, text), page)


def write_part(name: str, text: str) -> None:
    """Write a part of the page anew; the others stay as they are."""
    page = with_part(PATH.read_text(encoding="utf-8"), name, text)
    PATH.write_text(page, encoding="utf-8")


def is_current(name: str, text: str) -> bool:
    """Whether a part of the page is the given text."""
    page = PATH.read_text(encoding="utf-8")
    return with_part(page, name, text) == page


def table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    lines = (columns, ("---",) * len(columns), *rows)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
