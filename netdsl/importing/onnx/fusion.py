"""What exporters take apart, as one operator again: a matrix with its bias, and activations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import isclose, sqrt

from netdsl.importing.onnx.graph import Graph, Node

NEAR = 1e-4
HALF, ROOT = 0.5, sqrt(2)


def fused(graph: Graph) -> Graph:
    """The graph with fewer nodes."""
    for pattern in (biased, gelus, swishes, hard_swishes):
        graph = Fusion(graph).apply(pattern)
    return graph


class Fusion:
    """Finds nodes by what they read, and replaces several by one."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.makers = {name: node for node in graph.nodes for name in node.outputs}
        self.readers: dict[str, int] = {}
        for node in graph.nodes:
            for name in node.inputs:
                self.readers[name] = self.readers.get(name, 0) + 1

    def apply(self, pattern: Callable[[Fusion, Node], tuple[Node, Sequence[Node]] | None]) -> Graph:
        """The graph with a pattern's nodes replaced; the last of them is where the one stands."""
        instead: dict[int, Node] = {}
        gone: set[int] = set()
        for node in self.graph.nodes:
            found = pattern(self, node)
            if found is not None and not any(
                each.number in gone or each.number in instead for each in found[1]
            ):
                instead[node.number] = found[0]
                gone |= {each.number for each in found[1]}
        nodes = tuple(instead.get(node.number, node) for node in self.graph.nodes if node.number not in gone)
        return replace(self.graph, nodes=nodes)

    def maker(self, name: str, operator: str, *, readers: int = 1) -> Node | None:
        """The node that makes a value, if it is such an operator and nobody else reads it."""
        node = self.makers.get(name)
        is_it = node is not None and node.operator == operator and len(node.outputs) == 1
        return node if is_it and self.readers.get(name) == readers and name != self.graph.output else None

    def number(self, name: str) -> float | None:
        """A constant that is one number."""
        value = self.graph.constants.get(name)
        return float(value) if value is not None and value.numel() == 1 else None

    def with_number(self, node: Node, wanted: float) -> str | None:
        """The other input of a node, one of whose two is a number."""
        if len(node.inputs) != 2:
            return None
        for place in (0, 1):
            number = self.number(node.inputs[place])
            if number is not None and isclose(number, wanted, rel_tol=NEAR):
                return node.inputs[1 - place]
        return None


Found = tuple[Node, Sequence[Node]] | None


def biased(fusion: Fusion, node: Node) -> Found:
    """`MatMul` and `Add` of a vector as one matrix with a bias."""
    if node.operator != "Add" or len(node.inputs) != 2:
        return None
    for place in (0, 1):
        product, bias = (
            fusion.maker(node.inputs[place], "MatMul"),
            fusion.graph.constants.get(node.inputs[1 - place]),
        )
        if product is None or bias is None or len(product.inputs) != 2:
            continue
        weight = fusion.graph.constants.get(product.inputs[1])
        if (
            weight is not None
            and weight.dim() == 2
            and bias.numel() == weight.shape[1] == bias.shape[-1:].numel()
        ):
            inputs = (*product.inputs, node.inputs[1 - place])
            return replace(product, inputs=inputs, outputs=node.outputs, number=node.number), [product]
    return None


def gelus(fusion: Fusion, node: Node) -> Found:
    """x times half of 1 and the error function of x over the root of 2, in either order."""
    if node.operator != "Mul" or len(node.inputs) != 2:
        return None
    halved = fusion.with_number(node, HALF)
    product = fusion.maker(halved, "Mul") if halved is not None else None
    for outer in [product] if product is not None else [node]:
        for place in (0, 1):
            found = error_function(fusion, outer, place, is_halved=product is None)
            if found is not None:
                x, inner = found
                made = replace(node, operator="Gelu", inputs=(x,), attributes={})
                return made, [*inner, *([product] if product is not None else [])]
    return None


