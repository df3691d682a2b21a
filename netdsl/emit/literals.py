"""Values, docstrings and long statements, as a careful person writes them in Python."""

from __future__ import annotations

import math
import textwrap

from netdsl.diagnostics.render.visible import visible
from netdsl.layers.kinds import Accepted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

INDENT = "    "
WIDTH = 100


def literal(value: Accepted) -> str:
    """A value of an option."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})"
    return repr(value)


def quoted(text: str) -> str:
    """A string in double quotes where Python would choose single ones."""
    shown = repr(text)
    return f'"{shown[1:-1]}"' if shown.startswith("'") and '"' not in text else shown


def docstring(paragraphs: Sequence[str], level: int = 0) -> str:
    """A docstring of these paragraphs; lines that are too long are broken."""
    indent = INDENT * level
    lines: list[str] = []
    for paragraph in paragraphs:
        lines.append("")
        for line in visible(paragraph).split("\n"):
            lines += textwrap.wrap(line, WIDTH - len(indent) - 6)
    # The first one opened with an empty line.
    if len(lines) == 2:
        return f'{indent}"""{escaped(lines[1])}"""'
    text = "\n".join(indent + line if line else "" for line in map(escaped, lines[1:]))
    return f'{indent}"""{text.removeprefix(indent)}\n{indent}"""'


def escaped(line: str) -> str:
    """A line of a docstring, which ends in no quote that could close it."""
    if line.endswith('"'):
        return escaped(line[:-1]) + '\\"'
    return line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def bracketed(
    before: str, items: Sequence[str], after: str, level: int, *, between: str = ", ", trailing: bool = False
) -> list[str]:
    """`before` items `after` in a line, or else the items in lines of their own.

    With `trailing` a comma stands after the last item where they are broken.
    """
    line = f"{INDENT * level}{before}{between.join(items)}{after}"
    if len(line) <= WIDTH or not items:
        return [line]
    inner = INDENT * (level + 1)
    ahead, behind = (between.lstrip(), "") if between.strip() != "," else ("", ",")
    lines: list[str] = []
    current = ""
    for position, item in enumerate(items):
        last = position == len(items) - 1
        piece = (ahead if position else "") + item + ("" if last and not trailing else behind)
        if current and len(inner) + len(current) + 1 + len(piece) > WIDTH:
            lines.append(inner + current)
            current = piece
        else:
            current = f"{current} {piece}" if current else piece
    lines.append(inner + current)
    return [f"{INDENT * level}{before}", *lines, f"{INDENT * level}{after}"]
