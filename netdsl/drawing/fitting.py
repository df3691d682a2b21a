"""How many blocks are open in a picture that can still be read."""

from __future__ import annotations

from netdsl.diagnostics.catalogue.drawing import TOO_LARGE
from netdsl.diagnostics.diagnostic import DiagnosticError
from netdsl.drawing.items import Frame, Graph
from netdsl.drawing.scene import Scene, compose, place_graph

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# A larger picture is no longer seen as a whole: about three screens of 1920x1080.
MOST_PIXELS = 6_000_000


def compose_fitting(sketched: Callable[[int | None], Graph]) -> tuple[Scene, str]:
    """The scene of a graph with as many levels of blocks open as can be read, and what is said of the others.

    `sketched` gives the graph with the blocks closed that are inside so many
    others, or with none of them closed. Nothing is said where all are open.
    Raises `DiagnosticError` where the picture is too large even with all
    blocks closed, or needs igraph, which is not there.
    """
    whole = sketched(None)
    depths = _depth_of(whole)
    for depth in range(depths, 0, -1):
        graph = whole if depth == depths else sketched(depth)
        try:
            scene = compose(place_graph(graph))
        except DiagnosticError as error:
            if error.diagnostic.code is not TOO_LARGE:
                raise
            continue
        if scene.width * scene.height <= MOST_PIXELS:
            return scene, _closed(depth, depths)
    return compose(place_graph(sketched(0) if depths else whole)), _closed(0, depths)


def _closed(depth: int, depths: int) -> str:
    if depth == depths:
        return ""
    which = "all blocks" if depth == 0 else "inner blocks"
    return f"{which} are closed to fit; --depth {depths} opens them"


def _depth_of(graph: Graph) -> int:
    """How many blocks are inside each other, one at least where there is one."""
    return max((1 + _depth_of(item.body) for item in graph.items if isinstance(item, Frame)), default=0)
