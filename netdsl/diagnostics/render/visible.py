"""Texts that others wrote, such as names and lines of a file, made safe to be printed."""

from __future__ import annotations


def visible(text: str) -> str:
    """The text with whatever a terminal would obey, or can't print, replaced by a sign that says so.

    Control characters, those that turn the direction of writing, and halves
    of characters. Line ends and tabs stay.
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each in "\n\t" else "\ufffd" for each in text)