def error_function(
    fusion: Fusion, product: Node, place: int, *, is_halved: bool
) -> tuple[str, list[Node]] | None:
    """The x and the nodes of `x * (1 + erf(x / sqrt(2)))`, where x is halved before if not afterwards."""
    raised = fusion.maker(product.inputs[1 - place], "Add")
    inside = fusion.with_number(raised, 1.0) if raised is not None else None
    error = fusion.maker(inside, "Erf") if inside is not None else None
    if raised is None or error is None:
        return None
    scaled = fusion.maker(error.inputs[0], "Div") or fusion.maker(error.inputs[0], "Mul")
    if scaled is None:
        return None
    x = fusion.with_number(scaled, ROOT if scaled.operator == "Div" else 1 / ROOT)
    nodes = [raised, error, scaled]
    given: str | None = product.inputs[place]
    if is_halved:
        half = fusion.maker(product.inputs[place], "Mul")
        given = fusion.with_number(half, HALF) if half is not None else None
        nodes += [half] if half is not None else []
    return (x, nodes) if x is not None and x == given else None


def swishes(fusion: Fusion, node: Node) -> Found:
    """x times its sigmoid, its hard sigmoid, or the tanh of its softplus."""
    if node.operator != "Mul" or len(node.inputs) != 2:
        return None
    for place in (0, 1):
        x, gate = node.inputs[place], node.inputs[1 - place]
        for operator, name in GATES.items():
            found = fusion.maker(gate, operator)
            if found is not None and found.inputs[0] == x and is_usual(found):
                return replace(node, operator=name, inputs=(x,), attributes={}), [found]
        bent = fusion.maker(gate, "Tanh")
        soft = fusion.maker(bent.inputs[0], "Softplus") if bent is not None else None
        if bent is not None and soft is not None and soft.inputs[0] == x:
            return replace(node, operator="Mish", inputs=(x,), attributes={}), [bent, soft]
    return None


GATES: Mapping[str, str] = {"Sigmoid": "Swish", "HardSigmoid": "HardSwish"}


def is_usual(node: Node) -> bool:
    """Whether a gate has the slope that layers have."""
    alpha = node.attributes.get("alpha", 0.2)
    return node.operator == "Sigmoid" or (isinstance(alpha, float) and isclose(alpha, 1 / 6, rel_tol=NEAR))


def hard_swishes(fusion: Fusion, node: Node) -> Found:
    """x times x + 3 between 0 and 6, over 6; without the x, a hard sigmoid."""
    if node.operator != "Div" or fusion.with_number(node, 6.0) != node.inputs[0]:
        return None
    product = fusion.maker(node.inputs[0], "Mul")
    for place in (0, 1) if product is not None else ():
        clipped = clipped_sum(fusion, product.inputs[1 - place]) if product is not None else None
        if product is not None and clipped is not None and clipped[0] == product.inputs[place]:
            made = replace(node, operator="HardSwish", inputs=(clipped[0],), attributes={})
            return made, [product, *clipped[1]]
    alone = clipped_sum(fusion, node.inputs[0])
    if alone is None:
        return None
    attributes = {"alpha": 1 / 6, "beta": HALF}
    return replace(node, operator="HardSigmoid", inputs=(alone[0],), attributes=attributes), alone[1]


def clipped_sum(fusion: Fusion, name: str) -> tuple[str, list[Node]] | None:
    """The x and the nodes of x + 3 between 0 and 6."""
    clipped = fusion.maker(name, "Clip")
    if clipped is None:
        return None
    bounds = [clipped.attributes.get(each) for each in ("min", "max")]
    if len(clipped.inputs) == 3:
        bounds = [fusion.number(each) for each in clipped.inputs[1:]]
    raised = fusion.maker(clipped.inputs[0], "Add")
    x = fusion.with_number(raised, 3.0) if raised is not None else None
    return (x, [clipped, raised]) if x is not None and raised is not None and bounds == [0.0, 6.0] else None
