"""Nodes that depend on the file alone, worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from torch import Tensor

from netdsl.diagnostics.reason import first_line
from netdsl.importing.onnx.graph import Constants, Graph
from netdsl.importing.onnx.operators.arithmetic import ARITHMETIC
from netdsl.importing.onnx.operators.kind import Operator
from netdsl.importing.onnx.operators.pieces import PIECES
from netdsl.importing.onnx.operators.shapes import SHAPES
from netdsl.importing.onnx.problems import unreadable
from netdsl.importing.onnx.steps import MOST_ELEMENTS, Step
from netdsl.importing.tracing.reading import NoLayerError

if TYPE_CHECKING:
    from netdsl.importing.onnx.network import OnnxNetwork

FOLDED: Mapping[str, Operator] = {**PIECES, **ARITHMETIC, **SHAPES}
# All that is worked out, in elements.
MOST_FOLDED = 2**30


def folded(network: OnnxNetwork) -> Graph:
    """The graph without the nodes that read constants alone.

    Raises `DiagnosticError` where they make too much.
    """
    graph = network.graph
    constants = Constants(graph.constants)
    network.constants = constants
    rest = []
    total = 0
    for node in graph.nodes:
        operator = FOLDED.get(node.operator)
        known = all(name in constants for name in node.inputs if name)
        if operator is None or not known:
            rest.append(node)
            continue
        total += sum(constants[name].numel() for name in node.inputs if name)
        if total > MOST_FOLDED or any(
            constants[name].numel() > MOST_ELEMENTS for name in node.inputs if name
        ):
            raise unreadable(f"`{node.title}` and others work out more numbers than a network has weights")
        try:
            made = operator(Step(network, node, {}, is_folding=True))
        except (NoLayerError, RuntimeError, ValueError, LookupError, TypeError, ArithmeticError) as error:
            raise unreadable(f"`{node.title}` can't be worked out: {first_line(error)}") from None
        results = (made,) if isinstance(made, Tensor) else made
        constants.update(zip(node.outputs, results, strict=False))
    return replace(graph, nodes=tuple(rest), constants=constants)
