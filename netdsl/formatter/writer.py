"""Writes lines: breaks those that are too long at the places where they may be."""

from __future__ import annotations

from netdsl.formatter.arrange import Bracketed, Break, Words
from netdsl.formatter.pieces import Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netdsl.formatter.arrange import Element, Item

WIDTH = 120
INDENT = 4
# Wider than any line: what can't stand on one.
ENDLESS = 10**9


def flat_text(elements: Sequence[Element]) -> str | None:
    """The elements on one line; None where they need several."""
    parts: list[str] = []
    for element in elements:
        if isinstance(element, Note):
            return None
        if isinstance(element, Bracketed):
            inside = flat_items(element)
            if inside is None:
                return None
            parts.append(inside)
        else:
            parts.append(element.text if isinstance(element, Words) else " ")
    return "".join(parts)


def flat_items(bracket: Bracketed) -> str | None:
    """Brackets on one line; None where they need several."""
    if bracket.is_kept or bracket.notes:
        return None
    texts: list[str] = []
    for item in bracket.items:
        text = flat_text(item.elements)
        if text is None or item.notes:
            return None
        texts.append(text)
    comma = "," if bracket.needs_comma else ""
    return f"{bracket.opening}{', '.join(texts)}{comma}{bracket.closing}"


class Writer:
    """The lines written so far; the last one is still open."""

    def __init__(self, indent: int) -> None:
        self.lines = [""]
        self.indent = indent
        self._must_end_line = False

    @property
    def column(self) -> int:
        """Where the next text begins."""
        return len(self.lines[-1]) or self.indent

    def write(self, text: str) -> None:
        """Text without a line break; after a comment, on the next line."""
        if self._must_end_line:
            self.newline(self.indent)
        if not self.lines[-1]:
            text = " " * self.indent + text.lstrip(" ")
        self.lines[-1] += text

    def newline(self, indent: int) -> None:
        """End the line, if anything stands on it."""
        self._must_end_line = False
        self.indent = indent
        if self.lines[-1]:
            self.lines.append("")

    def notes(self, notes: Iterable[Note], indent: int) -> None:
        """Comments: after the line where they were, else on lines of their own."""
        for note in notes:
            if note.is_behind and not self._must_end_line and self.lines[-1]:
                self.lines[-1] = f"{self.lines[-1].rstrip()}  {note.text}"
            else:
                self.newline(indent)
                self.write(note.text)
            self._must_end_line = True

    def elements(self, elements: Sequence[Element], continued: int, tail: int) -> None:
        """A line, whose further lines are indented by `continued`; `tail` signs will follow on the last."""
        for index, element in enumerate(elements):
            rest = elements[index + 1 :]
            if isinstance(element, Note):
                self.notes((element,), continued)
                self.indent = continued
            elif isinstance(element, Words):
                self.write(element.text)
            elif isinstance(element, Break):
                self.chosen_break(rest, continued, tail)
            else:
                self.bracket(element, following(rest, tail))

    def chosen_break(self, rest: Sequence[Element], continued: int, tail: int) -> None:
        """A blank, or a new line where what comes up to the next break needs one and fits it."""
        if self._must_end_line:
            self.newline(continued)
            return
        width = following(rest, tail)
        fits_here = self.column + 1 + width <= WIDTH
        fits_there = continued + width <= WIDTH
        begins_here = self.column + 1 + beginning(rest) <= WIDTH
        if not fits_here and (fits_there or not begins_here):
            self.newline(continued)
        else:
            self.write(" ")

    def bracket(self, bracket: Bracketed, tail: int) -> None:
        """Brackets on this line if they fit, else with their items on lines of their own."""
        flat = None if self._must_end_line else flat_items(bracket)
        if flat is not None and (self.column + len(flat) + tail <= WIDTH or not bracket.items):
            self.write(flat)
            return
        self.write(bracket.opening)
        outer = self.indent
        inner = outer + INDENT
        previous_broke = True
        for number, item in enumerate(bracket.items, 1):
            is_last = number == len(bracket.items)
            comma = "," if not is_last or bracket.takes_comma else ""
            self.notes(item.notes, inner)
            if previous_broke or not self.takes(item, bracket, comma):
                self.newline(inner)
            else:
                self.write(" ")
            start = len(self.lines)
            self.elements(item.elements, inner + INDENT, len(comma))
            self.indent = inner
            self.write(comma)
            previous_broke = len(self.lines) > start
        self.notes(bracket.notes, inner)
        self.newline(outer)
        self.write(bracket.closing)

    def takes(self, item: Item, bracket: Bracketed, comma: str) -> bool:
        """Whether an item goes on the line that is being written."""
        if self._must_end_line or (bracket.is_kept and item.starts_line):
            return False
        flat = flat_text(item.elements)
        return flat is not None and self.column + 1 + len(flat) + len(comma) <= WIDTH


def following(elements: Sequence[Element], tail: int) -> int:
    """The width of what comes up to the next break, or of all and the tail."""
    for end, element in enumerate(elements):
        if isinstance(element, Break):
            return flat_width(elements[:end])
    return flat_width(elements) + tail


def beginning(elements: Sequence[Element]) -> int:
    """The width of what comes up to the next break or opening bracket, which is included."""
    width = 0
    for element in elements:
        if isinstance(element, Words):
            width += len(element.text)
        else:
            return width + (len(element.opening) if isinstance(element, Bracketed) else 0)
    return width


def flat_width(elements: Sequence[Element]) -> int:
    """The width of elements on one line."""
    flat = flat_text(elements)
    return ENDLESS if flat is None else len(flat)
