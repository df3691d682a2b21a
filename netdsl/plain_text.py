"""Texts for rich as they are.

Rich takes `[red]` and `:cat:` in a `str` for colours and pictures, and raises
where it reads `[/red]`. Names of classes, layers, runs and files may have any
characters, so everything that is printed by rich goes through here.
"""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text


def say(console: Console, text: str = "", *, soft_wrap: bool = False) -> None:
    """Print a text; with `soft_wrap`, lines longer than the console are left to the terminal."""
    console.print(Text(text), soft_wrap=soft_wrap)


def add_row(table: Table, *cells: str | Text, style: str | None = None) -> None:
    """Add a row; a cell that has a style of its own is a `Text` already."""
    table.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in cells), style=style)
