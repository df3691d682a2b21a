"""A long diagram cut into columns that stand side by side."""

from __future__ import annotations

from bisect import bisect_right
from math import log
from operator import sub

from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.drawing.placing import Placed

WIDTH_TO_HEIGHT = 1.4
MOST_COLUMNS = 16
# Less than this stands in one column.
LOW = 700
# The height of columns is found to so many pixels.
EXACT = 8
BETWEEN_COLUMNS = 40
# The least height of a column, as a part of the highest.
LOWEST = 0.1


class Column(Record):
    """The rows from `first` to the one before `end`."""

    first: int
    end: int

    def reach(self, placed: Placed) -> tuple[int, int]:
        """How far its items and lines reach to the left and right of the main line."""
        left = right = 0
        for row in placed.layering.rows[self.first : self.end]:
            for vertex in row:
                x = placed.columns[vertex]
                sides = placed.sides(vertex)
                left, right = max(left, sides[0] - x), max(right, sides[1] + x)
        return left, right

    def top(self, placed: Placed) -> int:
        """The y of its first row."""
        return placed.tops[self.first]

    def bottom(self, placed: Placed) -> int:
        """The y below its last row."""
        return placed.tops[self.end - 1] + placed.heights[self.end - 1]


def columns_of(placed: Placed) -> tuple[Column, ...]:
    """The columns in which the diagram is nearest to a page's proportions."""
    parts = _parts(placed)
    best: tuple[Column, ...] = (Column(0, len(placed.tops)),)
    if placed.height <= LOW:
        return best
    nearest = _distance(best, placed)
    ends = _Parts(parts, placed)
    for count in range(2, min(MOST_COLUMNS, len(parts)) + 1):
        columns = ends.packed(count)
        distance = _distance(columns, placed)
        if distance < nearest and not _has_rest(columns, placed):
            best, nearest = columns, distance
    return best


def _parts(placed: Placed) -> list[Column]:
    """The rows, cut wherever the main line alone goes on."""
    parts = []
    first = 0
    for row in range(len(placed.tops)):
        gap = placed.layering.gaps[row + 1]
        straight = len(gap) == 1 and gap[0].track < 0
        if row == len(placed.tops) - 1 or (straight and placed.columns[gap[0].upper] == 0):
            parts.append(Column(first, row + 1))
            first = row + 1
    return parts


class _Parts:
    """The parts with their upper and lower ends, from which columns are filled in few steps."""

    def __init__(self, parts: list[Column], placed: Placed) -> None:
        self._parts = parts
        self._tops = [part.top(placed) for part in parts]
        self._bottoms = [part.bottom(placed) for part in parts]
        self._highest = max(map(sub, self._bottoms, self._tops))

    def packed(self, count: int) -> tuple[Column, ...]:
        """The parts in at most so many columns, the highest of which is as low as can be."""
        low, high = self._highest, self._bottoms[-1]
        while high - low > EXACT:
            middle = (low + high) // 2
            if len(self._filled(middle)) <= count:
                high = middle
            else:
                low = middle
        columns = self._filled(high)
        # A little higher ones are better where that leaves fewer of them.
        fewer = self._filled(high * 9 // 8)
        return fewer if len(fewer) < len(columns) else columns

    def _filled(self, height: int) -> tuple[Column, ...]:
        """Columns filled one after the other up to a height."""
        columns = []
        first = 0
        while first < len(self._parts):
            end = max(bisect_right(self._bottoms, self._tops[first] + height), first + 1)
            columns.append(Column(self._parts[first].first, self._parts[end - 1].end))
            first = end
        return tuple(columns)


def _has_rest(columns: tuple[Column, ...], placed: Placed) -> bool:
    """Whether a column holds so little that it looks forgotten, such as the output alone."""
    heights = [each.bottom(placed) - each.top(placed) for each in columns]
    return min(heights) < LOWEST * max(heights)


def _distance(columns: tuple[Column, ...], placed: Placed) -> float:
    width = sum(sum(each.reach(placed)) + BETWEEN_COLUMNS for each in columns)
    height = max(each.bottom(placed) - each.top(placed) for each in columns)
    return abs(log(width / max(height, 1) / WIDTH_TO_HEIGHT))
