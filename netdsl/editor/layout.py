"""The one layout of a text, whole or of some lines, as the least change of it."""

from __future__ import annotations

from netdsl.diagnostics.diagnostic import Edit
from netdsl.diagnostics.span import Source
from netdsl.editor.carried import common_ends
from netdsl.fixes import with_edits
from netdsl.formatter import format_range, format_source


def format_edits(source: Source, lines: tuple[int, int] | None = None) -> list[Edit]:
    """The edit that lays out a text, or the statements on some lines (from 1); none where it doesn't parse.

    Line ends stay as they are.
    """
    has_returns = "\r\n" in source.text
    plain = Source(source.name, source.text.replace("\r\n", "\n"))
    made: str | None
    if lines is None:
        made, _ = format_source(plain)
    else:
        edit, _ = format_range(plain, *lines)
        made = None if edit is None else with_edits(plain.text, [edit])
    if made is None:
        return []
    return least_edit(source, made.replace("\n", "\r\n") if has_returns else made)


def least_edit(source: Source, text: str) -> list[Edit]:
    """The edit that makes a text of a source, without what both begin and end with."""
    old = source.text
    if old == text:
        return []
    start, behind = common_ends(old, text)
    return [Edit(source.span(start, len(old) - behind), text[start : len(text) - behind])]
