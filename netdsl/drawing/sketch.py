"""A network as items: which layers share a box, which blocks are frames, and what is folded."""

from __future__ import annotations

from netdsl.diagnostics.render.visible import visible
from netdsl.drawing.captions import LONGEST_NAME, call, cut, shade, short_count
from netdsl.drawing.items import BOTTOM, TOP, Edge, Frame, Graph, Item, Leaf, Stack, Terminal
from netdsl.drawing.repeats import Repeat, fold
from netdsl.drawing.scopes import add_parameters, is_empty, origins_of, path_of, reader_counts, totals_of
from netdsl.layers.table import BUILT_IN
from netdsl.layers.tensor import TensorType
from netdsl.network.nodes import LayerNode, Network, Node, ScopeNode

# Layers of these families are drawn joined to the layer before them.
JOINED = frozenset(("activation", "normalization", "dropout"))
HIGHEST_STACK = 6


def sketch(network: Network, *, depth: int | None = None, expand: bool = False) -> Graph:
    """What is to be drawn of a network.

    Frames deeper than `depth` are closed (0 closes all). Repeats are folded
    unless `expand` is given.
    """
    root = network.root if expand else fold(network.root)
    return Sketcher(network, depth).root(root)


class Sketcher:
    """Makes items of a network's nodes; a subclass may draw layers, blocks and edges otherwise."""

    def __init__(self, network: Network, depth: int | None) -> None:
        self.network = network
        self.total = network.parameter_count
        self.depth = depth
        self._counts: dict[str, int] = {}

    def root(self, scope: ScopeNode) -> Graph:
        """The whole network between its input and its outputs."""
        self._counts = self.counts(scope)
        items: list[Item] = [Terminal(str(self.network.input), f"input {self.network.input}")]
        edges: list[Edge] = []
        made = self.fill(scope, "", 0, [Edge(0, 0)], items, edges)
        end = len(items)
        items.append(Terminal("", f"output {self.network.output}"))
        edges += [made[value].replace(target=end, mark=mark) for value, mark in self.results(scope)]
        for value in self.further(scope):
            edges.append(made[value].replace(target=len(items)))
            name = scope.nodes[value - 1].name
            items.append(Terminal("", cut(f"{name}, in training", LONGEST_NAME)))
        return Graph(tuple(items), tuple(edges), end)

    def counts(self, scope: ScopeNode) -> dict[str, int]:
        """The parameters that each layer and block of a folded network stands for, by path."""
        found: dict[str, int] = {}
        add_parameters(scope, "", [layer.parameter_count for _, layer in self.network.layers()], found)
        return found

    def results(self, scope: ScopeNode) -> list[tuple[int, str]]:
        """The values that come out of a scope, with the marks of their edges: its result, without one."""
        return [(scope.result, "")]

    def further(self, scope: ScopeNode) -> tuple[int, ...]:
        """The values that a net gives besides while it is trained."""
        return scope.outputs

    def made(self, node: Node) -> str:
        """What stands beside the line below a node: the shape of what it makes."""
        return str(node.output)

    def body(self, scope: ScopeNode, prefix: str, level: int) -> Graph:
        """What is inside a frame."""
        items: list[Item] = []
        edges: list[Edge] = []
        given = [Edge(TOP, 0, value) for value in range(len(scope.input_types))]
        made = self.fill(scope, prefix, level, given, items, edges)
        edges += [made[value].replace(target=BOTTOM, mark=mark) for value, mark in self.results(scope)]
        return Graph(tuple(items), tuple(edges))

    def fill(
        self,
        scope: ScopeNode,
        prefix: str,
        level: int,
        made: list[Edge],
        items: list[Item],
        edges: list[Edge],
    ) -> list[Edge]:
        """Add a scope's items and edges; for each value an edge without a target."""
        types = [*scope.input_types, *(node.output for node in scope.nodes)]
        origins = origins_of(scope)
        readers = reader_counts(scope, origins)
        for node in scope.nodes:
            if isinstance(node, ScopeNode) and is_empty(node):
                made.append(made[node.inputs[node.result]])
                continue
            alone = readers[origins[node.inputs[0]]] == 1
            if isinstance(node, LayerNode) and alone and self._joins(node, types, made, items):
                position = made[node.inputs[0]].source
                stack = items[position]
                assert isinstance(stack, Stack)
                leaf = self.leaf(node, prefix, types[node.inputs[0]])
                items[position] = stack.replace(layers=(*stack.layers, leaf))
                made.append(made[node.inputs[0]])
                continue
            edges += self.edges_to(node, made, len(items))
            made.append(Edge(len(items), 0))
            items.append(self._item(node, prefix, level, types))
        return made

    def edges_to(self, node: Node, made: list[Edge], target: int) -> list[Edge]:
        """The edges of the values that a node reads, each once."""
        return [
            source.replace(target=target) for source in dict.fromkeys(made[value] for value in node.inputs)
        ]

    def _joins(
        self,
        node: LayerNode,
        types: list[TensorType],
        made: list[Edge],
        items: list[Item],
    ) -> bool:
        """Whether a layer is drawn at the foot of the box that feeds it."""
        value = node.inputs[0]
        above = made[value].source
        if len(node.inputs) != 1 or above < 0 or types[value] != node.output:
            return False
        declaration = BUILT_IN.get(node.kind)
        stack = items[above]
        return (
            declaration is not None
            and declaration.family in JOINED
            and isinstance(stack, Stack)
            and len(stack.layers) < HIGHEST_STACK
        )

    def _item(self, node: Node, prefix: str, level: int, types: list[TensorType]) -> Item:
        if isinstance(node, LayerNode):
            return Stack(self.made(node), (self.leaf(node, prefix, types[node.inputs[0]]),))
        assert isinstance(node, ScopeNode)
        return self.frame(node, prefix, level)

    def leaf(self, node: LayerNode, prefix: str, given: TensorType) -> Leaf:
        """A layer that is fed a value of this type."""
        count = node.parameter_count
        hint = (
            f"{prefix}{node.name}: {visible(node.constructor.call)}\n{given} to {node.output}\n"
            f"{count:,} parameters, {node.multiply_adds:,} multiply-adds"
        )
        name = cut(node.name, LONGEST_NAME)
        path = prefix + node.name
        return Leaf(path, name, call(node), hint, shade(self._counts.get(path, 0), self.total))

    def frame(self, node: ScopeNode, prefix: str, level: int) -> Frame:
        """A block, or a run of steps that is drawn once."""
        times, alike, name, definition = 1, False, node.name, node.definition
        path, inner = f"{prefix}{node.name}.", node
        drawn = [path]
        if isinstance(node, Repeat):
            times, alike, path = node.times, node.alike, prefix
            drawn = [path_of(each, prefix) for each in node.nodes]
            only = node.nodes[0] if len(node.nodes) == 1 else None
            name, definition = (
                "repeat",
                through(node.name, node.last.name if node.last is not None else node.name),
            )
            if isinstance(only, ScopeNode) and only.nodes:
                inner, path = only, f"{prefix}{only.name}."
                name, definition = definition, only.definition
        layers, count = totals_of(inner)
        shape = f"{node.input_types[0]} to {node.output}" if node.input_types else str(node.output)
        hint = f"{prefix}{name}: {definition}\n{shape}\n{count:,} parameters in {layers} layers"
        each = " each" if times > 1 else ""
        if times > 1:
            kind = "alike, but for what follows from their inputs" if alike else "the same"
            hint += f", {times} times: {kind}"
        return Frame(
            self.made(node),
            path,
            cut(name, LONGEST_NAME),
            cut(definition, LONGEST_NAME),
            "" if times == 1 else f"x{times}{' alike' if alike else ''}",
            f"{layers} layers, {short_count(count)} parameters{each}" if layers > 1 else f"1 layer{each}",
            hint,
            shade(sum(self._counts.get(each, 0) for each in drawn), self.total),
            self.body(inner, path, level + 1),
            self.depth is None or level < self.depth,
        )


def through(first: str, last: str) -> str:
    """Names from the first to the last: unit2-7, or relu1 … residual24."""
    kind = first.rstrip("0123456789")
    number = last.removeprefix(kind)
    return f"{first}-{number}" if number.isdigit() and first != kind else f"{first} … {last}"
