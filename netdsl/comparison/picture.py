"""The picture of a difference: both networks in one diagram."""

from __future__ import annotations

from netdsl.comparison.captions import ARROW, changed_call
from netdsl.comparison.difference import Difference
from netdsl.comparison.legend import heading_of
from netdsl.comparison.merge import merge
from netdsl.comparison.merged import MergedLayer, MergedScope, Stretch, last_of, marks_of, status_of
from netdsl.comparison.stretches import fold_merged
from netdsl.drawing.captions import LONGEST_NAME, call, cut
from netdsl.drawing.fitting import compose_fitting
from netdsl.drawing.html import to_page
from netdsl.drawing.items import Edge, Frame, Graph, Item, Leaf, Terminal
from netdsl.drawing.placing import Placed
from netdsl.drawing.scene import place_graph
from netdsl.drawing.scopes import totals_of
from netdsl.drawing.sketch import Sketcher, through
from netdsl.drawing.svg import to_svg
from netdsl.layers.tensor import TensorType
from netdsl.network.changes import ADDED, CHANGED, FOLLOWS, REMOVED, SAME
from netdsl.network.nodes import LayerNode, Node, ScopeNode

# What was added or removed is open where it has so many layers at most.
MOST_OPENED = 4


def draw_difference(difference: Difference) -> str:
    """Both networks in one diagram as SVG, what is as it was made short.

    Blocks are closed where the picture could not be read otherwise. Raises
    `DiagnosticError` where it would be too large even so, or needs igraph,
    which is not there.
    """
    merged = fold_merged(merge(difference))
    scene, closed = compose_fitting(lambda depth: _DifferenceSketcher(difference, depth).root(merged))
    return to_svg(scene, heading_of(difference).with_line(closed.partition(";")[0]))


def draw_difference_page(difference: Difference) -> str:
    """The diagram as a page whose blocks open and close; otherwise as `draw_difference`."""
    return to_page(place_difference(difference, closed=True), heading_of(difference))


def place_difference(difference: Difference, *, closed: bool = False) -> Placed:
    """The diagram, placed in one column; with `closed`, the contents of closed frames too."""
    graph = _DifferenceSketcher(difference, None).root(fold_merged(merge(difference)))
    return place_graph(graph, closed=closed)


class _DifferenceSketcher(Sketcher):
    """Marks layers, blocks and edges; nothing is shaded."""

    def __init__(self, difference: Difference, depth: int | None) -> None:
        super().__init__(difference.after, depth)
        self._difference = difference

    def root(self, scope: ScopeNode) -> Graph:
        graph = super().root(scope)
        before, after = self._difference.before, self._difference.after
        given, made = _both(before.input, after.input), _both(before.output, after.output)
        items: list[Item] = list(graph.items)
        items[0] = Terminal(given, f"input {given}")
        items[graph.end] = Terminal("", f"output {made}")
        return graph.replace(items=tuple(items))

    def counts(self, scope: ScopeNode) -> dict[str, int]:
        return {}

    def results(self, scope: ScopeNode) -> list[tuple[int, str]]:
        number = scope.result - len(scope.input_types)
        made = status_of(scope.nodes[number]) if number >= 0 else SAME
        mark = made if made in (ADDED, REMOVED) else SAME
        ended = scope.outputs[len(scope.outputs) - scope.ended :] if isinstance(scope, MergedScope) else ()
        return [(scope.result, mark), *((value, REMOVED) for value in ended)]

    def further(self, scope: ScopeNode) -> tuple[int, ...]:
        assert isinstance(scope, MergedScope)
        return scope.outputs[: len(scope.outputs) - scope.ended]

    def made(self, node: Node) -> str:
        last = last_of(node)
        assert isinstance(last, MergedLayer | MergedScope)
        return _both(last.was.output if last.was is not None else last.output, last.output)

    def edges_to(self, node: Node, made: list[Edge], target: int) -> list[Edge]:
        found: dict[Edge, str] = {}
        for value, mark in zip(node.inputs, marks_of(node), strict=True):
            edge = made[value].replace(mark="")
            found[edge] = mark if found.get(edge, mark) == mark else SAME
        return [edge.replace(target=target, mark=mark) for edge, mark in found.items()]

    def leaf(self, node: LayerNode, prefix: str, given: TensorType) -> Leaf:
        assert isinstance(node, MergedLayer)
        plain = super().leaf(node, prefix, node.given)
        words, hint = call(node), plain.hint
        was, was_given = node.was, node.was_given
        if was is not None and was_given is not None and node.status in (CHANGED, FOLLOWS):
            hint = f"{plain.hint}\nbefore: {super().leaf(was, prefix, was_given).hint}"
            if node.status == CHANGED:
                words = ", ".join((changed_call(was, node), *_seen(node.reasons)))
        return plain.replace(call=words, hint=hint, shade=0, mark=node.status)

    def frame(self, node: ScopeNode, prefix: str, level: int) -> Frame:
        frame = super().frame(node, prefix, level).replace(shade=0, mark=status_of(node))
        if isinstance(node, Stretch):
            words = "as before" if node.status == SAME else "as before, on other shapes"
            name = cut(through(node.name, node.last), LONGEST_NAME)
            return frame.replace(path=prefix, name=name, definition=words, open=False)
        is_small = frame.mark in (ADDED, REMOVED) and totals_of(node)[0] <= MOST_OPENED
        return frame.replace(open=frame.open and (frame.mark == CHANGED or is_small))


def _both(before: TensorType, after: TensorType) -> str:
    """A shape, or two of them where it changed."""
    return str(after) if before == after else f"{before}{ARROW}{after}"


def _seen(reasons: tuple[str, ...]) -> list[str]:
    """The reasons that no line shows: what feeds a layer is seen."""
    return [reason for reason in reasons if not reason.startswith("fed by")]
