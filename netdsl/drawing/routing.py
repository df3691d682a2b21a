"""The rows of a graph, and the way of each edge through them (Sugiyama, Tagawa and Toda 1981)."""

from __future__ import annotations

from itertools import pairwise

from netdsl.drawing.items import BOTTOM, TOP, Graph
from netdsl.drawing.problems import too_tangled
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# Bounds for lines that pass many rows: places where they do so, and the lengths of all of them together.
MOST_VERTICES = 6_000
MOST_PASSED = 100_000


class Route(Record):
    """The way of an edge: its source, the vertices that it passes, its target.

    A skip leads a value past items while others take it before.
    """

    source: int
    target: int
    passed: tuple[int, ...]
    is_skip: bool
    mark: str = ""


def ranks_of(graph: Graph) -> list[int]:
    """The row of each item: the longest way to it."""
    ranks = [0] * len(graph.items)
    for edge in graph.edges:
        if edge.source >= 0 and edge.target >= 0:
            ranks[edge.target] = max(ranks[edge.target], ranks[edge.source] + 1)
    return ranks


def routes_of(graph: Graph, ranks: list[int]) -> tuple[list[Route], list[list[int]]]:
    """The edges with the vertices that they pass; those of one value share theirs."""
    height = max(ranks, default=-1) + 1
    rows: list[list[int]] = [[] for _ in range(height)]
    for item, rank in enumerate(ranks):
        rows[rank].append(item)
    routes: list[Route] = []
    lanes: dict[tuple[int, int], list[int]] = {}
    readers: dict[tuple[int, int], int] = {}
    for edge in graph.edges:
        readers[edge.source, edge.value] = readers.get((edge.source, edge.value), 0) + 1
    following, length = len(ranks), 0
    for edge in graph.edges:
        first = ranks[edge.source] + 1 if edge.source >= 0 else 0
        last = ranks[edge.target] if edge.target >= 0 else height
        lane = lanes.setdefault((edge.source, edge.value), [])
        while len(lane) < last - first:
            rows[first + len(lane)].append(following)
            lane.append(following)
            following += 1
        length += max(last - first, 0)
        if following - len(ranks) > MOST_VERTICES or length > MOST_PASSED:
            raise too_tangled()
        passed = tuple(lane[: max(last - first, 0)])
        is_skip = bool(passed) and readers[edge.source, edge.value] > 1 and edge.target != BOTTOM
        # The colour of skips is left to others where edges are marked.
        routes.append(Route(edge.source, edge.target, passed, is_skip and not edge.mark, edge.mark))
    return routes, rows


def main_line(graph: Graph, ranks: list[int], routes: Sequence[Route]) -> list[int]:
    """The vertices of the longest way to what comes out, from below."""
    feeding: dict[int, list[int]] = {}
    for edge in graph.edges:
        feeding.setdefault(edge.target, []).append(edge.source)
    line = [vertex for route in routes if route.target == BOTTOM for vertex in reversed(route.passed)]
    here = feeding[BOTTOM][0] if graph.end == BOTTOM else graph.end
    while here >= 0:
        line.append(here)
        above = [each for each in feeding.get(here, ()) if each >= 0 and ranks[each] == ranks[here] - 1]
        here = above[0] if above else TOP
    return line


def links_of(routes: Sequence[Route], rows: Sequence[Sequence[int]]) -> list[list[tuple[int, int]]]:
    """The pairs of vertices below each row, first those below TOP; TOP and BOTTOM stand for themselves."""
    row_of = {vertex: number for number, row in enumerate(rows) for vertex in row}
    found: list[dict[tuple[int, int], None]] = [{} for _ in range(len(rows) + 1)]
    for route in routes:
        way = (route.source, *route.passed, route.target)
        first = row_of.get(route.source, -1) + 1
        for step, pair in enumerate(pairwise(way)):
            found[first + step][pair] = None
    return [list(each) for each in found]
