"""The rows of a graph, the order in each row, and what is to stand in a straight line.

Layers, dummy vertices and crossing reduction are Sugiyama's (Sugiyama,
Tagawa and Toda 1981), the last by igraph. What stands in a line is chosen
as Brandes and Köpf do (2001), but the longest way through comes first.
"""

from __future__ import annotations

from itertools import pairwise

from netdsl.drawing.items import Graph
from netdsl.drawing.problems import missing_extra
from netdsl.drawing.routing import Route, links_of, main_line, ranks_of, routes_of
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Link(Record):
    """A line between vertices of neighbouring rows; `track` is its place among the horizontal ones.

    A link without a track (-1) is straight.
    """

    upper: int
    lower: int
    track: int = -1


class Layering(Record):
    """Rows of vertices from left to right.

    Vertices below `count` are items, the others places where an edge passes
    a row. `threads` names the straight line that a vertex is part of; the
    main one is 0. `gaps` are the links below each row (the first are those
    below TOP), `order` the threads in an order in which each stands after
    those to its left.
    """

    count: int
    rows: tuple[tuple[int, ...], ...]
    threads: tuple[int, ...]
    order: tuple[int, ...]
    routes: tuple[Route, ...]
    gaps: tuple[tuple[Link, ...], ...]

    def tracks(self, row: int) -> int:
        """Number of horizontal lines below a row."""
        return max((link.track + 1 for link in self.gaps[row + 1]), default=0)


def layer(graph: Graph) -> Layering:
    """The layering of a graph.

    Raises `DiagnosticError` where it has several branches side by side and
    igraph is not there, or where edges pass too many rows.
    """
    ranks = ranks_of(graph)
    routes, rows = routes_of(graph, ranks)
    main = main_line(graph, ranks, routes)
    rows = _ordered(rows, routes, main)
    links = links_of(routes, rows)
    threads = _threads(rows, links, main, sum(map(len, rows)))
    gaps = tuple(_tracked(each, threads) for each in links)
    return Layering(
        len(graph.items),
        tuple(map(tuple, rows)),
        tuple(threads),
        tuple(_from_left(rows, threads)),
        tuple(routes),
        gaps,
    )


def _ordered(rows: list[list[int]], routes: list[Route], main: list[int]) -> list[list[int]]:
    """The rows with as few crossings as igraph finds, and more right of the main line than left of it."""
    straight = set(main)
    beside = [sum(vertex not in straight for vertex in row) for row in rows]
    if max(beside, default=0) <= 1:
        # One line beside the main one has nothing that it could cross.
        return [sorted(row, key=lambda vertex: vertex not in straight) for row in rows]
    try:
        from igraph import Graph as Vertices
    except ImportError as error:
        raise missing_extra("networks with several branches side by side", "igraph") from error
    count = sum(map(len, rows))
    layers = [0] * (count + 1)
    for rank, row in enumerate(rows):
        for vertex in row:
            layers[vertex] = rank + 1
    ends = list(dict.fromkeys(_steps(routes, count)))
    drawn = Vertices(count + 1, ends, directed=True).layout_sugiyama(layers=layers, hgap=1, vgap=1)
    places = [point[0] for point in drawn.coords[:count]]
    ordered = [sorted(row, key=lambda vertex: (places[vertex], vertex)) for row in rows]
    balance = 0
    for row in ordered:
        on = next((at for at, vertex in enumerate(row) if vertex in straight), None)
        if on is not None:
            balance += len(row) - 1 - 2 * on
    return [row[::-1] for row in ordered] if balance < 0 else ordered


def _steps(routes: Sequence[Route], count: int) -> Iterator[tuple[int, int]]:
    """The pairs of vertices that links join; `count` stands for TOP."""
    for route in routes:
        way = [count if route.source < 0 else route.source, *route.passed]
        if route.target >= 0:
            way.append(route.target)
        yield from pairwise(way)


def _threads(
    rows: list[list[int]], links: list[list[tuple[int, int]]], main: list[int], count: int
) -> list[int]:
    """The straight line of each vertex: no two of the links that make them cross or share an end."""
    place = {vertex: at for row in rows for at, vertex in enumerate(row)}
    straight = set(main)
    below: dict[int, int] = {}
    for gap in links[1:]:
        inner = [pair for pair in gap if pair[1] >= 0]
        # The main line comes first, then the lanes of long edges, which have the highest numbers.
        inner.sort(
            key=lambda pair: (not straight.issuperset(pair), -min(pair), place[pair[0]], place[pair[1]])
        )
        taken: list[tuple[int, int]] = []
        for upper, lower in inner:
            ends = (place[upper], place[lower])
            if all((ends[0] - a) * (ends[1] - b) > 0 for a, b in taken):
                taken.append(ends)
                below[upper] = lower
    threads = [-1] * count
    starts = [main[-1]] if main else []
    starts += [vertex for row in rows for vertex in row]
    following = 0
    for vertex in starts:
        if threads[vertex] >= 0:
            continue
        here: int | None = vertex
        while here is not None:
            threads[here] = following
            here = below.get(here)
        following += 1
    return threads


def _tracked(gap: list[tuple[int, int]], threads: list[int]) -> tuple[Link, ...]:
    """The links of a gap with their tracks: one for what leaves a vertex, or enters one, together."""
    entering: dict[int, int] = {}
    for _, lower in gap:
        entering[lower] = entering.get(lower, 0) + 1
    groups: dict[tuple[bool, int], list[tuple[int, int]]] = {}
    for upper, lower in gap:
        if upper >= 0 and lower >= 0 and threads[upper] != threads[lower]:
            joined = entering[lower] > 1
            groups.setdefault((joined, lower if joined else upper), []).append((upper, lower))
    track_of = {}
    for track, group in enumerate(_from_above(list(groups.values()), threads)):
        track_of.update(dict.fromkeys(group, track))
    return tuple(Link(upper, lower, track_of.get((upper, lower), -1)) for upper, lower in gap)


def _from_above(groups: list[list[tuple[int, int]]], threads: list[int]) -> list[list[tuple[int, int]]]:
    """The groups in an order in which lines on one thread, one from above and one from below, don't meet."""
    left = list(groups)
    ordered = []
    while left:
        # A group may go below the others where none of them leaves through a thread that it comes down.
        free = next(
            (
                group
                for group in left
                if not any(
                    threads[lower] == threads[upper]
                    for _, lower in group
                    for other in left
                    if other is not group
                    for upper, _ in other
                )
            ),
            left[0],
        )
        left = [group for group in left if group is not free]
        ordered.append(free)
    return ordered


def _from_left(rows: list[list[int]], threads: list[int]) -> list[int]:
    """The threads, each after those that stand to its left."""
    before: dict[int, dict[int, None]] = {thread: {} for thread in threads}
    for row in rows:
        for left, right in pairwise(row):
            before[threads[right]][threads[left]] = None
    from graphlib import TopologicalSorter

    return list(TopologicalSorter(before).static_order())
