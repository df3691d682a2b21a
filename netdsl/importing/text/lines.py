"""Steps as lines of text: what belongs together on one line, and what repeats."""

from __future__ import annotations

import re
from collections.abc import Sequence

from netdsl.importing.text.pieces import Braced, Node, Piece

WIDTH = 96
# After the last block it begins the head of a classifier, on a line of its own.
HEAD = "avgpool(global"


def lines(nodes: Sequence[Node]) -> list[str]:
    """The statements of a body, a line each where they are short."""
    made: list[str] = []
    current: list[Piece] = []
    pre_activated = bool(nodes) and isinstance(nodes[0], Piece) and nodes[0].activates

    def close() -> None:
        if current:
            made.append(" -> ".join(piece.text for piece in current))
            current.clear()

    for node in nodes:
        if isinstance(node, Braced):
            close()
            made += braced_lines(node)
            continue
        length = sum(width(piece) + 4 for piece in current) + width(node)
        is_head = node.text.startswith(HEAD) and bool(current) and current[-1].text[0].isupper()
        if current and (is_head or length > WIDTH or (node.leads and not pre_activated)):
            close()
        current.append(node)
        if node.leads and pre_activated:
            close()
    close()
    return made


def width(piece: Piece) -> int:
    """How long a piece is, once its parameters have names."""
    return len(re.sub(r"<\w+>", "channels", piece.text))


def braced_lines(node: Braced) -> list[str]:
    """A statement with braces, on one line where what is in them is one."""
    made: list[str] = []
    for place, (head, nodes) in enumerate(node.sections):
        inner = lines(nodes)
        opening = f"{head} {{" if place == 0 else f"}} {head} {{"
        if len(node.sections) == 1 and is_short(head, inner):
            return [f"{head} {{ {inner[0]} }}{node.label}" if inner else f"{head} {{ }}{node.label}"]
        made += [opening, *inner]
    return [*made, f"}}{node.label}"]


def is_short(head: str, inner: Sequence[str]) -> bool:
    """Whether braces and what is in them fit on a line."""
    if not inner:
        return True
    return len(inner) == 1 and "{" not in inner[0] and len(head) + len(inner[0]) + 4 <= WIDTH
