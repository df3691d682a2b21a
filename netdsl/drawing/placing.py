"""Where everything stands, relative to the frame around it.

The x of an item is that of the line that enters and leaves it; the main line
of every frame is at 0, so that lines run straight through nested frames.
All numbers are whole pixels.
"""

from __future__ import annotations

from itertools import pairwise

from netdsl.drawing.items import SIGNS, Frame, Graph, Item, Stack, Terminal
from netdsl.drawing.layering import Layering, layer
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# Width of a letter of the type that fixes the pitch, and of a smaller one in the labels.
LETTER, SMALL_LETTER = 6.65, 6.05
ROW = 20
HEADER = 24
CLOSED = 40
TERMINAL = 24
PADDING = 12
BETWEEN = 22
ABOVE_FIRST, BELOW_LAST = 14, 12
PLAIN_GAP = 30
FIRST_TRACK, TRACK, BELOW_TRACKS = 22, 8, 12
LANE = 8
LABEL_LEFT = 6
# A box so many times as wide as the others is as wide as it must be, and they are not.
FAR_WIDER = 1.75
# Room for the sign of a mark.
SIGN = 14


class Extent(Record):
    """How far an item reaches to the left and right of its line, and its height."""

    left: int
    right: int
    height: int


class Placed(Record):
    """A graph with the place of all that is in it.

    `labels`, `extents` and `bodies` are by item (a body is None where there
    is none to be seen), `columns` by vertex, `tops` and `heights` by row.
    """

    graph: Graph
    layering: Layering
    labels: tuple[str, ...]
    extents: tuple[Extent, ...]
    bodies: tuple[Placed | None, ...]
    columns: tuple[int, ...]
    tops: tuple[int, ...]
    heights: tuple[int, ...]
    left: int
    right: int
    height: int

    def sides(self, vertex: int) -> tuple[int, int]:
        """How far a vertex, with its label, reaches to the left and right of its line."""
        if vertex >= self.layering.count:
            return LANE, LANE
        return reach(self.labels[vertex], self.extents[vertex])


def place(graph: Graph, above_first: int = ABOVE_FIRST, *, closed: bool = False) -> Placed:
    """The places of a graph's items and of the contents of its open frames; with `closed`, of all frames.

    Raises `DiagnosticError` as `layer` does.
    """
    bodies = tuple(
        place(item.body, closed=closed) if isinstance(item, Frame) and (item.open or closed) else None
        for item in graph.items
    )
    widest = common_width([stack_width(item) for item in graph.items if isinstance(item, Stack)])
    extents = tuple(extent(item, body, widest) for item, body in zip(graph.items, bodies, strict=True))
    layering = layer(graph)
    labels = graph.labels
    reaches = [reach(label, each) for label, each in zip(labels, extents, strict=True)]
    columns = _columns(layering, reaches)
    heights = tuple(
        max((extents[vertex].height for vertex in row if vertex < layering.count), default=0)
        for row in layering.rows
    )
    tops, height = _tops(layering, heights, above_first)
    edges = [
        (columns[vertex] - left, columns[vertex] + right)
        for vertex in range(len(columns))
        for left, right in [reaches[vertex] if vertex < layering.count else (LANE, LANE)]
    ]
    return Placed(
        graph,
        layering,
        labels,
        extents,
        bodies,
        tuple(columns),
        tops,
        heights,
        max((-left for left, _ in edges), default=0),
        max((right for _, right in edges), default=0),
        height,
    )


def text_width(text: str, letter: float = LETTER) -> int:
    """Width of a text in a type of fixed pitch; letters of East Asian scripts take two places."""
    places = len(text)
    if not text.isascii():
        places += sum("\u1100" <= each <= "\uffdc" for each in text)
    return int(places * letter + 0.99)


def stack_width(stack: Stack) -> int:
    """Width of the longest call with its name."""
    widest = max(text_width(leaf.call) + text_width(leaf.name, SMALL_LETTER) for leaf in stack.layers)
    return widest + 34 + stack_indent(stack)


