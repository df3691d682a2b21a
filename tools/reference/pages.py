"""Where pages and their templates are, and how tables are put into them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEMPLATES = Path(__file__).resolve().parent
NOTE = "<!-- Written by tools/build_reference.py; change what it reads, not this page. -->"


def from_template(name: str, parts: Mapping[str, str]) -> str:
    """A template with its `@PARTS@` filled in, and a note below its heading."""
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    for part, made in parts.items():
        assert text.count(f"@{part}@") == 1, part
        text = text.replace(f"@{part}@", made)
    return text.replace("\n", f"\n\n{NOTE}\n", 1)


def filled(page: str, tables: Mapping[str, str]) -> str:
    """A page with its tables filled in; all else in it is written by hand."""
    text = (DOCS / page).read_text(encoding="utf-8")
    for name, table in tables.items():
        pattern = rf"<!-- {name} -->\n.*?<!-- end -->"
        whole = f"<!-- {name} -->\n{table}\n<!-- end -->"
        text, count = re.subn(pattern, lambda _, whole=whole: whole, text, flags=re.DOTALL)
        assert count == 1, name
    return text


def row(cells: Sequence[str]) -> str:
    """A row of a Markdown table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
