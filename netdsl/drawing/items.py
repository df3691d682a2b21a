"""What a diagram is made of: boxes, frames around boxes, and what feeds what. Nothing has a place yet."""

from __future__ import annotations

from netdsl.network.changes import ADDED, CHANGED, FOLLOWS, REMOVED, SAME
from netdsl.record import Record

# The sign that says without its colour what became of a part, in the picture of a difference.
SIGNS = {SAME: "", ADDED: "+", REMOVED: "-", CHANGED: "~", FOLLOWS: "="}
# The upper and the lower edge of a frame, as ends of edges.
TOP, BOTTOM = -1, -2


class Leaf(Record):
    """A layer: its state-dict prefix, its name, its call, what a hover tells, and the step of its shade.

    `mark` is empty outside of pictures of a difference.
    """

    path: str
    name: str
    call: str
    hint: str
    shade: int
    mark: str = ""


class Item(Record):
    """What has a place in a frame; `made` is the shape of the value that comes out of it."""

    made: str


class Terminal(Item):
    """Where a value enters or leaves the network."""

    text: str


class Stack(Item):
    """Layers that follow each other without anything between, drawn as one column of boxes."""

    layers: tuple[Leaf, ...]


class Edge(Record):
    """A value on its way: `source` and `target` are positions of items, TOP or BOTTOM.

    `value` tells the values that enter through TOP apart.
    """

    source: int
    target: int
    value: int = 0
    mark: str = ""


class Graph(Record):
    """Items in running order with the edges between them.

    `end` is where the result goes: BOTTOM, or the item that stands for it.
    """

    items: tuple[Item, ...]
    edges: tuple[Edge, ...]
    end: int = BOTTOM

    @property
    def labels(self) -> tuple[str, ...]:
        """What stands below each item: its shape, unless its line ends at the frame, which says it again."""
        ending = {edge.source for edge in self.edges if edge.target == BOTTOM}
        going_on = {edge.source for edge in self.edges if edge.target != BOTTOM}
        hidden = ending - going_on
        return tuple("" if number in hidden else item.made for number, item in enumerate(self.items))


class Frame(Item):
    """A block around its contents, with what is said of it where it is closed.

    `times` is how often it follows itself; a frame that is not `open` shows
    no contents, and has none where `body` is empty.
    """

    path: str
    name: str
    definition: str
    badge: str
    summary: str
    hint: str
    shade: int
    body: Graph
    open: bool
    mark: str = ""


def size_of(graph: Graph, closed: bool = False) -> int:
    """Number of items and layers that are seen; with `closed`, of all that closed frames hold too."""
    count = 0
    for item in graph.items:
        count += len(item.layers) if isinstance(item, Stack) else 1
        if isinstance(item, Frame) and (item.open or closed):
            count += size_of(item.body, closed)
    return count
