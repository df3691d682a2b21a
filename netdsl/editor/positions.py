"""Offsets into a text and an editor's positions: lines from 0, columns in the units of an encoding."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

UTF8, UTF16, UTF32 = "utf-8", "utf-16", "utf-32"
_LINE_END = re.compile("\r\n|\n|\r")
_BEYOND_BMP = 0x10000


def width(text: str, encoding: str) -> int:
    """Units that a text takes in an encoding; UTF-16 counts a character beyond 0xFFFF as two."""
    if encoding == UTF32 or text.isascii():
        return len(text)
    if encoding == UTF8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(ord(character) >= _BEYOND_BMP for character in text)


class Lines:
    """The lines of a text, as the protocol counts them.

    Places outside the text are moved to the nearest one inside: an editor's
    request may be about a text that has changed since.
    """

    def __init__(self, text: str, encoding: str = UTF16) -> None:
        self.text = text
        self.encoding = encoding
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 0."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self._starts, offset) - 1
        return line, width(self.text[self._starts[line] : offset], self.encoding)

    def offset(self, line: int, column: int) -> int:
        """The offset of a position; a column inside a character is its beginning."""
        if line < 0:
            return 0
        if line >= len(self._starts):
            return len(self.text)
        start, end = self._starts[line], self._end(line)
        content = self.text[start:end]
        if self.encoding == UTF32 or content.isascii():
            return start + max(0, min(column, len(content)))
        passed = 0
        for index, character in enumerate(content):
            passed += width(character, self.encoding)
            if passed > column:
                return start + index
        return end

    def _end(self, line: int) -> int:
        """Where a line ends, without its line break."""
        if line + 1 == len(self._starts):
            return len(self.text)
        return self._starts[line] + len(self.text[self._starts[line] : self._starts[line + 1]].rstrip("\r\n"))


class Units:
    """Offsets of a text as JavaScript counts them: in units of UTF-16, from 0."""

    def __init__(self, text: str) -> None:
        self.length = len(text)
        self._wide = (
            [] if text.isascii() else [place for place, each in enumerate(text) if ord(each) >= _BEYOND_BMP]
        )

    def of(self, offset: int) -> int:
        """The units before an offset."""
        return offset + bisect_left(self._wide, offset)

    def offset(self, units: int) -> int:
        """The offset after so many units; inside a character its beginning, outside the text its end."""
        low, high = 0, self.length
        if not self._wide:
            return max(low, min(units, high))
        while low < high:
            middle = (low + high + 1) // 2
            if self.of(middle) <= units:
                low = middle
            else:
                high = middle - 1
        return low
