"""Network to plan: the one lowering that everything torch-like is made from."""

from __future__ import annotations

from netdsl.emit.plan import Container, Leaf, Plan, Step
from netdsl.network.nodes import LayerNode, Network, Node, ScopeNode
from netdsl.network.starts import starts


def lower(network: Network) -> Plan:
    """The plan of a network."""
    return Plan(lower_scope(network.root), starts(network))


def lower_scope(scope: ScopeNode) -> Container:
    """The container of a scope, with values in as few slots as they need."""
    children = tuple((node.name, lower_node(node)) for node in scope.nodes)
    steps, result = assign_slots(scope)
    outputs = tuple(node.name for node in scope.output_nodes)
    return Container(scope.definition, scope.doc, children, len(scope.input_types), steps, result, outputs)


def lower_node(node: Node) -> Leaf | Container:
    """A layer as a call, a scope as a container."""
    if isinstance(node, ScopeNode):
        return lower_scope(node)
    assert isinstance(node, LayerNode)
    return Leaf(node.constructor)


def assign_slots(scope: ScopeNode) -> tuple[tuple[Step, ...], int]:
    """Steps that read and write slots, and the slot of the result.

    A value's slot is free after its last reader; the lowest free one is
    taken, so that a plain chain stays in slot 0.
    """
    count = len(scope.input_types)
    last_use = {value: len(scope.nodes) for value in (scope.result, *scope.outputs)}
    for position, node in reversed(list(enumerate(scope.nodes))):
        for value in node.inputs:
            last_use.setdefault(value, position)
    slots = {value: value for value in range(count)}
    free = [slot for slot in range(count) if slot not in last_use]
    highest = count
    steps = []
    for position, node in enumerate(scope.nodes):
        inputs = tuple(slots[value] for value in node.inputs)
        done = {value for value in node.inputs if last_use[value] == position}
        free = sorted({*free, *(slots[value] for value in done)})
        if free:
            output = free.pop(0)
        else:
            output, highest = highest, highest + 1
        slots[count + position] = output
        if count + position not in last_use:
            free.append(output)
        steps.append(Step(node.name, inputs, output))
    return tuple(steps), slots[scope.result]
