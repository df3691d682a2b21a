"""A diagram as shapes and lines with their places on the page."""

from __future__ import annotations

from itertools import pairwise

from netdsl.drawing.columns import Column, columns_of
from netdsl.drawing.items import BOTTOM, TOP, Frame, Graph, Item, size_of
from netdsl.drawing.placing import HEADER, Extent, Placed, place, track_top
from netdsl.drawing.problems import too_large
from netdsl.drawing.sketch import sketch
from netdsl.network.nodes import Network
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdsl.drawing.routing import Route

MOST_BOXES = 5_000
MARGIN = 24
GUTTER = 40
OVER_COLUMN, UNDER_COLUMN = 26, 30


class Shape(Record):
    """An item on the page: its line's x, its top, how far it reaches, and the shape that is written below it.

    `inside` is the number of the frame around it, -1 for none; `level` how
    many frames are around it. What is in a closed frame is not `shown`.
    """

    item: Item
    x: int
    y: int
    extent: Extent
    label: str
    inside: int
    level: int
    shown: bool


class Line(Record):
    """An edge on the page.

    A `skip` leads a value past boxes that take it too; an `arrow` ends at a
    box, not at a frame's lower edge.
    """

    points: tuple[tuple[int, int], ...]
    skip: bool
    arrow: bool
    inside: int
    shown: bool
    mark: str = ""


class Scene(Record):
    """Shapes, each after the frame that it is in, and lines; the size of all of it."""

    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]
    width: int
    height: int


def place_network(
    network: Network, *, depth: int | None = None, expand: bool = False, closed: bool = False
) -> Placed:
    """A network's diagram, placed in one column; with `closed`, the contents of closed frames too.

    Raises `DiagnosticError` where it is too large, or has branches and
    igraph is not installed.
    """
    return place_graph(sketch(network, depth=depth, expand=expand), closed=closed)


def place_graph(graph: Graph, *, closed: bool = False) -> Placed:
    """A whole diagram, placed in one column; otherwise as `place_network`."""
    count = size_of(graph, closed)
    if count > MOST_BOXES:
        raise too_large(count, MOST_BOXES)
    return place(graph, 0, closed=closed)


def compose(placed: Placed, *, columns: bool = True) -> Scene:
    """The scene of a placed network; with `columns`, a long one stands in several of them."""
    parts = columns_of(placed) if columns else (Column(0, len(placed.tops)),)
    composer = _Composer()
    x = MARGIN
    offsets: dict[int, tuple[int, int]] = {}
    height = 0
    for part in parts:
        left, right = part.reach(placed)
        down = MARGIN - part.top(placed) + (OVER_COLUMN if part.first else 0)
        offsets.update(dict.fromkeys(range(part.first, part.end), (x + left, down)))
        bottom = down + part.bottom(placed) + (UNDER_COLUMN if part.end < len(placed.tops) else 0)
        height = max(height, bottom)
        x += left + right + GUTTER
    composer.add(placed, offsets, -1, 0, True)
    return Scene(tuple(composer.shapes), tuple(composer.lines), x - GUTTER + MARGIN, height + MARGIN)


class _Composer:
    """Collects shapes and lines from the outside in."""

    def __init__(self) -> None:
        self.shapes: list[Shape] = []
        self.lines: list[Line] = []

    def add(
        self, placed: Placed, offsets: dict[int, tuple[int, int]], inside: int, level: int, shown: bool
    ) -> None:
        """A graph, each row of which is moved by an offset of its own."""
        rows = {vertex: row for row, vertices in enumerate(placed.layering.rows) for vertex in vertices}
        for points, route in _ways(placed, rows):
            moved = tuple(_moved(points, offsets, placed))
            is_arrow = route.target != BOTTOM
            self.lines.append(Line(moved, route.is_skip, is_arrow, inside, shown, route.mark))
        for number, item in enumerate(placed.graph.items):
            dx, dy = offsets[rows[number]]
            x, y = placed.columns[number] + dx, placed.tops[rows[number]] + dy
            extent, label = placed.extents[number], placed.labels[number]
            self.shapes.append(Shape(item, x, y, extent, label, inside, level, shown))
            body = placed.bodies[number]
            if body is not None and isinstance(item, Frame):
                below = dict.fromkeys(range(len(body.tops)), (x, y + HEADER))
                self.add(body, below, len(self.shapes) - 1, level + 1, shown and item.open)


# A point with the row that it moves with.
_Point = tuple[int, int, int]


def _ways(placed: Placed, rows: dict[int, int]) -> list[tuple[list[_Point], Route]]:
    """The points of each edge's route."""
    layering = placed.layering
    tracks = {(link.upper, link.lower): link.track for gap in layering.gaps for link in gap}
    ways = []
    for route in layering.routes:
        points: list[_Point] = []
        way = [route.source, *route.passed, route.target]
        for upper, lower in pairwise(way):
            points += _link(placed, rows, upper, lower, tracks[upper, lower])
        ways.append((points, route))
    return ways


def _link(placed: Placed, rows: dict[int, int], upper: int, lower: int, track: int) -> list[_Point]:
    """The points from the foot of a vertex to the top of one in the next row."""
    columns, tops = placed.columns, placed.tops
    if upper == TOP:
        start = (columns[lower], 0, 0) if lower != BOTTOM else (0, 0, 0)
    else:
        row = rows[upper]
        is_item = upper < placed.layering.count
        y = tops[row] + (placed.extents[upper].height if is_item else 0)
        start = (columns[upper], y, row)
    if lower == BOTTOM:
        return [start, (start[0], placed.height, len(tops) - 1)]
    end = (columns[lower], tops[rows[lower]], rows[lower])
    if track < 0:
        return [start, end]
    y = track_top(placed, start[2], track)
    return [start, (start[0], y, start[2]), (end[0], y, start[2]), end]


def _moved(
    points: Sequence[_Point], offsets: dict[int, tuple[int, int]], placed: Placed
) -> list[tuple[int, int]]:
    """The points on the page; a line to the next column goes round below the one and above the other."""
    moved: list[tuple[int, int]] = []
    before: _Point | None = None
    for point in points:
        dx, dy = offsets[point[2]]
        here = (point[0] + dx, point[1] + dy)
        if before is not None and offsets[before[2]] != (dx, dy) and moved:
            x, y = moved[-1]
            low = y + UNDER_COLUMN - 6
            between = here[0] - placed_left(placed, offsets, dx) - GUTTER // 2
            high = here[1] - OVER_COLUMN + 8
            moved += [(x, low), (between, low), (between, high), (here[0], high)]
        moved.append(here)
        before = point
    return _without_needless(moved)


def placed_left(placed: Placed, offsets: dict[int, tuple[int, int]], dx: int) -> int:
    """How far the column that is moved by so much reaches to the left of its line."""
    rows = [other for other, offset in offsets.items() if offset[0] == dx]
    return Column(min(rows), max(rows) + 1).reach(placed)[0]


def _without_needless(points: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The points without those that lie on the line between their neighbours."""
    kept: list[tuple[int, int]] = []
    for point in points:
        if kept and point == kept[-1]:
            continue
        while len(kept) > 1 and (
            kept[-2][0] == kept[-1][0] == point[0] or kept[-2][1] == kept[-1][1] == point[1]
        ):
            kept.pop()
        kept.append(point)
    return kept
