"""The formatter on a program: its tree, its comments and its own result stay as they are."""

from __future__ import annotations

from collections.abc import Iterator

from netdsl.diagnostics.span import Source, Span
from netdsl.formatter import format_source
from netdsl.syntax import tree
from netdsl.syntax.parser import parse


def compare_layout(file: tree.File) -> Iterator[str]:
    """In what a program that is laid out says something else, or is laid out otherwise once more."""
    laid_out, wrong = format_source(file.source)
    if laid_out is None:
        yield f"the formatter can't read what parses: {wrong}"
        return
    again, mistakes = parse(Source("<text>", laid_out))
    if mistakes or meaning(again.items) != meaning(file.items):
        yield f"laid out it says something else:\n{laid_out}"
    if comments(again) != comments(file):
        yield f"laid out it has other comments:\n{laid_out}"
    twice, _ = format_source(Source("<text>", laid_out))
    if twice != laid_out:
        yield f"laid out twice it differs from once:\n{laid_out}\nand\n{twice}"


def comments(file: tree.File) -> list[str]:
    """What the comments of a file say."""
    return [each.span.text.lstrip("#").strip() for each in file.comments]


def meaning(part: object) -> object:
    """A part of a tree without its places; values keep their types, as `1` is not `true`."""
    if isinstance(part, tuple):
        return tuple(map(meaning, part))
    if isinstance(part, Span):
        return None
    if isinstance(part, tree.Node):
        return (type(part), *(meaning(getattr(part, name)) for name in part._fields))
    return type(part), part
