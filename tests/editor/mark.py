"""Texts with the place of a cursor, written as `|`, which the language doesn't have."""

from __future__ import annotations

from pathlib import Path

from netdsl.diagnostics.span import Source
from netdsl.editor.completion import complete
from netdsl.editor.document import Document

NET = """\
# A small net.
net Small(width = 16, act = relu, classes = 10) {
    input 3x32x32
    let double = 2 * width
    init(conv, kaiming_normal, mode=fan_out)
    conv(width, 3, padding=1) -> bn -> act as stem
    repeat 2 { Unit(double, stride=2) }
    for index, size in enumerate([3, 5]) {
        concat {
            branch { conv(size * width, 1) }
            branch(stem) { maxpool(4) }
        }
    }
    add(stem2)
    avgpool(global) -> flatten
    linear(classes)
}

net Wide = Small(width=32)

# Two convolutions.
block Unit(channels, stride = 1) {
    residual {
        conv(channels, 3, stride=stride, padding=1) -> relu as inner
    } shortcut {
        conv(channels, 1, stride=stride)
    }
}
"""


def split(text: str) -> tuple[str, int]:
    """A text without its mark, and where that was."""
    before, mark, after = text.partition("|")
    assert mark
    return before + after, len(before)


def at(text: str, word: str, within: str = "") -> int:
    """The offset of a word; of the one in a piece of the text, if that is given."""
    start = text.index(within) if within else 0
    return text.index(word, start)


def opened(text: str, folder: Path | None = None, name: str = "<text>") -> Document:
    """The document of a text, all of it checked."""
    document = Document(Source(name, text), str(folder) if folder is not None else None)
    document.analysis.finish()
    return document


def completed(text: str) -> list[str]:
    """The labels offered at the mark."""
    plain, offset = split(text)
    return [each.label for each in complete(opened(plain), offset).candidates]


def inside(statements: str) -> str:
    """A text with these statements, one of which has the mark, in a net."""
    return f"net Outer(width = 16, act = relu) {{\n    input 3x32x32\n{statements}\n    linear(10)\n}}\n"
