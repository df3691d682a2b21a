"""What a step made, each time that it ran, in words."""

from __future__ import annotations

from netdsl.network.nodes import LayerNode, Node, ScopeNode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdsl.layers.kinds import Accepted

MOST_SHOWN = 4


def shapes(nodes: tuple[Node, ...]) -> str:
    """The shape that came out of the first use, and an ellipsis where another use made another."""
    first = str(nodes[0].output)
    return first if all(str(node.output) == first for node in nodes) else f"{first} …"


def describe(nodes: tuple[Node, ...]) -> str:
    """The first uses, a line each: name, shape, costs, and the call of torch's class."""
    lines = []
    seen: list[str] = []
    for node in nodes:
        line = f"{facts(node)}{call(node)}"
        if line not in seen:
            seen.append(line)
            lines.append(f"- `{node.name}`: {line}")
    shown = lines[:MOST_SHOWN]
    if len(nodes) > len(shown):
        shown.append(f"- {len(nodes)} uses in all")
    return "\n".join(shown)


def facts(node: Node) -> str:
    """Shape, parameters, multiply-adds and receptive field."""
    layers = list(layers_of(node))
    parts = [f"makes **{node.output}**"]
    if count := sum(each.parameter_count for each in layers):
        parts.append(f"{count:,} parameters")
    if count := sum(each.multiply_adds for each in layers):
        parts.append(f"{count:,} multiply-adds")
    if field := receptive_field(node):
        parts.append(f"sees {'x'.join(map(str, field))}")
    return ", ".join(parts)


def call(node: Node) -> str:
    """The call that makes a layer's module, with every argument that was worked out."""
    if not isinstance(node, LayerNode):
        return ""
    made = node.constructor
    given = [*map(literal, made.arguments), *(f"{name}={literal(value)}" for name, value in made.keywords)]
    return f"\n  `{made.target.removeprefix('torch.')}({', '.join(given)})`"


def literal(value: Accepted) -> str:
    """A value as Python writes it."""
    return repr(value)


def layers_of(node: Node) -> Iterator[LayerNode]:
    """The layers of a node, itself if it is one."""
    if isinstance(node, LayerNode):
        yield node
    elif isinstance(node, ScopeNode):
        for inner in node.nodes:
            yield from layers_of(inner)


def receptive_field(node: Node) -> tuple[int, ...]:
    """What a position of the result sees; of a scope that hands on its input, nothing is known."""
    while isinstance(node, ScopeNode):
        index = node.result - len(node.input_types)
        if index < 0:
            return ()
        node = node.nodes[index]
    return node.receptive_field if isinstance(node, LayerNode) else ()