def common_width(widths: list[int]) -> int:
    """The width of most boxes of a graph: that of the widest one, but for a few far wider than the others."""
    usual = sorted(widths)[len(widths) // 2] if widths else 0
    return max((width for width in widths if width <= FAR_WIDER * usual), default=0)


def stack_indent(stack: Stack) -> int:
    """Room for the signs of its layers, if one of them has one."""
    return SIGN if any(SIGNS.get(leaf.mark) for leaf in stack.layers) else 0


def header_width(frame: Frame) -> int:
    """Width of a frame's title."""
    width = text_width(frame.name) + text_width(frame.definition, SMALL_LETTER) + 44
    width += SIGN if SIGNS.get(frame.mark) else 0
    return width + (text_width(frame.badge, SMALL_LETTER) + 18 if frame.badge else 0)


def extent(item: Item, body: Placed | None, widest: int) -> Extent:
    """How much room an item takes."""
    if isinstance(item, Stack):
        half = max(widest, stack_width(item)) // 2
        return Extent(half, half, ROW * len(item.layers))
    if isinstance(item, Terminal):
        half = text_width(item.text) // 2 + 12
        return Extent(half, half, TERMINAL)
    assert isinstance(item, Frame)
    if body is None or not item.open:
        return closed_extent(item)
    left, right = body.left + PADDING, body.right + PADDING
    lacking = max(header_width(item) - left - right, 0)
    return Extent(left + lacking // 2, right + lacking - lacking // 2, HEADER + body.height)


def closed_extent(frame: Frame) -> Extent:
    """How much room a frame takes that shows nothing of what is in it."""
    half = max(header_width(frame), text_width(frame.summary, SMALL_LETTER) + 28) // 2
    return Extent(half, half, CLOSED)


def reach(label: str, extent: Extent) -> tuple[int, int]:
    """How far an item reaches to both sides, with the label below it."""
    return extent.left, max(extent.right, label_reach(label))


def label_reach(label: str) -> int:
    """How far a label reaches to the right of the line that it stands beside."""
    return LABEL_LEFT + text_width(label, SMALL_LETTER) if label else 0


def _columns(layering: Layering, reaches: Sequence[tuple[int, int]]) -> list[int]:
    """The x of each vertex: what is right of the main thread as far left as can be, and the reverse."""
    sides: dict[tuple[int, int], int] = {}
    for row in layering.rows:
        for left, right in pairwise(row):
            gap = _half(left, 1, reaches, layering) + _half(right, 0, reaches, layering) + BETWEEN
            pair = (layering.threads[left], layering.threads[right])
            sides[pair] = max(sides.get(pair, 0), gap)
    before: dict[int, list[tuple[int, int]]] = {}
    behind: dict[int, list[tuple[int, int]]] = {}
    for (left, right), gap in sides.items():
        before.setdefault(right, []).append((left, gap))
        behind.setdefault(left, []).append((right, gap))
    at: dict[int, int] = {0: 0}
    for thread in reversed(layering.order):
        found = [at[right] - gap for right, gap in behind.get(thread, ()) if right in at]
        if found:
            at[thread] = min(found)
    for thread in layering.order:
        if thread not in at:
            at[thread] = max([at[left] + gap for left, gap in before.get(thread, ())], default=0)
    return [at[thread] for thread in layering.threads]


def _half(vertex: int, side: int, reaches: Sequence[tuple[int, int]], layering: Layering) -> int:
    return reaches[vertex][side] if vertex < layering.count else LANE


def _tops(layering: Layering, heights: Sequence[int], above_first: int) -> tuple[tuple[int, ...], int]:
    """The top of each row, and the height of all."""
    tops = []
    below = above_first
    for row, height in enumerate(heights):
        tops.append(below)
        tracks = layering.tracks(row)
        gap = FIRST_TRACK + TRACK * (tracks - 1) + BELOW_TRACKS if tracks else PLAIN_GAP
        below += height + (gap if row < len(heights) - 1 else BELOW_LAST)
    return tuple(tops), below


def track_top(placed: Placed, row: int, track: int) -> int:
    """The y of a horizontal line below a row."""
    return placed.tops[row] + placed.heights[row] + FIRST_TRACK + TRACK * track
