"""A long diagram cut into columns that stand side by side."""

from __future__ import annotations

from math import log

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
    for count in range(2, min(MOST_COLUMNS, len(parts)) + 1):
        columns = _packed(parts, placed, count)
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


def _packed(parts: list[Column], placed: Placed, count: int) -> tuple[Column, ...]:
    """The parts in at most so many columns, the highest of which is as low as can be."""
    low, high = max(part.bottom(placed) - part.top(placed) for part in parts), placed.height
    while high - low > EXACT:
        middle = (low + high) // 2
        if len(_filled(parts, placed, middle)) <= count:
            high = middle
        else:
            low = middle
    columns = _filled(parts, placed, high)
    # A little higher ones are better where that leaves fewer of them.
    fewer = _filled(parts, placed, high * 9 // 8)
    return fewer if len(fewer) < len(columns) else columns


def _filled(parts: list[Column], placed: Placed, height: int) -> tuple[Column, ...]:
    """Columns filled one after the other up to a height."""
    columns = [parts[0]]
    for part in parts[1:]:
        joined = Column(columns[-1].first, part.end)
        if joined.bottom(placed) - joined.top(placed) <= height:
            columns[-1] = joined
        else:
            columns.append(part)
    return tuple(columns)


def _has_rest(columns: tuple[Column, ...], placed: Placed) -> bool:
    """Whether a column holds so little that it looks forgotten, such as the output alone."""
    heights = [each.bottom(placed) - each.top(placed) for each in columns]
    return min(heights) < LOWEST * max(heights)


def _distance(columns: tuple[Column, ...], placed: Placed) -> float:
    width = sum(sum(each.reach(placed)) + BETWEEN_COLUMNS for each in columns)
    height = max(each.bottom(placed) - each.top(placed) for each in columns)
    return abs(log(width / max(height, 1) / WIDTH_TO_HEIGHT))
