"""Places in a text: a source and half-open offsets into it."""

from __future__ import annotations

from bisect import bisect_right

from netdsl.record import Record

# The name of the source that holds what somebody wrote after a command, such as a `--set`.
COMMAND_LINE = "<command line>"


class Source:
    """A named text, such as a `.net` file, a recipe or a `--set` on the command line.

    `name` is what a person is shown: the path as they gave it, or a
    description in angle brackets (`<command line>`).
    """

    __slots__ = ("_line_starts", "name", "text")

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self._line_starts: list[int] | None = None

    @property
    def line_starts(self) -> list[int]:
        """The offset at which each line begins."""
        if self._line_starts is None:
            starts = [0]
            position = self.text.find("\n")
            while position >= 0:
                starts.append(position + 1)
                position = self.text.find("\n", position + 1)
            self._line_starts = starts
        return self._line_starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line (from 1), without its line break."""
        start = self.line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : end if end >= 0 else len(self.text)].rstrip("\r")

    def indentation(self, offset: int) -> int:
        """How far the line of an offset is indented."""
        line = self.line(self.position(offset)[0])
        return len(line) - len(line.lstrip())

    def span(self, start: int, end: int) -> Span:
        """The span of this source between two offsets."""
        return Span(self, start, end)

    def __repr__(self) -> str:
        return f"Source({self.name!r})"


class Span(Record):
    """The half-open range of offsets `[start, end)` of a source."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        """What stands there."""
        return self.source.text[self.start : self.end]

    @property
    def line(self) -> int:
        """Line of the first character, from 1."""
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        """Column of the first character, from 1."""
        return self.source.position(self.start)[1]

    def is_inside(self, other: Span) -> bool:
        """Whether this place is a part of the other, or all of it."""
        return self.source is other.source and other.start <= self.start and self.end <= other.end

    def to(self, other: Span) -> Span:
        """From the start of this span to the end of another in the same source."""
        return Span(self.source, self.start, other.end)
